/** The files that samples come from, as bytes: plain or gzipped, `-` for standard input. */
import { createReadStream, statSync } from "node:fs";
import { addAbortSignal, pipeline } from "node:stream";
import { createGunzip } from "node:zlib";
import { StatusquoError } from "@statusquo/core";

const CHUNK_BYTES = 262_144;

export interface SampleSource {
  /** As the caller named it; "standard input" for `-`. */
  name: string;
  /** Of the file as it lies on the disk; null when it cannot be known. */
  bytes: number | null;
  /** @throws StatusquoError "not_found" or "bad_request" naming the file */
  chunks(): AsyncGenerator<Uint8Array>;
  /** How many bytes of the file have been read. */
  read(): number;
}

/**
 * @param signal ends the reading early, also where nothing comes; what was read until then stands
 * @throws StatusquoError "not_found" when there is no such file
 */
export function sampleSource(path: string, signal?: AbortSignal): SampleSource {
  const isStdin = path === "-";
  const name = isStdin ? "standard input" : path;
  const found = isStdin ? undefined : statSync(path, { throwIfNoEntry: false });
  if (!isStdin && !found?.isFile() && !found?.isFIFO()) {
    throw new StatusquoError(
      "not_found",
      `${name}: ${found ? "this is no file" : "there is no such file"}; name one with --samples, or - for standard input`,
    );
  }
  let read = 0;
  async function* counted(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const chunk of bytes) {
      read += chunk.length;
      yield chunk;
    }
  }
  async function* chunks(): AsyncGenerator<Uint8Array> {
    const stream = isStdin ? process.stdin : createReadStream(path, { highWaterMark: CHUNK_BYTES });
    if (signal) addAbortSignal(signal, stream);
    const plain = counted(stream);
    try {
      // A source that fails makes the other end fail with its error; that is where it is met.
      if (path.endsWith(".gz")) yield* pipeline(plain, createGunzip({ chunkSize: CHUNK_BYTES }), () => {});
      else yield* plain;
    } catch (error) {
      if (signal?.aborted) return;
      throw new StatusquoError("bad_request", `${name}: cannot be read: ${(error as Error).message}`);
    }
  }
  return { name, bytes: found?.isFile() ? found.size : null, chunks, read: () => read };
}
