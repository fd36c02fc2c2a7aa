import type { Client, Overview, StreamEvent, StreamHandlers } from "@statusquo/api/client";
import { QueryClient } from "@tanstack/react-query";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { incidentOf, NOON, overviewOf, rowOf, summaryOf } from "../testing/views.ts";
import { startLive } from "./live.ts";

beforeEach(() => void vi.useFakeTimers({ now: NOON }));
afterEach(() => void vi.useRealTimers());

/** The live side with a stream that a test speaks for. */
function listening() {
  let handlers: StreamHandlers | undefined;
  const client: Pick<Client, "subscribe"> = {
    subscribe(given) {
      handlers = given;
      return { close() {} };
    },
  };
  const queries = new QueryClient();
  const read: string[] = [];
  vi.spyOn(queries, "invalidateQueries").mockImplementation(async (filters) => {
    read.push((filters?.queryKey ?? ["everything"]).join(" "));
  });
  const live = startLive(client as Client, queries);
  return { live, queries, read, say: (event: StreamEvent) => handlers?.onEvent(event) };
}

const batch = (now: number): StreamEvent => ({
  event: "sample-batch",
  data: {
    now,
    monitors: [
      {
        id: "create-order",
        samples: [{ region: "eu-west", slot: now, code: 409, missed: null, expected: false, totalMs: 9 }],
      },
    ],
  },
});
const opened = (id: number): StreamEvent => ({
  event: "incident",
  data: { now: NOON, change: "opened", incident: summaryOf({ id, monitorName: `Monitor ${id}` }) },
});

test("an answer that came while the overview was on its way is in it", () => {
  const { live, say } = listening();
  say(batch(NOON + 1_000));
  expect(live.caughtUp(overviewOf([rowOf()])).monitors[0]?.cells.c409.at(-1)).toBe(1);
});

test("an open incident on the page is read again with its monitor's answers, once per two seconds; a resolved one is not", () => {
  const { queries, read, say } = listening();
  queries.setQueryData(["incident", 412], incidentOf());
  queries.setQueryData(["incident", 7], incidentOf({ id: 7, state: "resolved" }));
  say(batch(NOON + 1_000));
  say(batch(NOON + 1_500));
  expect(read).toEqual([]);
  vi.advanceTimersByTime(2_000);
  expect(read.filter((key) => key.startsWith("incident"))).toEqual(["incident 412"]);
});

test("a stream that could not resume has everything read again", () => {
  const { read, say } = listening();
  const hello = (resumed: boolean): StreamEvent => ({
    event: "hello",
    data: { now: NOON, version: "0.1.0", heartbeatMs: 10_000, resumed },
  });
  say(hello(true));
  expect(read).toEqual([]);
  say(hello(false));
  expect(read).toEqual(["everything"]);
});

test("new incidents are said aloud at most once in half a minute", () => {
  const { live, say } = listening();
  say(opened(1));
  expect(live.state().said).toContain("Monitor 1");
  say(opened(2));
  expect(live.state().said).toContain("Monitor 1");
  vi.advanceTimersByTime(30_000);
  say(opened(3));
  expect(live.state().said).toContain("Monitor 3");
});

test("the server's clock is known from what it says", () => {
  const { live, say } = listening();
  say(batch(NOON - 5_000));
  expect(live.state()).toMatchObject({ skewMs: -5_000, heardAt: NOON, resultAt: NOON - 5_000 });
});

test("a region's newest answer is known from the stream", () => {
  const { queries, say } = listening();
  const region = { region: "eu-west", lastSampleAt: NOON - 60_000 };
  queries.setQueryData(["regions"], { now: NOON, regions: [region, { ...region, region: "us-east" }] });
  say(batch(NOON + 1_000));
  expect(queries.getQueryData(["regions"])).toMatchObject({
    regions: [{ lastSampleAt: NOON + 1_000 }, { lastSampleAt: NOON - 60_000 }],
  });
});

test("hundreds of monitors' answers are counted together; one that stands elsewhere is shown at once", () => {
  const { queries, say } = listening();
  const rows = Array.from({ length: 100 }, (_, index) =>
    rowOf({ id: index === 0 ? "create-order" : `other-${index}` }),
  );
  queries.setQueryData(["overview", "1h"], overviewOf(rows));
  const conflicts = () => queries.getQueryData<Overview>(["overview", "1h"])?.monitors[0]?.cells.c409.at(-1);
  say(batch(NOON + 1_000));
  expect(conflicts()).toBe(1);
  say(batch(NOON + 11_000));
  vi.advanceTimersByTime(1_900);
  expect(conflicts()).toBe(1);
  vi.advanceTimersByTime(200);
  expect(conflicts()).toBe(2);
  say(batch(NOON + 21_000));
  const verdict = { monitor: "create-order", slot: NOON, reason: "409 on 3 of 9", sampled: 2, missed: 0, readings: [] };
  say({ event: "verdict", data: { now: NOON + 21_000, standing: "usual", ...verdict } });
  expect(conflicts()).toBe(2);
  say({ event: "verdict", data: { now: NOON + 21_000, standing: "watching", ...verdict } });
  expect(conflicts()).toBe(3);
});
