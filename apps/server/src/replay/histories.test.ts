/** Made-up histories with the shapes that real ones have: what a person would be told of them. */
import { expect, test } from "vitest";
import { BEGIN, DAY, dice, HOUR, linesOf, MINUTE, play } from "../../test/recording.ts";

const EVERY = 5 * MINUTE;
const historyOf = async (days: number, code: (since: number) => number | null) =>
  (await play(linesOf({ everyMs: EVERY, forMs: days * DAY, code }))).incidents();

test("an endpoint that comes and goes for weeks is a few incidents, not hundreds", async () => {
  const roll = dice(3);
  let isDown = false;
  let runs = 0;
  const incidents = await historyOf(30, (since) => {
    if (since < 2 * DAY) return 200;
    // Down for a quarter of an hour on average, well for half an hour.
    const was = isDown;
    isDown = isDown ? roll() > 1 / 3 : roll() < 1 / 6;
    if (isDown && !was) runs++;
    return isDown ? 503 : 200;
  });
  expect(runs).toBeGreaterThan(800);
  expect(incidents.length).toBeGreaterThan(0);
  expect(incidents.length).toBeLessThanOrEqual(20);
});

test("an endpoint that is dead for months is one incident, which stays open", async () => {
  const incidents = await historyOf(120, (since) => (since < 10 * DAY ? 200 : 0));
  expect(incidents).toMatchObject([{ code: 0, began: BEGIN + 10 * DAY, closed: null }]);
});

test("an endpoint that was dead from the start is one incident", async () => {
  expect(await historyOf(60, () => 503)).toMatchObject([{ code: 503, began: BEGIN, closed: null }]);
});

test.each([401, 404])("a monitor that has always said %i brings nothing, until it breaks", async (usual) => {
  const incidents = await historyOf(30, (since) => (since >= 20 * DAY && since < 20 * DAY + 2 * HOUR ? 503 : usual));
  expect(incidents).toMatchObject([{ code: 503, began: BEGIN + 20 * DAY }]);
});

test("an outage whose code drifts from 503 to 502 stays one incident", async () => {
  const incidents = await historyOf(20, (since) => {
    if (since < 10 * DAY || since >= 11 * DAY) return 200;
    return since < 10 * DAY + 6 * HOUR ? 503 : 502;
  });
  expect(incidents).toHaveLength(1);
  expect(incidents[0]?.closed).toBeLessThan(BEGIN + 11 * DAY + HOUR);
});

test("gaps in a recording open nothing and close nothing", async () => {
  const isGap = (since: number) => since % (2 * DAY) > DAY && since % (2 * DAY) < DAY + 12 * HOUR;
  expect(await historyOf(30, (since) => (isGap(since) ? null : 200))).toEqual([]);
  const broken = await historyOf(30, (since) => (isGap(since) ? null : since < 10 * DAY ? 200 : 503));
  expect(broken).toMatchObject([{ closed: null }]);
});

test("a day in which three answers in ten are conflicts, after weeks of one in a hundred, is one incident", async () => {
  const roll = dice(5);
  const incidents = await historyOf(30, (since) => {
    const share = since >= 20 * DAY && since < 21 * DAY ? 0.3 : 0.01;
    return roll() < share ? 409 : 200;
  });
  expect(incidents).toMatchObject([{ code: 409 }]);
  expect(Math.abs((incidents[0]?.began ?? 0) - (BEGIN + 20 * DAY))).toBeLessThan(2 * HOUR);
});
