import type { Delivery } from "@statusquo/api/client";
import { expect, test } from "vitest";
import { incidentOf, MINUTE, NOON } from "../testing/views.ts";
import { fateOf, momentsOf } from "./timeline.ts";

const opened = NOON - 13 * MINUTE;
const delivery = (change: Partial<Delivery>): Delivery => ({
  num: 1,
  key: "inc-412.1.team.a@example.com",
  alert: null,
  incident: 412,
  kind: "opened",
  channel: "team",
  recipient: "a@example.com",
  state: "delivered",
  createdAt: opened,
  dueAt: null,
  attempts: [],
  ...change,
});

test("the timeline is in order of time, with every attempt to tell somebody", () => {
  const moments = momentsOf(
    incidentOf({
      acknowledgedAt: opened + 5 * MINUTE,
      timeline: [
        { at: NOON - 15 * MINUTE, kind: "onset", text: "the mix of codes most likely changed", by: null },
        { at: opened, kind: "opened", text: "409 rose above what is usual", by: null },
        { at: opened + 5 * MINUTE, kind: "acknowledged", text: "acknowledged", by: "ana" },
        { at: opened + 6 * MINUTE, kind: "note", text: "rolling back", by: "ana" },
      ],
      followAt: opened + 240 * MINUTE,
      deliveries: [
        delivery({
          attempts: [
            { at: opened + 1_000, result: "retry", said: "503" },
            { at: opened + 30_000, result: "delivered", said: "250 ok" },
          ],
        }),
      ],
    }),
  );
  expect(moments.map(({ kind, title, detail }) => [kind, `${title} ${detail}`])).toEqual([
    ["onset", "Began. The mix of codes most likely changed"],
    ["opened", "Detected. 409 rose above what is usual"],
    ["refused", "Not told team, a@example.com that it opened: 503"],
    ["told", "Told team, a@example.com that it opened, try 2: 250 ok"],
    ["acknowledged", "Acknowledged by ana. 5 min after it was detected."],
    ["note", "Note by ana. Rolling back"],
    ["ahead", "Reminder, if it is still open and not acknowledged."],
  ]);
  expect(moments[0]?.giveMs).toBe(MINUTE);
});

test("a message says how it fared", () => {
  const ok = { at: opened + 1_900, result: "delivered", said: "ok" } as const;
  const no = { at: opened + 100, result: "retry", said: "503" } as const;
  expect(fateOf(delivery({ attempts: [ok] }))).toBe("in 1.9 s, first try");
  expect(fateOf(delivery({ attempts: [no, { ...ok, at: opened + 30_800 }] }))).toBe("in 30 s, try 2");
  expect(fateOf(delivery({ state: "dead", attempts: [no, no] }))).toBe("given up after 2 tries");
  expect(fateOf(delivery({ state: "pending" }))).toBe("on its way");
  expect(fateOf(delivery({ state: "pending", attempts: [no] }))).toBe("tried once");
});
