import { expect, test } from "vitest";
import { severityOf } from "./severity.ts";

const EVERYWHERE = { kind: "everywhere" as const, regions: ["eu", "us"], elsewhere: [] };
const IN_EU = { kind: "regions" as const, regions: ["eu"], elsewhere: ["us"] };
const of = (bad: number, all: number, code: number | null = 409, scope: typeof EVERYWHERE | typeof IN_EU = IN_EU) =>
  severityOf({ code, scope: scope as typeof EVERYWHERE, seen: { bad, of: all } }, null).severity;

test("from half of the answers on it is critical", () => {
  expect(of(4, 9)).toBe("warning");
  expect(of(5, 10)).toBe("critical");
  expect(of(0, 0)).toBe("warning");
});

test("no answer and 5xx are critical where all regions have them, however rarely", () => {
  expect(of(1, 10, 0, EVERYWHERE)).toBe("critical");
  expect(of(1, 10, 503, EVERYWHERE)).toBe("critical");
  expect(of(1, 10, 503, IN_EU)).toBe("warning");
  expect(of(1, 10, 409, EVERYWHERE)).toBe("warning");
  expect(of(1, 10, null, EVERYWHERE)).toBe("warning");
});

test("what the definition says stands", () => {
  const incident = { code: 503, scope: EVERYWHERE, seen: { bad: 10, of: 10 } };
  expect(severityOf(incident, "warning")).toEqual({
    severity: "warning",
    reason: expect.stringContaining("definition"),
  });
});
