import fc from "fast-check";
import { expect, test } from "vitest";
import { cut, inertLine, inertLines } from "./inert.ts";
import { anyText } from "./testing/any-text.ts";

test("a value of several lines becomes one", () => {
  expect(inertLine(" a\r\nBcc: thief@example.com\u2028b\t c ", 100)).toBe("a Bcc: thief@example.com b c");
});

test("what cannot be seen is shown by its number", () => {
  expect(inertLine("\u001b[31mred \u202eevil\u0000 \u{e0041}", 100)).toBe(
    "\\u{1b}[31mred \\u{202e}evil\\u{0} \\u{e0041}",
  );
});

test("scripts and emoji that need joiners keep them", () => {
  expect(inertLine("👩\u200d🚀 می\u200cخواهم", 100)).toBe("👩\u200d🚀 می\u200cخواهم");
});

test("cutting never splits a pair of surrogates", () => {
  expect(cut("👍👍👍👍", 3)).toBe("👍👍…");
  expect(cut("👍👍👍", 3)).toBe("👍👍👍");
});

test("lines are capped in number and width", () => {
  expect(inertLines("one\r\ntwo three\nfour", 2, 6)).toEqual(["one", "two t…", "…"]);
});

test("any text is inert, well-formed and within its cap", () => {
  fc.assert(
    fc.property(anyText(), fc.integer({ min: 1, max: 200 }), (text, max) => {
      const line = inertLine(text, max);
      expect(line.isWellFormed()).toBe(true);
      expect([...line].length).toBeLessThanOrEqual(max);
      expect(line.replaceAll(/[\u200c\u200d]/g, "")).not.toMatch(/[\p{Cc}\p{Cf}\u2028\u2029]/u);
    }),
  );
});
