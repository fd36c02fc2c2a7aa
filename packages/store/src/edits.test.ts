import type { Acceptance, Deploy, InternalFacts, Silence } from "@statusquo/core";
import { expect, test } from "vitest";
import { HOUR, incidentOf, MINUTE, notificationOf, openWorld, START } from "../test/world.ts";

const silence = (endsAt: number): Silence => ({
  ...{ id: 0, match: { monitors: ["checkout"] }, createdAt: START, endsAt, reason: "known", by: "ada", endedAt: null },
});
const deploy = (at: number): Deploy => ({
  ...{
    id: 0,
    at,
    service: "gateway",
    version: "2025.11.3",
    regions: ["eu"],
    monitors: [],
    tags: [],
    url: null,
    by: null,
  },
});

test("silences are found by whether they hold, until their end or until somebody ends them", () => {
  using world = openWorld();
  const { writer, reader } = world;
  const [short, long] = writer.transaction(() => [
    writer.putSilence(silence(START + HOUR)),
    writer.putSilence(silence(START + 2 * HOUR)),
  ]);
  const held = (at: number) => reader.silences({ activeAt: at, limit: 9 }).map(({ id }) => id);
  expect(held(START - 1)).toEqual([]);
  expect(held(START)).toEqual([long?.id, short?.id]);
  expect(held(START + HOUR)).toEqual([long?.id]);
  writer.transaction(() => writer.putSilence({ ...long!, endedAt: START + 90 * MINUTE }));
  expect(held(START + 90 * MINUTE)).toEqual([]);
  expect(reader.silence(long!.id)).toMatchObject({ endedAt: START + 90 * MINUTE, reason: "known" });
  expect(reader.silences({ before: long!.id, limit: 9 })).toEqual([short]);
  expect(reader.silence(99)).toBeNull();
  expect(() => writer.transaction(() => writer.putSilence({ ...short!, id: 99 }))).toThrow(/no silence 99/);
});

test("deploy markers come newest first, from a range", () => {
  using world = openWorld();
  const { writer, reader } = world;
  const [late, early] = writer.transaction(() => [
    writer.putDeploy(deploy(START + HOUR)),
    writer.putDeploy(deploy(START)),
  ]);
  expect(reader.deploys({ limit: 9 })).toEqual([late, early]);
  expect(reader.deploys({ from: START, to: START + HOUR, limit: 9 })).toEqual([early]);
});

test("notes and acceptances belong to their incident, and an acceptance keeps what undoing it needs", () => {
  using world = openWorld();
  const { writer, reader } = world;
  const [note, accepted] = writer.transaction(() => {
    const { id } = writer.putIncident(incidentOf());
    const acceptance: Acceptance = {
      ...{ id: 0, incident: id, monitor: "checkout", at: START, by: "ada", reason: "by design" },
      ...{ scope: { regions: ["eu"] }, undoableUntil: START + 7 * 24 * HOUR, undoneAt: null },
    };
    return [
      writer.putNote({ id: 0, incident: id, at: START, by: "ada", text: "looking" }),
      writer.putAcceptance(acceptance, Uint8Array.of(4, 0, 9)),
    ];
  });
  expect(reader.notes(1)).toEqual([note]);
  expect(reader.notes(2)).toEqual([]);
  expect(reader.acceptances({ incident: 1, limit: 9 })).toEqual([accepted]);
  expect(reader.acceptances({ monitor: "checkout", limit: 9 })).toEqual([accepted]);
  expect(reader.acceptances({ monitor: "unheard-of", limit: 9 })).toEqual([]);
  const undone = writer.transaction(() => writer.putAcceptance({ ...accepted, undoneAt: START + HOUR }, null));
  expect(reader.acceptance(accepted.id)).toEqual(undone);
  expect([...writer.transaction(() => writer.undoOf(accepted.id)!)]).toEqual([4, 0, 9]);
  expect(writer.transaction(() => writer.undoOf(99))).toBeNull();
});

