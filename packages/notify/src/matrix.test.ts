import { expect, test } from "vitest";
import { viewMatrix } from "./matrix.ts";
import { conflictFacts } from "./testing/facts.ts";

test("slots a minute apart are named by their minutes, closer ones by their seconds within it", () => {
  const facts = conflictFacts();
  const start = Date.UTC(2026, 0, 6, 10, 19, 0);
  const every = (ms: number) => {
    const slots = Array.from({ length: 10 }, (_, index) => start + index * ms);
    const matrix = { slots, rows: [{ region: "eu", codes: slots.map(() => 200), bad: 0, of: 10 }] };
    return viewMatrix({ ...facts, onsetAt: start + 3 * ms, matrix }, 10);
  };
  expect(every(60_000)?.labels).toEqual(["10:19", "", "", "10:22", "", "", "", "", "", "10:28"]);
  expect(every(60_000)?.tallied).toBe("since 10:22");
  expect(every(5_000)?.labels).toEqual(["10:19", "", "", ":15", "", "", "", "", "", ":45"]);
  expect(every(5_000)?.tallied).toBe("since 10:19:15");
});
