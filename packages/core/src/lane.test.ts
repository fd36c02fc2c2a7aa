import fc from "fast-check";
import { expect, test } from "vitest";
import {
  bundleOf,
  CROWD,
  CROWD_MS,
  FRESH_LANE,
  keysShown,
  LARGEST_GROUP,
  type LaneMemory,
  type LanePlan,
  PACE_MS,
  type PlannedBundle,
  planLane,
  remember,
  SETTLE_MS,
} from "./lane.ts";
import type { AlertFacts, AlertKind, OutboxRow, PendingRow } from "./notification.ts";

const T = 1_767_225_600_000;
const SECOND = 1_000;

interface Change {
  kind?: AlertKind;
  at?: number;
  host?: string;
  deploy?: number | null;
  regions?: string[];
  seq?: number;
}

function row(incident: number, change: Change = {}): PendingRow {
  const { kind = "opened", at = T, host = `h-${incident}.example.com`, deploy = null, regions } = change;
  const seq = change.seq ?? (kind === "opened" ? 1 : 2);
  const scope = regions
    ? { kind: "regions" as const, regions }
    : { kind: "everywhere" as const, regions: ["eu", "us"] };
  return {
    ...{ key: `inc-${incident}.${seq}.ops.ops`, kind, incident, alert: null, seq, channel: "ops", recipient: "ops" },
    ...{ createdAt: at, dueAt: at, attempts: 0, bundle: null },
    heading: { monitor: `m-${incident}`, host, severity: "critical", scope, deploy },
  };
}

const internal = (alert: number, at = T): PendingRow => ({
  ...row(0, { at }),
  ...{ key: `self-${alert}.1.ops.ops`, kind: "internal", incident: null, alert, heading: null },
});

function sent(plan: LanePlan): PlannedBundle {
  if (plan.send === null) throw new Error(`nothing is sent until ${plan.until}`);
  return plan.send;
}
const later = (rows: PendingRow[], ms = SETTLE_MS, lane: LaneMemory = FRESH_LANE) => planLane(rows, lane, T + ms);
const lane = (...sentAt: number[]): LaneMemory => ({ sentAt, digestAt: null });

test("one row is one message under its own key, once it has settled", () => {
  expect(later([row(1)], SETTLE_MS - 1)).toEqual({ send: null, until: T + SETTLE_MS });
  expect(sent(later([row(1)]))).toEqual({ key: "inc-1.1.ops.ops", keys: ["inc-1.1.ops.ops"], form: "incident" });
  expect(later([])).toEqual({ send: null, until: null });
});

test("what opened and resolved before it could be sent is one message, under a key of its own", () => {
  const plan = sent(later([row(1), row(1, { kind: "resolved", at: T + SECOND })], 3 * SECOND));
  expect(plan).toEqual({
    ...{ key: "inc-1.2.ops.ops+1", form: "incident" },
    keys: ["inc-1.1.ops.ops", "inc-1.2.ops.ops"],
  });
});

test.for([
  ["host", { host: "api.example.com" }],
  ["deploy", { deploy: 7 }],
  ["regions", { regions: ["eu"] }],
] as const)(
  "monitors that break together on the same %s are one message, with company that is still settling",
  ([, same]) => {
    const alike = { ...same, ...("regions" in same ? { regions: ["eu"] } : {}) } as Change;
    const plan = sent(later([row(1, alike), row(2), row(3, { ...alike, at: T + SECOND })]));
    expect(plan).toMatchObject({ keys: ["inc-1.1.ops.ops", "inc-3.1.ops.ops"], form: "group" });
  },
);

test("being down everywhere is nothing that two monitors share, and neither is an opening with a recovery", () => {
  expect(sent(later([row(1), row(2)])).keys).toHaveLength(1);
  const host = "api.example.com";
  expect(sent(later([row(1, { host }), row(2, { host, kind: "resolved" })])).keys).toHaveLength(1);
});

test("a lane says one thing a second", () => {
  expect(later([row(1)], SETTLE_MS, lane(T + 1_500))).toEqual({ send: null, until: T + 2_500 });
  expect(later([row(1)], SETTLE_MS, lane(T + 1_000)).send).not.toBeNull();
});

test("a storm is one digest at once, and one more half a minute later", () => {
  const storm = Array.from({ length: 500 }, (_, n) => row(n + 1));
  const plan = sent(later(storm));
  expect(plan.form).toBe("digest");
  expect(plan.keys).toHaveLength(500);
  const after = remember(FRESH_LANE, plan, T + SETTLE_MS);
  expect(later([row(501)], 5 * SECOND, after)).toEqual({ send: null, until: T + SETTLE_MS + CROWD_MS });
  expect(later([row(501)], SETTLE_MS + CROWD_MS, after).send?.form).toBe("incident");
});

