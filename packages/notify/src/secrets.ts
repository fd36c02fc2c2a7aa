/**
 * Secrets of a channel: what may never stand in what we say about an attempt.
 */
import { inertLine } from "./inert.ts";

/** Short enough for a row of the deliveries page. */
const SAID_MAX = 200;
/** Shorter than this a "secret" would take ordinary words out of a sentence. */
const SHORTEST = 4;

/** Says something about an attempt in one inert line, with every secret taken out of it. */
export type Sayer = (text: string) => string;

/** @param secrets everything that must not be repeated, in every form it is sent in */
export function sayerWithout(secrets: readonly string[]): Sayer {
  const longestFirst = [...new Set(secrets)].filter((secret) => secret.length >= SHORTEST);
  longestFirst.sort((a, b) => b.length - a.length);
  return (text) => {
    let said = text;
    for (const secret of longestFirst) said = said.replaceAll(secret, "[removed]");
    return inertLine(said, SAID_MAX);
  };
}
