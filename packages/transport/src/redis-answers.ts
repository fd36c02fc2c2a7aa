/** Answers to who asks: a batch that somebody waits for is answered under a key of its own, and not on the stream. */
import type { JobBatch, ProbeResult } from "@statusquo/core";
import type { Redis } from "ioredis";
import type { RedisKeys } from "./redis.ts";
import { writeResults } from "./wire.ts";

/** What such a batch travels as. */
export interface Asked {
  asked: JobBatch;
}

/** An answer that nobody fetched is forgotten. */
const KEPT_MS = 60_000;

export const answerKey = ({ answers }: RedisKeys, batch: string) => `${answers}:${batch}`;

/** What is under `asked` of a job's data; undefined of any other batch. */
export const askedIn = (data: unknown): unknown =>
  typeof data === "object" && data !== null && "asked" in data ? data.asked : undefined;

/** @param results those of one batch with one job */
export async function sendAnswer(
  client: Redis,
  keys: RedisKeys,
  batch: string,
  results: readonly ProbeResult[],
): Promise<void> {
  const [text] = writeResults(results);
  if (text !== undefined) await client.set(answerKey(keys, batch), text, "PX", KEPT_MS);
}
