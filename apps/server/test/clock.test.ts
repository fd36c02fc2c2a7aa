import { expect, test } from "vitest";
import { HOUR, MINUTE, SECOND, START, startHeart } from "./heart.ts";

const YAML = `regions: [eu]
self: { notify: [ops] }
channels:
  ops: { slack: { webhook: "https://hooks.example.com/x" } }
monitors:
  - { id: orders, url: https://example.com/, every: 30s, timeout: 5s, usual: { 409: 1% }, notify: [ops] }
`;
type Heart = Awaited<ReturnType<typeof startHeart>>;
const rows = (heart: Heart) => heart.store.reader.samples({ monitor: "orders", limit: 10_000 }).toReversed();
const between = (heart: Heart, from: number, to: number) =>
  rows(heart).filter(({ slot, state }) => slot > from && slot <= to && state === "sampled");
const alerts = (heart: Heart) =>
  heart.store.reader
    .internalAlerts({ limit: 10 })
    .map(({ kind, resolvedAt }) => `${kind} ${resolvedAt === null ? "open" : "over"}`);
const isOnce = (heart: Heart) => new Set(rows(heart).map(({ slot }) => slot)).size === rows(heart).length;

for (const [name, wrong] of [
  ["1970", 5 * MINUTE],
  ["2099", Date.UTC(2099, 5, 1)],
] as const) {
  test(`a start with the clock in ${name} stores nothing, says so, and goes on at once when the clock is right`, async () => {
    const heart = await startHeart(YAML);
    await heart.advance(5 * MINUTE);
    const before = rows(heart);
    heart.clock.jumpTo(wrong);
    await heart.crash();
    await heart.advance(10 * MINUTE);
    expect(rows(heart)).toEqual(before);
    expect(heart.walk.heartbeats().clockTrouble).toContain(`the clock of this machine says ${name}`);
    expect(heart.walk.monitors()).toHaveLength(1);

    const right = START + 20 * MINUTE;
    heart.clock.jumpTo(right);
    await heart.advance(2 * MINUTE);
    expect(heart.walk.heartbeats().clockTrouble).toBeNull();
    expect(between(heart, right, right + 2 * MINUTE - SECOND)).toHaveLength(4);
    expect(isOnce(heart)).toBe(true);
    expect(rows(heart).every(({ slot }) => slot >= START && slot <= right + 2 * MINUTE)).toBe(true);
    expect(alerts(heart)).toEqual(["clock_wrong over"]);
    expect(heart.heard()).toEqual(["ops internal clock_wrong opened"]);
  });
}

test("a first start with the clock in 2099 leaves no gap of a day behind", async () => {
  const heart = await startHeart(YAML, Date.UTC(2099, 0, 1));
  await heart.advance(MINUTE);
  heart.clock.jumpTo(START);
  await heart.advance(2 * MINUTE);
  expect(rows(heart)).toHaveLength(4);
  expect(rows(heart).every(({ state }) => state === "sampled")).toBe(true);
});

test("a clock that jumps to 2099 while the server runs judges nothing there", async () => {
  const heart = await startHeart(YAML);
  await heart.advance(5 * MINUTE);
  heart.clock.jumpTo(Date.UTC(2099, 0, 1));
  await heart.advance(MINUTE);
  heart.clock.jumpTo(START + 7 * MINUTE);
  await heart.advance(2 * MINUTE);
  expect(rows(heart).every(({ slot }) => slot <= START + 9 * MINUTE)).toBe(true);
  expect(between(heart, START + 7 * MINUTE, START + 9 * MINUTE - SECOND)).toHaveLength(4);
});

