import { EventEmitter } from "node:events";
import { expect, test } from "vitest";
import { logEnd } from "./log-end.ts";

class Pipe extends EventEmitter {
  taken: string[] = [];
  writableLength = 0;
  write(text: string) {
    this.taken.push(text);
    this.writableLength += text.length;
  }
}

test("lines that nobody takes wait up to 1 MiB, then they are dropped; the next one that is taken says how many", () => {
  const pipe = new Pipe();
  const { write } = logEnd(pipe);
  const line = `${"x".repeat(1023)}\n`;
  for (let nth = 0; nth < 2_000; nth++) write(line);
  expect(pipe.writableLength).toBeLessThan(1024 * 1024 + 2_048);
  const waiting = pipe.taken.length;
  pipe.writableLength = 0;
  write("again\n");
  expect(pipe.taken.slice(waiting)).toEqual([expect.stringContaining(`"dropped":${2_000 - waiting}`), "again\n"]);
  write("and again\n");
  expect(pipe.taken.at(-1)).toBe("and again\n");
});

test("a reader that goes away is no fault", () => {
  const pipe = new Pipe();
  logEnd(pipe);
  expect(() => pipe.emit("error", new Error("EPIPE"))).not.toThrow();
});
