import { expect, test } from "vitest";
import { seriesOf } from "../testing/views.ts";
import { columnsOf, regionMarks, stackedCodes, stackedPhases, topOf } from "./columns.ts";

test("a column lights a code that is above the limit of its own probes", () => {
  const columns = columnsOf(seriesOf([12, 12], [3, 4]), 409);
  expect(columns.map(({ segments }) => segments)).toEqual([
    [{ code: 409, kind: "k409", count: 3, lit: false }],
    [{ code: 409, kind: "k409", count: 4, lit: true }],
  ]);
  expect(columns[0]?.band).toBe(0.25);
});

test("a column without probes has no band: nothing is known of it", () => {
  expect(columnsOf(seriesOf([0], [0]), 409)[0]).toMatchObject({ band: null, segments: [] });
});

test("expected codes are the empty space, 409 lies lowest", () => {
  const codes = { 201: [1], 503: [1], 409: [1], 0: [1], 404: [1] };
  expect(stackedCodes({ codes, expected: [201] })).toEqual([409, 404, 503, 0]);
});

test("rolling up does not hide the worst five minutes", () => {
  const series = seriesOf([240], [12], {
    stepMs: 3_600_000,
    worst: { 409: { bad: [10], of: [20] } },
  });
  expect(columnsOf(series, 409)[0]?.peaks).toEqual([{ kind: "k409", share: 0.5, bad: 10, of: 20, code: 409 }]);
  expect(columnsOf({ ...series, stepMs: 60_000 }, 409)[0]?.peaks).toEqual([]);
});

test("the scale is the smallest readable one that cuts nothing off", () => {
  expect(topOf(columnsOf(seriesOf([100], [0], { limits: { 409: [4] } }), 409))).toBe(0.05);
  expect(topOf(columnsOf(seriesOf([12], [4]), 409))).toBe(0.5);
  expect(topOf(columnsOf(seriesOf([12], [12]), 409))).toBe(1);
});

test("a region is judged by its own number of probes", () => {
  const series = seriesOf([12, 12], [4, 4]);
  const [few, many] = regionMarks(series, {
    region: "eu-west",
    probes: [4, 4],
    missed: [0, 4],
    codes: { 409: [1, 4], 201: [3, 0] },
  });
  expect(few).toMatchObject({ lit: [], muted409: 0.25, missed: 0 });
  expect(many).toMatchObject({ lit: [{ name: "c409", share: 1 }], missed: 0.5 });
});

test("phases lie over each other, and a column without samples stays open", () => {
  const phases = { dns: [1, null], connect: [2, null], tls: [null, null], firstByte: [10, null], body: [1, null] };
  expect(stackedPhases({ phases })).toEqual([
    [1, null],
    [3, null],
    [3, null],
    [13, null],
    [14, null],
  ]);
});
