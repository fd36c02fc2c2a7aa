import type { Incident, StreamName } from "@statusquo/core";
import { expect, test } from "vitest";
import { world } from "./testing/world.ts";
import { usualThen } from "./usual-then.ts";

const MINUTE = 60_000;

/** Learning says 60 % for every hour; the world's incident opened where 1.2 % was usual. */
function asked(change: Partial<Incident>) {
  const { ports, memory } = world();
  const [incident] = memory.incidents;
  if (incident === undefined) throw new Error("the world has no incident");
  Object.assign(incident, change);
  const usual = usualThen({ ...ports, usual: () => ({ share: 0.6, bad: 1, of: 100 }) });
  return { incident, share: (stream: StreamName, at: number) => usual("orders", stream, at)?.share };
}

test("within an incident what is usual is what it was judged by, whatever was learned in its hours since", () => {
  const { incident, share } = asked({});
  const { usualShare } = incident.evidence;
  expect(usualShare).toBeLessThan(0.6);
  expect(share(409, incident.onsetAt)).toBe(usualShare);
  expect(share(409, incident.onsetAt - 20 * MINUTE)).toBe(usualShare);
  expect(share(409, incident.onsetAt - 45 * MINUTE)).toBe(0.6);
  expect(share(409, incident.onsetAt + 600 * MINUTE)).toBe(usualShare);
  expect(share(503, incident.onsetAt)).toBe(0.6);
});

test("after its end learning speaks again; of what was accepted at once", () => {
  const over = (closedAs: Incident["closedAs"], resolvedAt: number) =>
    asked({ state: "resolved", closedAs, resolvedAt });
  const end = asked({}).incident.onsetAt + 10 * MINUTE;
  const { usualShare } = asked({}).incident.evidence;
  expect(over("recovered", end).share(409, end + 20 * MINUTE)).toBe(usualShare);
  expect(over("recovered", end).share(409, end + 40 * MINUTE)).toBe(0.6);
  expect(over("accepted", end).share(409, end + MINUTE)).toBe(0.6);
  expect(over("accepted", end).share(409, end - MINUTE)).toBe(usualShare);
});

test("an incident of several codes is judged by all of them", () => {
  const { incident, share } = asked({ code: null, codes: [500, 502] });
  const { usualShare } = incident.evidence;
  expect([500, 502, "any", 409].map((stream) => share(stream as StreamName, incident.onsetAt))).toEqual([
    usualShare,
    usualShare,
    usualShare,
    0.6,
  ]);
});
