/**
 * Reading definitions from disk. A folder may be filled by other programs, so what its names lead to is looked at first:
 * regular files, inside the folder, small, in UTF-8.
 */
import { closeSync, constants, fstatSync, openSync, readdirSync, readSync, realpathSync, statSync } from "node:fs";
import { join, sep } from "node:path";

export interface DefinitionsText {
  file: string;
  text: string;
}

/** 1 MiB, as the parser takes it at most. */
const LARGEST_FILE = 1_048_576;
const MOST_FILES = 1_000;

/**
 * The texts of a definitions file, or of every `.yaml` and `.yml` of a folder, by name.
 *
 * @throws Error whose message says what is wrong, and whose `file` says with which, when it is not the path itself
 */
export function readTexts(path: string): DefinitionsText[] {
  if (!statSync(path).isDirectory()) return [{ file: path, text: textOf(path) }];
  const folder = realpathSync(path);
  const names = readdirSync(path).filter((name) => /\.ya?ml$/.test(name));
  if (names.length > MOST_FILES)
    throw new Error(`the folder holds ${names.length} files; at most ${MOST_FILES} are read`);
  const texts: DefinitionsText[] = [];
  for (const name of names.sort()) {
    const file = join(path, name);
    try {
      if (statSync(file).isDirectory()) continue;
      if (!realpathSync(file).startsWith(`${folder}${sep}`))
        throw new Error("is a link that leads out of the folder; put the file itself there");
      texts.push({ file, text: textOf(file) });
    } catch (error) {
      throw Object.assign(error as Error, { file });
    }
  }
  return texts;
}

function textOf(file: string): string {
  // Not blocking: opening a FIFO would otherwise wait for a writer, for ever.
  const descriptor = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    if (!fstatSync(descriptor).isFile()) throw new Error("is not a regular file");
    const bytes = Buffer.alloc(LARGEST_FILE + 1);
    let length = 0;
    for (let read = -1; read !== 0 && length < bytes.length; length += read)
      read = readSync(descriptor, bytes, length, bytes.length - length, null);
    if (length > LARGEST_FILE) throw new Error("the file must be at most 1 MiB");
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes.subarray(0, length));
  } catch (error) {
    if (error instanceof TypeError) throw new Error("is not UTF-8 text");
    throw error;
  } finally {
    closeSync(descriptor);
  }
}
