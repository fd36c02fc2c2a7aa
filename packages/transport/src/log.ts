/**
 * What the transport tells the operator. It prints nothing itself.
 */

/** One line: a sentence, and what it is about. Never holds a secret. Must not throw. */
export type TransportLog = (
  level: "info" | "warn" | "error",
  sentence: string,
  about?: Record<string, unknown>,
) => void;

/** How often one and the same sentence is told, at most. */
const AGAIN_AFTER_MS = 10_000;

/** A log that tells each sentence at most once in 10 s; the next telling says how often it was held back. */
export function calm(log: TransportLog, now: () => number): TransportLog {
  const told = new Map<string, { at: number; heldBack: number }>();
  return (level, sentence, about) => {
    const before = told.get(sentence);
    if (before && now() - before.at < AGAIN_AFTER_MS) {
      before.heldBack++;
      return;
    }
    if (told.size >= 100) told.clear();
    told.set(sentence, { at: now(), heldBack: 0 });
    log(level, sentence, before?.heldBack ? { ...about, heldBack: before.heldBack } : about);
  };
}

/** An error in one line. Only its message: errors of a Redis client carry commands, and those may carry passwords. */
export function said(error: unknown): string {
  const message = error instanceof Error ? error.message || error.name : String(error);
  return message.split("\n", 1)[0]?.slice(0, 500) ?? "";
}
