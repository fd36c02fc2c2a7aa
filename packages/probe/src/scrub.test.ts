import fc from "fast-check";
import { expect, test } from "vitest";
import { createScrubber } from "./scrub.ts";

const SECRET = 'p@ss/w+rd é"\\<&>';
const MARK = "[gone]";
const scrub = createScrubber([SECRET], MARK).whole;

const base64At = (offset: number) => Buffer.from(`${"x".repeat(offset)}${SECRET} and more`).toString("base64");

test.each<[how: string, echo: string]>([
  ["as it is", SECRET],
  ["in capitals", SECRET.replace(/[a-z]/g, (letter) => letter.toUpperCase())],
  ["percent-encoded", encodeURIComponent(SECRET)],
  ["percent-encoded in capitals and small letters", encodeURIComponent(SECRET).toLowerCase()],
  ["percent-encoded twice", encodeURIComponent(encodeURIComponent(SECRET))],
  [
    "percent-encoded in every letter",
    [...Buffer.from(SECRET)].map((byte) => `%${byte.toString(16).padStart(2, "0")}`).join(""),
  ],
  ["as a form writes it", new URLSearchParams({ a: SECRET }).toString()],
  ["as a URL writes it", new URL(`http://a.example/?q=${SECRET}`).search],
  ["as JSON writes it", JSON.stringify(SECRET)],
  ["as JSON in JSON writes it", JSON.stringify(JSON.stringify({ a: SECRET }))],
  [
    "as JSON with every letter escaped",
    [...SECRET].map((one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, "0")}`).join(""),
  ],
  [
    "as HTML writes it",
    SECRET.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;"),
  ],
  ["as HTML in numbers", [...SECRET].map((one) => `&#${one.codePointAt(0)};`).join("")],
])("a secret echoed %s is found", (_, echo) => {
  const text = scrub(`before ${echo} after`);
  expect(text).toMatch(/^before .*\[gone\].* after$/);
  expect(text).not.toContain("w+rd");
  expect(text.toLowerCase()).not.toContain("%77");
});

test.each([0, 1, 2, 3, 4])("a secret inside base64 is found %i bytes in", (offset) => {
  for (const echo of [base64At(offset), base64At(offset).replaceAll("+", "-").replaceAll("/", "_")]) {
    const text = scrub(echo);
    expect(text).toContain(MARK);
    expect(Buffer.from(text.replace(MARK, ""), "base64").toString("latin1")).not.toContain("w+rd");
  }
});

test("a short secret alone in base64 is found", () => {
  expect(createScrubber(["abcd"], MARK).whole(`x ${Buffer.from("abcd").toString("base64")} y`)).toBe(`x ${MARK}A== y`);
});

test("a secret full of backslashes costs no more than others", () => {
  const { whole } = createScrubber([`${"\\".repeat(60)}wxyz`], MARK);
  expect(whole(JSON.stringify({ a: `${"\\".repeat(60)}wxyz` }))).toBe(`{"a":"${MARK}"}`);
  const other = `${"\\".repeat(20_000)}y`;
  expect(whole(other)).toBe(other);
});

test("values of fewer than four letters are left, lest nothing be left", () => {
  expect(createScrubber(["on", ""], MARK).whole("it is on")).toBe("it is on");
});

test("of two secrets where one begins with the other, neither's rest stays", () => {
  expect(createScrubber(["abcd", "abcd-efgh"], MARK).whole("abcd-efgh abcd")).toBe(`${MARK} ${MARK}`);
});

test("a secret of many lines is found as a whole and line by line", () => {
  const lines = Array.from({ length: 100 }, (_, line) => `line number ${line} of a key`);
  const { whole } = createScrubber([lines.join("\n")], MARK);
  expect(whole(`a ${lines.join("\n")} z`)).toBe(`a ${MARK} z`);
  expect(whole(`a ${JSON.stringify(lines.join("\n"))} z`)).toBe(`a "${MARK}" z`);
  expect(whole(`a ${lines[7]} z`)).toBe(`a ${MARK} z`);
});

test("a secret is found although what stands before it makes an escape of its beginning", () => {
  const { whole } = createScrubber(["41abcd", "nabcd"], MARK);
  expect(whole("%41abcd \\u0041abcd \\nabcd &#41abcd;")).toBe(`%${MARK} \\u00${MARK} \\${MARK} &#${MARK};`);
});

test("half a secret at the end of a broken text goes too", () => {
  const scrubber = createScrubber(["canary-1234"], MARK);
  expect(scrubber.broken("token: canary-12")).toBe(`token: ${MARK}`);
  expect(scrubber.broken("token: can")).toBe("token: can");
  expect(scrubber.whole("token: canary-12")).toBe("token: canary-12");
});

test("any secret is found in any text, as it is, in a URL, in JSON and in base64", () => {
  const secret = fc.string({ minLength: 4, maxLength: 40, unit: "grapheme" });
  fc.assert(
    fc.property(secret, fc.string(), fc.string(), (value, before, after) => {
      const { whole } = createScrubber([value], "");
      for (const echo of [value, encodeURIComponent(value), JSON.stringify(value).slice(1, -1)]) {
        expect(whole(echo)).toBe("");
        expect(whole(`${before}${echo}${after}`).length).toBeLessThanOrEqual(before.length + after.length);
      }
      const core = Buffer.from(`abc${value}xyz`).toString("base64");
      expect(whole(core).length).toBeLessThan(core.length);
    }),
  );
});
