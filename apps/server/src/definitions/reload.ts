/**
 * Reloading: an edit of the definitions becomes what is in force, or says why not. One at a time, the newest last.
 *
 * An edit that takes many monitors away is held until a person says that it is meant.
 */
import type { LoadResult } from "./load.ts";
import { massRemoval } from "./removal.ts";

export interface ReloadPorts {
  /** Reads what stands there now. */
  load(): Promise<LoadResult>;
  /** Puts into force what can be used, or remembers what is wrong. */
  redefine(result: LoadResult): Promise<void>;
  /** The monitors in force. */
  monitors(): readonly { id: string }[];
  /** The end of the sentence on how to say that an edit is meant. */
  howToConfirm: string;
  onTrouble(error: unknown): void;
}

export interface Reloading {
  /** Something has changed; resolves when nothing waits any more. */
  changed(): Promise<void>;
  /** Takes up what is held. False when nothing is. */
  confirm(): Promise<boolean>;
}

export function startReloading({ load, redefine, monitors, howToConfirm, onTrouble }: ReloadPorts): Reloading {
  let held: LoadResult | null = null;
  let isAgain = false;
  let running: Promise<void> | null = null;

  async function once(): Promise<void> {
    const result = await load();
    const removal = result.ok ? massRemoval(monitors(), result.loaded.monitors) : null;
    held = removal === null ? null : result;
    if (removal === null || !result.ok) return redefine(result);
    const [file] = result.loaded.files;
    const message = `${removal}, so it is held back; if that is meant, ${howToConfirm}`;
    await redefine({ ok: false, problems: [{ file: file?.file ?? "", line: 1, column: 1, message }] });
  }

  async function run(): Promise<void> {
    do {
      isAgain = false;
      await once().catch(onTrouble);
    } while (isAgain);
    running = null;
  }

  return {
    changed() {
      // Edits that come while one is read are read together, after it.
      isAgain = true;
      running ??= run();
      return running;
    },
    async confirm() {
      await running;
      if (held === null) return false;
      const meant = held;
      held = null;
      await redefine(meant).catch(onTrouble);
      return true;
    },
  };
}
