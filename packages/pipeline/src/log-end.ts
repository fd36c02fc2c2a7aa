/**
 * Where the log goes: standard error, of which nobody may be reading. Watching never waits for a reader, nor ends with one.
 */

/** What standard error is to us. Of a pipe its `write` returns at once, and what was not taken waits in memory. */
export interface Out {
  write(text: string): unknown;
  /** Bytes that wait; absent where writing is done at once. */
  readonly writableLength?: number;
  on(event: "error", listener: () => void): unknown;
}

/** What may wait for a reader; lines beyond are dropped, and counted. */
const MOST_WAITING_BYTES = 1024 * 1024;

/** A destination for lines of the log. A reader that went away, or never reads, costs lines and nothing else. */
export function logEnd(out: Out = process.stderr): { write(line: string): void } {
  let dropped = 0;
  // Without a listener, a reader that went away would end the process.
  out.on("error", () => {});
  return {
    write(line) {
      if ((out.writableLength ?? 0) > MOST_WAITING_BYTES) {
        dropped++;
        return;
      }
      if (dropped > 0)
        out.write(`${JSON.stringify({ level: 40, dropped, msg: "lines were dropped: nobody took the log" })}\n`);
      dropped = 0;
      out.write(line);
    },
  };
}
