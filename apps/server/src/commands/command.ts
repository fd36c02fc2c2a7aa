/** What every command is given. Output goes through `print`, so that a test can read it. */
import type { Settings } from "../settings.ts";

export interface CommandFlags {
  json: boolean;
  out: string | null;
  /** For people, where the answer is else for programs. */
  text?: boolean;
  /** Those of `replay`, as they were given. */
  replay: ReplayFlags;
  force?: boolean;
  targets?: string | null;
  server?: string | null;
  /** Stop before anything is sent to people. */
  noSend?: boolean;
  channel?: string | null;
}

export interface ReplayFlags {
  samples: readonly string[];
  falseAlarms: string | null;
  compare: boolean;
  monitor: string | null;
  from: string | null;
  to: string | null;
}

export const NO_REPLAY_FLAGS: ReplayFlags = {
  samples: [],
  falseAlarms: null,
  compare: false,
  monitor: null,
  from: null,
  to: null,
};

export interface CommandContext {
  settings: Settings;
  flags: CommandFlags;
  /** What follows the command's name. */
  rest: readonly string[];
  env: NodeJS.ProcessEnv;
  /** Instead of standard input, so that a test can write it. */
  stdin?: AsyncIterable<string | Uint8Array>;
  print(line: string): void;
  printError(line: string): void;
}

/** Resolves to the exit code: 0 done, 1 what was asked for could not be had, 2 asked wrongly. */
export type Command = (context: CommandContext) => Promise<number>;
