import { expect, test } from "vitest";
import { overviewOf, rowOf, summaryOf } from "../testing/views.ts";
import { detailOf, sentenceOf } from "./say.ts";

test("the sentence names the worst that is true", () => {
  const of = (...standings: Parameters<typeof rowOf>[0][]) => sentenceOf(overviewOf(standings.map(rowOf)));
  expect(of({ incident: summaryOf() }, { standing: "watching" })).toBe("One endpoint is misbehaving.");
  expect(of({ standing: "watching" }, { standing: "no_data" })).toBe("One endpoint is being watched.");
  expect(of({ standing: "no_data" }, {})).toBe("One endpoint sends no data.");
  expect(of({ standing: "no_data" }, { standing: "no_data" })).toBe("No results are coming in.");
  expect(of({ standing: "learning" }, { standing: "learning" })).toBe("Learning what is usual.");
  expect(of({}, { standing: "learning" })).toBe("Everything behaves as usual.");
});

test("the detail counts, and quotes the worst incident", () => {
  const overview = overviewOf([rowOf({ incident: summaryOf(), standing: "spike" }), rowOf(), rowOf()]);
  expect(detailOf(overview)).toBe(
    "2 of 3 answer with their usual mix of codes. Worst: Create order, 409 on 41 of 45 probes in eu-west; usual is 1.2 %.",
  );
});
