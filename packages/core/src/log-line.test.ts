import fc from "fast-check";
import { expect, test } from "vitest";
import { visibleLine } from "./log-line.ts";

test("a line shows every letter that a terminal would act on, and says the same", () => {
  expect(visibleLine('{"said":"a\u009b2J\u202eb\u2028"}')).toBe('{"said":"a\\u009b2J\\u202eb\\u2028"}');
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (said) => {
      const line = visibleLine(JSON.stringify({ said }));
      expect(line).not.toMatch(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u);
      expect(JSON.parse(line)).toEqual({ said });
    }),
  );
});
