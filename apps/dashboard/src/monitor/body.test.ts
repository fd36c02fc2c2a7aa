import { expect, test } from "vitest";
import { bodyText, parts } from "./body.ts";

test("JSON is indented, anything else stays as it came", () => {
  expect(bodyText('{"a":1}')).toBe('{\n  "a": 1\n}');
  for (const text of ["", "<html>", "{broken", "409"]) expect(bodyText(text)).toBe(text);
});

test("what was removed before storing is told apart from what the target said", () => {
  expect(parts("Bearer [removed: authorization] end")).toEqual([
    { kind: "said", text: "Bearer ", at: 0 },
    { kind: "removed", text: "authorization", at: 7 },
    { kind: "said", text: " end", at: 31 },
  ]);
  expect(parts("")).toEqual([]);
  expect(parts("[removed: ")).toEqual([{ kind: "said", text: "[removed: ", at: 0 }]);
});

test("what was escaped because it is not seen, or turns text around, stays escaped when JSON is indented", () => {
  const body = String.raw`{"name":"abc\u202egnp.exe","zero":"a\u200bb","bell":"\u0007","lone":"\ud800"}`;
  for (const escaped of ["\\u202e", "\\u200b", "\\u0007", "\\ud800"]) expect(bodyText(body)).toContain(escaped);
  expect(bodyText(body)).not.toMatch(/[\p{Cf}\p{Cs}]/u);
});
