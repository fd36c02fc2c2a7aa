import { expect, test } from "vitest";
import { createHeldUp } from "./held-up.ts";

function world() {
  let at = 0;
  let tick = () => {};
  const heldUp = createHeldUp(
    () => at,
    (_, work) => {
      tick = work;
    },
  );
  return {
    heldUp,
    /** Time passes; the timer fires at its end. */
    pass(ms: number) {
      at += ms;
      tick();
    },
    /** Time passes, and the timer has not fired yet. */
    late(ms: number) {
      at += ms;
    },
    at: () => at,
  };
}

test("a timer that comes in time says that nothing was held up", () => {
  const { heldUp, pass } = world();
  for (let nth = 0; nth < 100; nth++) pass(105);
  expect(heldUp.since(0)).toBe(0);
});

test("the longest stretch since an instant counts, and only its part after that instant", () => {
  const { heldUp, pass, at } = world();
  pass(600);
  pass(100);
  const begun = at();
  pass(300);
  expect(heldUp.since(0)).toBe(500);
  expect(heldUp.since(begun)).toBe(200);
  expect(heldUp.since(begun + 250)).toBe(50);
});

test("what holds it up at this very moment counts", () => {
  const { heldUp, pass, late, at } = world();
  pass(100);
  const begun = at();
  late(700);
  expect(heldUp.since(begun)).toBe(600);
});

test("a process that is held up all the time remembers a bounded past", () => {
  const { heldUp, pass } = world();
  pass(10_000);
  for (let nth = 0; nth < 2_000; nth++) pass(200);
  expect(heldUp.since(0)).toBe(100);
});
