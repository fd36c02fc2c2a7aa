import { type Expectation, parseCodeRange } from "@statusquo/core";
import { expect, test } from "vitest";
import { world } from "./testing/world.ts";
import { classOf, limitOf, usualShares } from "./usual.ts";

const expecting = (...texts: string[]) => ({ expect: texts.map(parseCodeRange) as Expectation });

test("a class holds what is unexpected; 409 is followed even where it is expected", () => {
  const monitor = expecting("2xx", "404", "409");
  const classes = [200, 404, 409, 429, 503, 0, 301, 799].map((code) => classOf(monitor, code));
  expect(classes).toEqual([null, null, "c409", "c4xx", "c5xx", "none", "other", "other"]);
});

/** 409 1 %, 429 and 404 0.2 % each, any unexpected code 2 %. */
function sharesOf(codes: number[], monitor = world().monitors.orders) {
  const asked: string[] = [];
  const usual = usualShares(
    {
      usual(_, stream, at) {
        asked.push(`${stream} ${at}`);
        return { share: stream === "any" ? 0.02 : stream === 409 ? 0.01 : 0.002, bad: 1, of: 100 };
      },
    },
    monitor,
    codes,
  );
  return { usual, asked };
}

test("what is usual for a class is the sum of its codes; a class never seen gets what the others leave of any code", () => {
  const { usual } = sharesOf([200, 409, 429, 404]);
  expect(usual.ofClass("c409", 0)).toBe(0.01);
  expect(usual.ofClass("c4xx", 0)).toBeCloseTo(0.004, 12);
  expect(usual.ofClass("c5xx", 0)).toBeCloseTo(0.02 - 0.01 - 0.004, 12);
});

test("an expected 409 is no part of any unexpected code, so it is not taken from it", () => {
  const { orders } = world().monitors;
  const { usual } = sharesOf([200, 409], { ...orders, ...expecting("2xx", "409") });
  expect(usual.ofClass("c5xx", 0)).toBeCloseTo(0.02, 12);
});

test("a quarter of an hour is asked for once", () => {
  const { usual, asked } = sharesOf([409]);
  for (let at = 0; at < 1_800_000; at += 60_000) usual.ofClass("c409", at);
  expect(asked).toEqual(["409 0", "409 900000"]);
});

test("where nothing is learned there is no limit, not a limit of 0", () => {
  expect(limitOf(6, null)).toBeNull();
  expect(limitOf(6, 0.012)).toBe(1);
});
