/**
 * Watching definitions: says when the files have changed and stopped changing.
 *
 * It watches the folder, because a watch on a file dies when an editor replaces the file, and looks by itself every few
 * seconds, because not every file system tells.
 */
import { type FSWatcher, readdirSync, statSync, watch } from "node:fs";
import { dirname, join } from "node:path";

export interface WatchOptions {
  onChanged(): void;
  /** How long the files must have stood still. */
  settleMs?: number;
  pollMs?: number;
}

/** Watches a definitions file or folder until closed. */
export function watchDefinitions(
  path: string,
  { onChanged, settleMs = 300, pollMs = 2_000 }: WatchOptions,
): { close(): void } {
  let told = fingerprint(path);
  let settling: NodeJS.Timeout | undefined;

  const look = () => {
    const seen = fingerprint(path);
    if (seen === told || settling) return;
    const settle = (before: string) => {
      settling = setTimeout(() => {
        const after = fingerprint(path);
        if (after !== before) return settle(after);
        settling = undefined;
        if (after === told) return;
        told = after;
        onChanged();
      }, settleMs);
      settling.unref();
    };
    settle(seen);
  };

  let watcher: FSWatcher | undefined;
  try {
    watcher = watch(isFolder(path) ? path : dirname(path), look);
    // A folder that goes away ends the watch, not the program: the poll goes on.
    watcher.on("error", () => watcher?.close());
  } catch {
    watcher = undefined;
  }
  const poll = setInterval(look, pollMs);
  poll.unref();
  return {
    close() {
      watcher?.close();
      clearInterval(poll);
      clearTimeout(settling);
    },
  };
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

/** Size, time and identity of each file; "gone" when nothing is there. */
function fingerprint(path: string): string {
  try {
    const files = isFolder(path)
      ? readdirSync(path)
          .filter((name) => /\.ya?ml$/.test(name))
          .map((name) => join(path, name))
      : [path];
    return files
      .sort()
      .map((file) => {
        const { size, mtimeMs, ino } = statSync(file);
        return `${file}:${size}:${mtimeMs}:${ino}`;
      })
      .join("\n");
  } catch {
    return "gone";
  }
}
