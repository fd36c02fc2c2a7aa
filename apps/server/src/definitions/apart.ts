/**
 * Reading definitions apart: in a thread of their own first, which is ended when it takes too long or too much memory.
 *
 * A text within all limits can still cost a parser minutes. While a server runs, nothing may hold up its slots for that.
 */
import { Worker } from "node:worker_threads";
import { compileDefinitions, type LoadResult, unreadableProblem } from "./load.ts";
import { type DefinitionsText, readTexts } from "./read.ts";

/** Ten times what 5,000 monitors take on a busy machine. */
const LONGEST_MS = 10_000;
const MOST_MEMORY_MB = 512;

/** As `loadDefinitions`, for a process that has other things to do. */
export async function loadApart(
  path: string,
  env: NodeJS.ProcessEnv,
  { longestMs = LONGEST_MS, memoryMb = MOST_MEMORY_MB } = {},
): Promise<LoadResult> {
  let files: DefinitionsText[];
  try {
    files = readTexts(path);
  } catch (error) {
    return { ok: false, problems: [unreadableProblem(path, error as Error)] };
  }
  const tried = await tryApart(files, env, longestMs, memoryMb);
  if (typeof tried === "string") return { ok: false, problems: [{ file: path, line: 1, column: 1, message: tried }] };
  return tried.ok ? compileDefinitions(files, env) : tried;
}

/** What the thread is given. */
export interface ApartWork {
  files: DefinitionsText[];
  env: NodeJS.ProcessEnv;
}

/** What it answers: what is wrong, or that nothing is. */
export type ApartAnswer = { ok: true } | Extract<LoadResult, { ok: false }>;

async function tryApart(files: DefinitionsText[], env: NodeJS.ProcessEnv, longestMs: number, memoryMb: number) {
  const workerData: ApartWork = { files, env: { ...env } };
  const worker = new Worker(new URL("./apart-thread.ts", import.meta.url), {
    workerData,
    resourceLimits: { maxOldGenerationSizeMb: memoryMb },
  });
  const { promise, resolve } = Promise.withResolvers<ApartAnswer | string>();
  const timer = setTimeout(
    () => resolve(`takes more than ${longestMs / 1_000} s to read; make it smaller, or spread it over several files`),
    longestMs,
  );
  worker.once("message", resolve);
  worker.once("error", (error: NodeJS.ErrnoException) =>
    resolve(
      error.code === "ERR_WORKER_OUT_OF_MEMORY"
        ? `takes more than ${memoryMb} MiB of memory to read; make it smaller`
        : `cannot be read (${error.message})`,
    ),
  );
  worker.once("exit", (code) => resolve(`cannot be read (its thread ended with ${code})`));
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
    await worker.terminate();
  }
}