test("of one kind and subject one internal alert is open, and its messages stand apart from incidents'", () => {
  using world = openWorld();
  const { writer, reader } = world;
  const trouble = { kind: "delivery_dead" as const, subject: "oncall", reason: "refused", openedAt: START };
  const [first, again, other] = writer.transaction(() => [
    writer.openInternal(trouble),
    writer.openInternal(trouble),
    writer.openInternal({ ...trouble, subject: "team" }),
  ]);
  expect(again).toBeNull();
  expect(reader.internalAlerts({ state: "open", limit: 9 })).toEqual([other, first]);
  const over = writer.transaction(() => writer.resolveInternal("delivery_dead", "oncall", START + 1, "works again"));
  expect(over).toEqual({ ...first, resolvedAt: START + 1, resolution: "works again" });
  expect(writer.transaction(() => writer.resolveInternal("delivery_dead", "oncall", START + 2, "again"))).toBeNull();
  expect(writer.transaction(() => writer.openInternal(trouble))?.id).toBeGreaterThan(other!.id);

  const facts: InternalFacts = {
    ...{ kind: "internal", alert: first!.id, what: "delivery_dead", subject: "oncall", state: "opened" },
    ...{ reason: "refused", openedAt: START, at: START, publicUrl: null },
  };
  const told = { seq: 1, channel: "team", recipient: "a@example.com", createdAt: START };
  const key = `self-${first!.id}.1.team.a@example.com`;
  writer.transaction(() => writer.putNotification({ ...told, key, kind: "internal", alert: first!.id, facts }));
  const [row] = writer.transaction(() => writer.dueNotifications(START, 9));
  expect(row).toMatchObject({ key, incident: null, alert: first!.id, heading: null });
  expect(writer.transaction(() => writer.outboxRows([key]))).toMatchObject([{ kind: "internal", facts }]);
  expect(reader.deliveries({ alert: first!.id, limit: 9 })).toMatchObject([{ key, incident: null, kind: "internal" }]);
});

test("incidents come to be followed when their instant is there, and all at once when something changed for all", () => {
  using world = openWorld();
  const { writer } = world;
  writer.transaction(() => {
    for (const [monitor, followAt] of [
      ["a", START + HOUR],
      ["b", START + MINUTE],
      ["c", null],
    ] as const)
      writer.putIncident({ ...incidentOf(monitor), followAt });
  });
  const due = (now: number) => writer.transaction(() => writer.incidentsToFollow(now, 9)).map(({ monitor }) => monitor);
  expect(due(START)).toEqual([]);
  expect(due(START + HOUR)).toEqual(["b", "a"]);
  writer.transaction(() => writer.followAnew(START));
  expect(due(START)).toHaveLength(2);
  expect(writer.transaction(() => writer.reads.incidents({ limit: 9 })).map(({ followAt }) => followAt)).toEqual([
    null,
    START,
    START,
  ]);
});

test("rows of one message are bundled before it is tried, settled together, and free again after it failed", () => {
  using world = openWorld();
  const { writer } = world;
  const keys = ["inc-1.1.oncall.oncall", "inc-2.1.oncall.oncall"];
  writer.transaction(() => {
    for (const incident of [1, 2]) writer.putNotification(notificationOf(incident, 1));
    writer.putBundle("inc-2.1.oncall.oncall+1", keys);
  });
  const bundles = (now: number) =>
    writer.transaction(() => writer.dueNotifications(now, 9)).map(({ bundle }) => bundle);
  expect(bundles(START + HOUR)).toEqual(["inc-2.1.oncall.oncall+1", "inc-2.1.oncall.oncall+1"]);
  const next = { at: START + HOUR, dueAt: START + 2 * HOUR };
  writer.transaction(() => writer.settle(keys, { kind: "retry", said: "421" }, next));
  expect(bundles(START + HOUR)).toEqual([]);
  expect(bundles(START + 2 * HOUR)).toEqual([null, null]);
});