test("what comes one after another becomes a digest beyond ten messages in half a minute", () => {
  const ten = lane(...Array.from({ length: CROWD }, (_, n) => T - 20 * SECOND + n * SECOND));
  const plan = sent(later([row(1), row(2)], SETTLE_MS, ten));
  expect(plan.form).toBe("digest");
  const after = remember(ten, plan, T + SETTLE_MS);
  expect(later([row(3)], 4 * SECOND, after)).toMatchObject({ send: null, until: T + SETTLE_MS + CROWD_MS });
});

test("trouble of our own goes before incidents, and waits for no digest", () => {
  const crowded: LaneMemory = { sentAt: [T], digestAt: T };
  const plan = sent(later([row(1), internal(4), internal(5)], SETTLE_MS, crowded));
  expect(plan).toEqual({ key: "self-5.1.ops.ops+1", keys: ["self-4.1.ops.ops", "self-5.1.ops.ops"], form: "internal" });
});

test("a message that was under way when the process died goes out as it was, whatever has come since", () => {
  const asItWas = [row(1), row(2)].map((each) => ({ ...each, bundle: "inc-2.1.ops.ops+1" }));
  const plan = sent(later([...asItWas, row(1, { kind: "resolved" }), row(3)], 60 * SECOND));
  expect(plan).toMatchObject({ key: "inc-2.1.ops.ops+1", keys: ["inc-1.1.ops.ops", "inc-2.1.ops.ops"] });
});

test("a group names at most twenty; the others follow", () => {
  const host = "api.example.com";
  const rows = Array.from({ length: LARGEST_GROUP + 5 }, (_, n) => row(n + 1, { host }));
  const first = sent(later(rows));
  expect(first).toMatchObject({ form: "group" });
  expect(first.keys).toHaveLength(LARGEST_GROUP);
});

const factsOf = ({ heading, incident }: PendingRow): AlertFacts =>
  ({
    ...{ kind: "opened", incident, host: heading?.host, deploy: null },
    scope: { ...heading?.scope, elsewhere: [] },
  }) as unknown as AlertFacts;
const withFacts = (rows: readonly PendingRow[], keys: readonly string[]) =>
  keys.map((key) => {
    const found = rows.find((each) => each.key === key) as PendingRow;
    return { ...found, facts: factsOf(found) } as unknown as OutboxRow;
  });

test("a digest says how many, on which hosts, and shows the first twenty", () => {
  const rows = Array.from({ length: 30 }, (_, n) =>
    row(n + 1, { ...(n < 5 && { host: "a.example.com" }), kind: n < 3 ? "resolved" : "opened" }),
  );
  const plan = sent(later(rows));
  const shown = keysShown(plan, rows);
  const bundle = bundleOf(plan, rows, withFacts(rows, shown));
  expect(bundle).toMatchObject({
    form: "digest",
    count: 30,
    opened: 27,
    resolved: 3,
    channel: "ops",
    recipient: "ops",
  });
  expect(bundle).toMatchObject({ hosts: expect.arrayContaining([{ host: "h-6.example.com", incidents: 1 }]) });
  expect("hosts" in bundle && bundle.hosts[0]).toEqual({ host: "a.example.com", incidents: 5 });
  expect(shown).toHaveLength(20);
});

test("a group says what its incidents share", () => {
  const host = "api.example.com";
  const rows = [row(1, { host }), row(2, { host })];
  const group = sent(later(rows));
  expect(bundleOf(group, rows, withFacts(rows, keysShown(group, rows)))).toMatchObject({
    ...{ form: "group", together: { kind: "host", host }, count: 2, hosts: [{ host, incidents: 2 }] },
    incidents: [{ incident: 1, kinds: ["opened"] }, { incident: 2 }],
  });
});

interface Delivery {
  at: number;
  plan: PlannedBundle;
  accepted: boolean;
}

