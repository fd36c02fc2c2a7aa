/**
 * References: `${env:NAME}` and `${file:/path}` in definitions, resolved where a probe or a message is made.
 *
 * A value goes into the request and into the list of what must be removed from evidence, and nowhere else: problems
 * name the reference, never a value. What was put in is not searched for further references.
 */
import { constants } from "node:fs";
import { open } from "node:fs/promises";

/** A reference as it stands in a text. */
export interface Reference {
  kind: "env" | "file";
  /** The variable's name or the file's path. */
  name: string;
  /** As written, `${env:NAME}`. */
  text: string;
}

export interface ReferenceProblem {
  /** As written. */
  reference: string;
  /** Begins with the reference; never holds a value. */
  message: string;
}

export interface ResolvedReferences {
  /** By the reference as written; those with problems are absent. */
  values: ReadonlyMap<string, string>;
  problems: readonly ReferenceProblem[];
}

/** Environment variables, as in `process.env`. */
export type Environment = Readonly<Record<string, string | undefined>>;

const REFERENCE = /\$\{(env|file):([^}]*)\}?/g;
const MAX_FILE_BYTES = 64 * 1024;

/** The references in `text`, in order of appearance, each once. One that is not closed runs to the end of the text. */
export function findReferences(text: string): Reference[] {
  if (!text.includes("${")) return [];
  const found = new Map<string, Reference>();
  for (const match of text.matchAll(REFERENCE)) {
    found.set(match[0], { kind: match[1] as Reference["kind"], name: match[2]!, text: match[0] });
  }
  return [...found.values()];
}

/**
 * Looks up each reference once. Files are read anew, so a rotated secret needs no restart.
 *
 * A variable must be set and not empty. A file must be a regular file of UTF-8 text, not empty, at most 64 KiB; one
 * line break at its end is dropped.
 */
export async function resolveReferences(
  references: readonly Reference[],
  env: Environment,
): Promise<ResolvedReferences> {
  const values = new Map<string, string>();
  const problems: ReferenceProblem[] = [];
  for (const reference of references) {
    const resolved = reference.text.endsWith("}")
      ? await resolveOne(reference, env)
      : { problem: "is not closed by }" };
    if ("value" in resolved) values.set(reference.text, resolved.value);
    else problems.push({ reference: reference.text, message: `${reference.text} ${resolved.problem}` });
  }
  return { values, problems };
}

/** `text` with its references replaced; one without a value stays as written. */
export function fillReferences(text: string, values: ReadonlyMap<string, string>): string {
  if (!text.includes("${")) return text;
  return text.replace(REFERENCE, (written) => values.get(written) ?? written);
}

type Resolved = { value: string } | { problem: string };

async function resolveOne(reference: Reference, env: Environment): Promise<Resolved> {
  return reference.kind === "env" ? fromEnvironment(reference.name, env) : await fromFile(reference.name);
}

function fromEnvironment(name: string, env: Environment): Resolved {
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) return { problem: "must name a variable: letters, digits and _" };
  const value = Object.hasOwn(env, name) ? env[name] : undefined;
  if (value === undefined) return { problem: "is not set in this process's environment" };
  return value === "" ? { problem: "is set but empty" } : { value };
}

async function fromFile(path: string): Promise<Resolved> {
  if (!path.startsWith("/") || path.includes("\0")) return { problem: "must name a file by its absolute path" };
  try {
    // Not blocking: opening a FIFO would otherwise wait for a writer, for ever.
    await using file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const stat = await file.stat();
    if (!stat.isFile()) return { problem: "is not a regular file" };
    if (stat.size > MAX_FILE_BYTES) return { problem: "is larger than 64 KiB" };
    // Files of /proc say 0 and hold something: not a place for secrets.
    if (stat.size === 0) return { problem: "is an empty file" };
    const bytes = Buffer.alloc(MAX_FILE_BYTES);
    const { bytesRead } = await file.read(bytes, 0, MAX_FILE_BYTES, 0);
    const value = new TextDecoder("utf-8", { fatal: true }).decode(bytes.subarray(0, bytesRead)).replace(/\r?\n$/, "");
    return value === "" ? { problem: "is an empty file" } : { value };
  } catch (error) {
    if (error instanceof TypeError) return { problem: "is not UTF-8 text" };
    const code = error instanceof Error && "code" in error ? String(error.code) : "unreadable";
    return { problem: code === "ENOENT" ? "does not exist" : `cannot be read (${code})` };
  }
}
