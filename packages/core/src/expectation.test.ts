import { expect, test } from "vitest";
import { DEFAULT_EXPECTATION, type Expectation, expectationText, isExpected, parseCodeRange } from "./expectation.ts";

const expectation = (...codes: string[]): Expectation =>
  codes.map((code) => {
    const range = parseCodeRange(code);
    if (typeof range === "string") throw new Error(range);
    return range;
  });

test.each<[string[], number[], number[]]>([
  [["201"], [201], [200, 202, 409, 0]],
  [["2xx"], [200, 204, 299], [199, 300, 409, 0]],
  [
    ["2xx", "409"],
    [200, 409],
    [404, 500, 0],
  ],
  [["!409"], [200, 404, 500], [409, 0]],
  [["2xx", "!204"], [200], [204, 409, 0]],
])("%j expects %j and not %j", (codes, expected, unexpected) => {
  for (const status of expected) expect(isExpected(expectation(...codes), status)).toBe(true);
  for (const status of unexpected) expect(isExpected(expectation(...codes), status)).toBe(false);
});

test("without a word in the definition any 2xx is expected", () => {
  expect(isExpected(DEFAULT_EXPECTATION, 204)).toBe(true);
  expect(isExpected(DEFAULT_EXPECTATION, 409)).toBe(false);
  expect(expectationText(DEFAULT_EXPECTATION)).toBe("2xx");
});

test.each(["600", "99", "2x", "2XX", "", "abc", "!!409", "200-299"])(
  "%j is no expectation, and says what is one",
  (text) => {
    expect(parseCodeRange(text)).toContain(`got "${text}"`);
  },
);
