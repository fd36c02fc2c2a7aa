/** `statusquo backup FILE`: a consistent copy of the data, also while a server runs on it. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { openForReadingOnly } from "@statusquo/store";
import type { CommandContext } from "./command.ts";

export async function backup({ settings, rest, print, printError }: CommandContext): Promise<number> {
  const [file] = rest;
  if (file === undefined) {
    printError("backup: name the file to write, such as: npx statusquo backup statusquo-backup.db");
    return 2;
  }
  if (existsSync(file)) {
    printError(`backup: ${file} exists already and was left as it is`);
    return 1;
  }
  const path = join(settings.data, "statusquo.db");
  const store = openForReadingOnly({ path });
  try {
    await store.backup(file);
  } finally {
    store.close();
  }
  print(`${file} is written. To use it, stop the server and put it in place of ${path}`);
  return 0;
}