/** Plays a lane against an outbox: half-second rounds, attempts that fail when told to, and crashes before settling. */
function play(rows: PendingRow[], ends: readonly ("accepted" | "failed" | "crashed")[]): Delivery[] {
  const pending = new Map(rows.map((each) => [each.key, { ...each }]));
  const sent: Delivery[] = [];
  let memory = FRESH_LANE;
  for (let now = T; now < T + 3_600_000 && pending.size > 0; now += 500) {
    const there = [...pending.values()].filter(({ createdAt }) => createdAt <= now);
    const waits = (each: PendingRow) => there.some((other) => other.incident === each.incident && other.dueAt > now);
    const due = there.filter((each) => each.dueAt <= now && !waits(each));
    const planned = planLane(due, memory, now);
    if (planned.send === null) continue;
    const plan = planned.send;
    memory = remember(memory, plan, now);
    for (const key of plan.keys) (pending.get(key) as PendingRow).bundle = plan.key;
    const end = ends[sent.length] ?? "accepted";
    sent.push({ at: now, plan, accepted: end === "accepted" });
    if (end === "crashed") memory = FRESH_LANE;
    for (const key of plan.keys) {
      const mine = pending.get(key) as PendingRow;
      if (end === "accepted") pending.delete(key);
      if (end === "failed") Object.assign(mine, { bundle: null, attempts: mine.attempts + 1, dueAt: now + 60_000 });
    }
  }
  expect(pending.size).toBe(0);
  return sent;
}

const world = fc.array(
  fc.record({
    incident: fc.integer({ min: 1, max: 40 }),
    host: fc.constantFrom("a.example.com", "b.example.com", "c.example.com", "d.example.com"),
    atMs: fc.integer({ min: 0, max: 120_000 }),
    changed: fc.boolean(),
    resolved: fc.option(fc.integer({ min: 1, max: 60_000 }), { nil: null }),
  }),
  { minLength: 1, maxLength: 40 },
);
const endings = fc.array(fc.constantFrom("accepted" as const, "failed" as const, "crashed" as const), {
  maxLength: 12,
});

test("a message that was under way when the process died has its rows in the same order, also those of one instant", () => {
  const c = "c.example.com";
  const over = (incident: number) => row(incident, { kind: "resolved", at: T + 511, host: c, seq: 3 });
  const rows = [
    row(3, { at: T, host: "a.example.com" }),
    row(2, { at: T + 6, host: c }),
    row(1, { at: T + 10, host: c }),
  ];
  const sent = play([...rows, over(1), over(2)], ["accepted", "crashed"]);
  const [before, after] = sent.slice(1).map(({ plan }) => plan);
  expect(after).toEqual(before);
});

test("whatever comes, fails or dies: nothing is lost, nothing accepted is said again, and never more than a person can read", () => {
  fc.assert(
    fc.property(world, endings, (incidents, ends) => {
      const rows = [...new Map(incidents.map((each) => [each.incident, each])).values()].flatMap((each) => {
        const { incident, host, changed, resolved } = each;
        const at = T + each.atMs;
        return [
          row(incident, { at, host }),
          ...(changed ? [row(incident, { kind: "changed", at: at + 500, host, seq: 2 })] : []),
          ...(resolved === null ? [] : [row(incident, { kind: "resolved", at: at + 500 + resolved, host, seq: 3 })]),
        ];
      });
      const sent = play(
        rows.sort((a, b) => a.createdAt - b.createdAt),
        ends,
      );
      const accepted = sent.filter((each) => each.accepted);
      // Each row is in exactly one accepted message, of an incident in order.
      const told = accepted.flatMap(({ plan }) => plan.keys);
      expect(told.toSorted()).toEqual(rows.map(({ key }) => key).toSorted());
      for (const ofOne of Map.groupBy(told, (key) => key.split(".")[0]).values())
        expect(ofOne.map((key) => Number(key.split(".")[1]))).toEqual(
          ofOne.map((key) => Number(key.split(".")[1])).toSorted(),
        );
      // The same key always says the same.
      for (const same of Map.groupBy(sent, ({ plan }) => plan.key).values())
        expect(new Set(same.map(({ plan }) => plan.keys.join())).size).toBe(1);
      // Pace and crowd, but for what a death forgets.
      if (!ends.includes("crashed")) {
        for (const [index, { at }] of sent.entries()) {
          if (index > 0) expect(at - (sent[index - 1]?.at ?? 0)).toBeGreaterThanOrEqual(PACE_MS);
          expect(sent.filter((other) => other.at > at - CROWD_MS && other.at <= at).length).toBeLessThanOrEqual(
            CROWD + 1,
          );
        }
      }
      for (const { at, plan } of sent) {
        const oldest = Math.min(...rows.filter(({ key }) => plan.keys.includes(key)).map(({ createdAt }) => createdAt));
        expect(at).toBeGreaterThanOrEqual(oldest + SETTLE_MS);
      }
    }),
    { numRuns: 300 },
  );
});
