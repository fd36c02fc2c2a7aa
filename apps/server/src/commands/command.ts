/** What every command is given. Output goes through `print`, so that a test can read it. */
import type { Settings } from "../settings.ts";

export interface CommandFlags {
  json: boolean;
  out: string | null;
  /** Stop before anything is sent to people. */
  noSend: boolean;
  channel: string | null;
}

export interface CommandContext {
  settings: Settings;
  flags: CommandFlags;
  /** What follows the command's name. */
  rest: readonly string[];
  env: NodeJS.ProcessEnv;
  print(line: string): void;
  printError(line: string): void;
}

/** Resolves to the exit code: 0 done, 1 what was asked for could not be had, 2 asked wrongly. */
export type Command = (context: CommandContext) => Promise<number>;