for (const [name, ahead] of [
  ["ten hours", 10 * HOUR],
  ["a year", 365 * 24 * HOUR],
] as const) {
  test(`after a start with the clock ${name} ahead, sampling goes on as soon as it is set right`, async () => {
    const heart = await startHeart(YAML);
    await heart.advance(2 * HOUR);
    const learned = heart.walk.detector("orders")?.any.learnedMin ?? 0;
    heart.clock.jumpTo(START + 2 * HOUR + ahead);
    await heart.crash();
    await heart.advance(5 * MINUTE);
    const stored = rows(heart).filter(({ state }) => state === "sampled");

    const right = START + 2 * HOUR + 6 * MINUTE;
    heart.clock.jumpTo(right);
    await heart.advance(10 * MINUTE);
    expect(between(heart, right, right + 10 * MINUTE - SECOND)).toHaveLength(20);
    expect(isOnce(heart)).toBe(true);
    expect(heart.walk.heartbeats().clockTrouble).toBeNull();
    expect(alerts(heart)[0]).toBe("clock_wrong over");
    // What was stored under the wrong time stays, and what was learned is not lost by it.
    expect(rows(heart)).toEqual(expect.arrayContaining(stored));
    expect(heart.walk.detector("orders")?.any.learnedMin).toBeGreaterThan(learned);

    // A rise is found by the right clock, after a further start too.
    await heart.crash();
    heart.answer(() => 409);
    await heart.advance(10 * MINUTE);
    expect(heart.heard()).toContain("ops opened 1");
    const [incident] = heart.store.reader.incidents({ limit: 1 });
    expect(incident?.onsetAt).toBeGreaterThan(right);
    expect(incident?.onsetAt).toBeLessThan(heart.clock.now());
    const five = { monitors: ["orders"], from: right, to: right + 10 * MINUTE, stepMs: 5 * MINUTE };
    expect(heart.store.reader.counts(five).reduce((sum, { probes }) => sum + probes, 0)).toBeGreaterThan(18);
  });
}

test("slots that were stored by a clock that ran ahead are met when their time comes, and no row is written twice", async () => {
  const heart = await startHeart(YAML);
  await heart.advance(HOUR);
  heart.clock.jumpTo(START + 2 * HOUR);
  await heart.advance(5 * MINUTE);
  const ahead = between(heart, START + 2 * HOUR, START + 2 * HOUR + 5 * MINUTE);
  heart.clock.jumpTo(START + HOUR + 5 * MINUTE);
  await heart.advance(70 * MINUTE);
  expect(heart.walk.heartbeats().clockTrouble).toBeNull();
  expect(isOnce(heart)).toBe(true);
  expect(rows(heart)).toEqual(expect.arrayContaining(ahead));
  expect(heart.store.reader.verdict("orders")?.slot).toBeGreaterThan(START + 2 * HOUR + 14 * MINUTE);
  expect(rows(heart).filter(({ slot, state }) => slot > START + HOUR + 6 * MINUTE && state === "missed")).toEqual([]);
});

test("a clock that is set back by two hours is waited for, which is told, and over when it is there again", async () => {
  const heart = await startHeart(YAML);
  await heart.advance(3 * HOUR);
  const before = rows(heart);
  heart.clock.jumpTo(START + HOUR);
  await heart.advance(MINUTE);
  expect(heart.walk.heartbeats().clockTrouble).toContain("it was set back");
  expect(heart.heard()).toEqual(["ops internal clock_wrong opened"]);
  await heart.advance(HOUR);
  expect(rows(heart)).toEqual(before);
  await heart.crash();
  await heart.advance(MINUTE);
  expect(rows(heart)).toEqual(before);
  expect(alerts(heart)[0]).toBe("clock_wrong open");
  await heart.advance(HOUR);
  expect(heart.walk.heartbeats().clockTrouble).toBeNull();
  expect(alerts(heart)).toEqual(["clock_wrong over", "clock_wrong over"]);
  expect(isOnce(heart)).toBe(true);
  expect(rows(heart).length).toBeGreaterThan(before.length);
});

test("a message that was due when the clock was set back goes out, and not two hours later", async () => {
  const heart = await startHeart(YAML);
  await heart.advance(3 * HOUR);
  heart.answer(() => 409);
  heart.say(() => ({ kind: "retry", said: "451 later" }));
  await heart.advance(10 * MINUTE);
  expect(heart.heard()).toEqual([]);
  heart.say(() => ({ kind: "delivered", said: "ok" }));
  heart.clock.jumpTo(START + HOUR);
  await heart.advance(MINUTE);
  expect(heart.heard()).toContain("ops opened 1");
});

test("what is past its age is kept for a day after a leap of more than a day: it may be the clock that leapt", async () => {
  const heart = await startHeart(YAML);
  await heart.advance(HOUR);
  const before = rows(heart).length;
  heart.clock.jumpTo(START + 60 * 24 * HOUR);
  await heart.crash();
  await heart.advance(10 * MINUTE);
  expect(rows(heart).filter(({ slot }) => slot < START + HOUR).length).toBe(before);
  for (const _ of [1, 2]) {
    heart.clock.jumpTo(heart.clock.now() + 13 * HOUR);
    await heart.advance(MINUTE);
  }
  expect(rows(heart).filter(({ slot }) => slot < START + HOUR)).toEqual([]);
});
