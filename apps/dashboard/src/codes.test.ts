import { expect, test } from "vitest";
import { classOf, codeTitle, kindOf } from "./codes.ts";

test("violet is 409 and nothing else", () => {
  const others = [0, 100, 200, 302, 400, 408, 410, 499, 500, 599, null];
  expect(others.map(kindOf)).not.toContain("k409");
  expect(kindOf(409)).toBe("k409");
});

test("409 is counted even where it is expected, other expected codes are not", () => {
  expect(classOf(409, true)).toBe("c409");
  expect(classOf(404, true)).toBeNull();
  expect([0, 404, 503, 302].map((code) => classOf(code, false))).toEqual(["none", "c4xx", "c5xx", "other"]);
});

test("a code without a phrase stands as its number, no answer in words", () => {
  expect([409, 599, 0, null].map(codeTitle)).toEqual(["409 Conflict", "599", "No answer", "Unexpected codes"]);
});
