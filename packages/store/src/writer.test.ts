import { phaseOf, type Sample, StatusquoError, type StoredSlot } from "@statusquo/core";
import fc from "fast-check";
import { expect, test } from "vitest";
import {
  evidence,
  factsOf,
  HOUR,
  incidentOf,
  MINUTE,
  missed,
  monitorOf,
  notificationOf,
  openWorld,
  START,
  sample,
  verdictOf,
} from "../test/world.ts";

const AS_USUAL = { expected: true, late: false };
const UNEXPECTED = { expected: false, late: false };

test("a slot's state only rises, whatever comes in whatever order and however often", () => {
  const results = fc.oneof(
    fc.record({ kind: fc.constant("missed" as const), reason: fc.constantFrom("no_result", "expired", "stalled") }),
    fc.record({ kind: fc.constant("sampled" as const), status: fc.constantFrom(0, 200, 409) }),
  );
  const put = fc.record({
    result: results,
    region: fc.constantFrom("eu", "us"),
    minute: fc.integer({ min: 0, max: 2 }),
  });
  using world = openWorld();
  let round = 0;
  fc.assert(
    fc.property(fc.array(put, { maxLength: 30 }), fc.boolean(), (puts, oneTransaction) => {
      // Each run has monitors of its own in the same file.
      const monitor = `m${round++}`;
      const model = new Map<string, { state: string; what: unknown }>();
      const putAll = () => {
        for (const { result, region, minute } of puts) {
          const key = { monitor, region, slot: START + minute * MINUTE };
          const name = `${region} ${key.slot}`;
          const before = model.get(name);
          const isSample = result.kind === "sampled";
          const expected =
            before === undefined ? "recorded" : isSample && before.state === "missed" ? "raised" : "duplicate";
          const put = () =>
            world.writer.putResult(isSample ? sample(result.status, key) : missed(result.reason, key), UNEXPECTED);
          expect(oneTransaction ? put() : world.writer.transaction(put)).toBe(expected);
          if (expected === "duplicate") continue;
          model.set(name, { state: result.kind, what: isSample ? result.status : result.reason });
        }
      };
      if (oneTransaction) world.writer.transaction(putAll);
      else putAll();
      const stored = world.reader.samples({ monitor, limit: 100 });
      expect(stored.length).toBe(model.size);
      for (const slot of stored) {
        const what = slot.state === "missed" ? slot.missed : slot.code;
        expect({ state: slot.state, what }).toEqual(model.get(`${slot.region} ${slot.slot}`));
      }
    }),
    { numRuns: 60 },
  );
});

test("a sample comes back as it went in, to a tenth of a millisecond", () => {
  using world = openWorld();
  const times = fc.option(
    fc.integer({ min: 0, max: 9_000_000 }).map((tenths) => tenths / 10),
    { nil: null },
  );
  const any = fc.record({
    status: fc.constantFrom(0, 100, 200, 409, 599, 999),
    skewMs: fc.integer({ min: -700_000, max: 700_000 }),
    totalMs: fc.integer({ min: 0, max: 36_000_000 }).map((tenths) => tenths / 10),
    phases: fc.record({ dns: times, connect: times, tls: times, firstByte: times, body: times }),
    marks: fc.record({ expected: fc.boolean(), late: fc.boolean() }),
    unmet: fc.boolean(),
    confirmation: fc.option(fc.record({ code: fc.constantFrom(0, 200, 999), expected: fc.boolean() })),
  });
  let slot = START;
  fc.assert(
    fc.property(any, ({ status, skewMs, totalMs, phases, marks, unmet, confirmation }) => {
      slot += MINUTE;
      const given: Sample = {
        ...sample(status, { slot }),
        ...{ startedAt: slot + skewMs, totalMs, phases },
        ...(unmet && { unmet: { step: null, what: "$.status was 3, expected 4" } }),
        ...(confirmation && { confirmation }),
      };
      world.writer.transaction(() => world.writer.putResult(given, marks));
      const [stored] = world.reader.samples({ monitor: "checkout", before: slot + 1, limit: 1 });
      expect(stored).toEqual({
        ...{ monitor: "checkout", region: "eu", slot, state: "sampled", missed: null, hasEvidence: false, ...marks },
        ...{ code: status, failure: status === 0 ? "timeout" : null, startedAt: slot + skewMs, totalMs, phases },
        ...{ unmet, confirmation },
      } satisfies StoredSlot);
    }),
  );
});

test("a missed slot says why, and nothing of what the target did", () => {
  using world = openWorld();
  world.writer.transaction(() => world.writer.putResult(missed("unresolved"), { expected: false, late: true }));
  expect(world.reader.samples({ monitor: "checkout", limit: 1 })).toEqual([
    {
      ...{ monitor: "checkout", region: "eu", slot: START, state: "missed", missed: "unresolved", late: true },
      ...{
        code: null,
        failure: null,
        expected: false,
        startedAt: null,
        totalMs: null,
        phases: null,
        unmet: false,
        confirmation: null,
        hasEvidence: false,
      },
    },
  ]);
});

test("a status no HTTP response can have is not stored", () => {
  using world = openWorld();
  for (const status of [-409, 42, 1000, Number.NaN]) {
    expect(() => world.writer.transaction(() => world.writer.putResult(sample(status), AS_USUAL))).toThrow(
      /100 to 999/,
    );
  }
  expect(world.reader.samples({ monitor: "checkout", limit: 9 })).toEqual([]);
});

test("evidence is stored with the sample that wins, and not with one that comes second", () => {
  using world = openWorld();
  const { writer, reader } = world;
  const long = evidence("conflict ".repeat(5_000));
  writer.transaction(() => {
    writer.putResult(missed("no_result"), UNEXPECTED);
    expect(writer.putResult({ ...sample(409), evidence: long }, UNEXPECTED)).toBe("raised");
    expect(writer.putResult({ ...sample(503), evidence: evidence() }, UNEXPECTED)).toBe("duplicate");
  });
  const key = { monitor: "checkout", region: "eu", slot: START };
  expect(reader.evidence(key)).toEqual({ ...key, code: 409, totalMs: 12.3, evidence: long });
  expect(reader.samples({ monitor: "checkout", limit: 1 })[0]?.hasEvidence).toBe(true);
  expect(reader.evidence({ ...key, slot: START + 1 })).toBeNull();
});

test("slots after an instant come oldest first, regions by name, on a timetable or off it", () => {
  using world = openWorld();
  const { writer } = world;
  const gapAndBoth = [3, 1, 500, 501, 2];
  writer.transaction(() => {
    writer.putDefinitions([monitorOf("checkout")], START);
    for (const monitor of ["checkout", "off"]) {
      const phase = monitor === "off" ? 13 : phaseOfCheckout();
      for (const minute of gapAndBoth) {
        for (const region of ["us", "ap", "eu"]) {
          writer.putResult(sample(200, { monitor, region, slot: START + phase + minute * MINUTE }), AS_USUAL);
        }
      }
    }
    // Another monitor fills the gap.
    for (let minute = 0; minute < 510; minute++) {
      writer.putResult(sample(200, { monitor: "other", slot: START + minute * MINUTE + 5 }), AS_USUAL);
    }
  });
  for (const [monitor, phase] of [
    ["checkout", phaseOfCheckout()],
    ["off", 13],
  ] as const) {
    const read = (after: number) =>
      writer
        .transaction(() => writer.slotsAfter(monitor, after))
        .map(({ slot, region }) => [(slot - phase - START) / MINUTE, region]);
    const all = [1, 2, 3, 500, 501].flatMap((minute) => ["ap", "eu", "us"].map((region) => [minute, region]));
    expect(read(0)).toEqual(all);
    expect(read(START + phase + 2 * MINUTE)).toEqual(all.slice(6));
    expect(read(START + phase + 501 * MINUTE)).toEqual([]);
  }
  expect(writer.transaction(() => writer.slotsAfter("never-seen", 0))).toEqual([]);
});

test("all definitions that a monitor had can be read, the latest first", () => {
  using world = openWorld();
  const { writer, reader } = world;
  writer.transaction(() => writer.putDefinitions([monitorOf("checkout", MINUTE)], START));
  writer.transaction(() => writer.putDefinitions([monitorOf("checkout", 5_000), monitorOf("other")], START + MINUTE));
  expect(reader.definitions("checkout").map(({ intervalMs }) => intervalMs)).toEqual([5_000, MINUTE]);
  expect(reader.definitions("never-seen")).toEqual([]);
});

test("a monitor whose interval was changed keeps its old slots in sight", () => {
  using world = openWorld();
  const { writer, reader } = world;
  writer.transaction(() => {
    writer.putDefinitions([monitorOf("checkout", MINUTE)], START);
    writer.putResult(sample(200, { slot: START + phaseOfCheckout() }), AS_USUAL);
  });
  writer.transaction(() => {
    writer.putDefinitions([monitorOf("checkout", 5_000)], START);
    for (let slot = 0; slot < 5; slot++) {
      writer.putResult(sample(409, { slot: START + phaseOf5Seconds() + MINUTE + slot * 5_000 }), UNEXPECTED);
    }
  });
  expect(reader.samples({ monitor: "checkout", limit: 9 }).map(({ code }) => code)).toEqual([
    409, 409, 409, 409, 409, 200,
  ]);
  expect(writer.transaction(() => writer.slotsAfter("checkout", 0)).length).toBe(6);
});

test("what judging left behind is there again after a restart; seasons stay until given anew", () => {
  using first = openWorld();
  const { writer } = first;
  writer.transaction(() => {
    expect(writer.judgedUntil("checkout")).toBeNull();
    expect(writer.detector("checkout")).toBeNull();
    writer.putJudgement("checkout", START, { live: Uint8Array.of(1), seasons: Uint8Array.of(2, 2) }, verdictOf(START));
    const next = START + MINUTE;
    writer.putJudgement("checkout", next, { live: Uint8Array.of(3), seasons: null }, verdictOf(next));
  });
  using world = first.reopen();
  const { reader } = world;
  expect(world.writer.transaction(() => world.writer.judgedUntil("checkout"))).toBe(START + MINUTE);
  const packed = reader.detector("checkout");
  expect([...(packed?.live ?? [])]).toEqual([3]);
  expect([...(packed?.seasons ?? [])]).toEqual([2, 2]);
  expect(world.writer.transaction(() => world.writer.detector("checkout"))).toEqual(packed);
  expect(reader.verdict("checkout")).toEqual(verdictOf(START + MINUTE));
  expect([...reader.verdicts()]).toEqual([["checkout", verdictOf(START + MINUTE)]]);
  expect(reader.verdict("never-seen")).toBeNull();
});

test("a slot is judged once", () => {
  using world = openWorld();
  const { writer, reader } = world;
  const judge = (slot: number) =>
    writer.transaction(() =>
      writer.putJudgement("checkout", slot, { live: Uint8Array.of(9), seasons: null }, verdictOf(slot)),
    );
  judge(START + MINUTE);
  expect(() => judge(START + MINUTE)).toThrow(/checkout is judged up to/);
  expect(() => judge(START)).toThrow(/checkout is judged up to/);
  expect(reader.verdict("checkout")?.slot).toBe(START + MINUTE);
});

test("incidents get rising numbers that are never used again, and at most one is open per monitor", () => {
  using world = openWorld();
  const { writer, reader } = world;
  const first = writer.transaction(() => writer.putIncident(incidentOf()));
  expect(first).toEqual({ ...incidentOf(), id: 1 });
  expect(writer.transaction(() => writer.openIncident("checkout"))).toEqual(first);
  expect(() => writer.transaction(() => writer.putIncident(incidentOf()))).toThrow(/incidents.monitor/);
  const resolved = { ...first, state: "resolved" as const, resolvedAt: START + HOUR, revision: 2 };
  expect(writer.transaction(() => writer.putIncident(resolved))).toEqual(resolved);
  expect(writer.transaction(() => writer.openIncident("checkout"))).toBeNull();
  const second = writer.transaction(() => writer.putIncident(incidentOf()));
  expect(second.id).toBeGreaterThan(first.id);
  const other = writer.transaction(() => writer.putIncident(incidentOf("search")));
  expect(reader.incidents({ limit: 9 }).map(({ id }) => id)).toEqual([other.id, second.id, first.id]);
  expect(reader.incidents({ limit: 9, state: "open" })).toEqual([other, second]);
  expect(reader.incidents({ limit: 9, monitor: "checkout", before: second.id })).toEqual([resolved]);
  expect(reader.incident(first.id)).toEqual(resolved);
  expect(reader.incident(99)).toBeNull();
  expect(() => writer.transaction(() => writer.putIncident({ ...incidentOf(), id: 99 }))).toThrow(/no incident 99/);
});

test("transitions are numbered within their incident and keep the facts they were decided on", () => {
  using world = openWorld();
  const { writer, reader } = world;
  writer.transaction(() => {
    const [one, two] = [writer.putIncident(incidentOf()), writer.putIncident(incidentOf("search"))];
    const opened = { kind: "opened" as const, at: START, reason: "409 rose" };
    const facts = factsOf(one.id);
    expect(writer.putTransition(one, opened, facts, null)).toEqual({
      ...opened,
      incident: one.id,
      seq: 1,
      muted: null,
    });
    expect(writer.putTransition(two, opened, facts, null).seq).toBe(1);
    expect(writer.putTransition(one, { ...opened, kind: "resolved" }, facts, "silence 1").seq).toBe(2);
  });
  expect(reader.transitions(1)).toMatchObject([
    { incident: 1, seq: 1, kind: "opened", at: START, reason: "409 rose", facts: factsOf(1) },
    { incident: 1, seq: 2, kind: "resolved", muted: "silence 1" },
  ]);
});

test("nothing of an incident is due while an older message of it to the same recipient is not", () => {
  using world = openWorld();
  const { writer, reader } = world;
  const due = (now: number, limit = 9) =>
    writer.transaction(() => writer.dueNotifications(now, limit)).map(({ seq, recipient }) => `${seq} ${recipient}`);
  const settle = (seq: number, kind: "delivered" | "retry" | "refused", dueAt: number | null, at = START + HOUR) =>
    writer.transaction(() =>
      writer.settle([notificationOf(1, seq).key], { kind, said: `${kind} it is` }, { at, dueAt }),
    );
  writer.transaction(() => {
    writer.putNotification(notificationOf(1, 2));
    writer.putNotification(notificationOf(1, 1));
    writer.putNotification(notificationOf(1, 1, "team@example.com", "team"));
    writer.putNotification(notificationOf(1, 1));
  });
  expect(due(START)).toEqual([]);
  expect(due(START + HOUR)).toEqual(["1 oncall", "1 team@example.com", "2 oncall"]);
  expect(due(START + HOUR, 1)).toEqual(["1 oncall"]);

  const spared = writer.transaction(() => writer.dueNotifications(START + HOUR, 1, ["oncall"]));
  expect(spared.map(({ recipient }) => recipient)).toEqual(["team@example.com"]);

  settle(1, "retry", START + 2 * HOUR);
  expect(due(START + HOUR)).toEqual(["1 team@example.com"]);
  expect(reader.condition().oldestPending).toBe(START + MINUTE);
  const [again] = writer.transaction(() => writer.outboxRows([notificationOf(1, 1).key, "inc-9"]));
  expect(again).toEqual({
    ...notificationOf(1, 1),
    ...{ attempts: 1, dueAt: START + 2 * HOUR, lastError: "retry it is" },
  });

  settle(1, "delivered", null, START + 2 * HOUR);
  expect(due(START + 2 * HOUR)).toEqual(["1 team@example.com", "2 oncall"]);
  settle(2, "refused", null);
  expect(due(START + 2 * HOUR)).toEqual(["1 team@example.com"]);
  expect(reader.deliveries({ incident: 1, limit: 9 })).toMatchObject([
    { recipient: "team@example.com", state: "pending", dueAt: START + MINUTE, attempts: [] },
    {
      ...{ recipient: "oncall", kind: "opened", state: "delivered", dueAt: null },
      attempts: [
        { at: START + HOUR, result: "retry", said: "retry it is" },
        { at: START + 2 * HOUR, result: "delivered", said: "delivered it is" },
      ],
    },
    { recipient: "oncall", kind: "resolved", state: "dead", attempts: [{ result: "refused" }] },
  ]);
  expect(reader.deliveries({ state: "dead", limit: 9 }).map(({ key }) => key)).toEqual(["inc-1.2.oncall.oncall"]);

  // A second dispatcher that comes late cannot take a delivery back.
  settle(1, "retry", START + 3 * HOUR);
  expect(reader.deliveries({ state: "delivered", limit: 9 }).length).toBe(1);
  expect(() =>
    writer.transaction(() => writer.settle(["inc-9"], { kind: "delivered", said: "" }, { at: 0, dueAt: null })),
  ).toThrow(/inc-9/);
});

test("a transaction that throws leaves nothing, and what it numbered is numbered again", () => {
  using world = openWorld();
  const { writer, reader } = world;
  const everything = (monitor: string) => {
    writer.putDefinitions([monitorOf(monitor)], START);
    writer.putResult({ ...sample(409, { monitor, region: "mars" }), evidence: evidence() }, UNEXPECTED);
    writer.putJudgement(
      monitor,
      START,
      { live: Uint8Array.of(1), seasons: Uint8Array.of(1) },
      verdictOf(START, monitor),
    );
    const incident = writer.putIncident(incidentOf(monitor));
    writer.putTransition(incident, { kind: "opened", at: START, reason: "r" }, factsOf(incident.id), null);
    writer.putNotification(notificationOf(incident.id, 1));
  };
  expect(() =>
    writer.transaction(() => {
      everything("gone");
      throw new Error("stop here");
    }),
  ).toThrow("stop here");
  expect(reader.samples({ monitor: "gone", limit: 9 })).toEqual([]);
  expect(reader.verdicts().size).toBe(0);
  expect(reader.incidents({ limit: 9 })).toEqual([]);
  expect(reader.deliveries({ limit: 9 })).toEqual([]);

  writer.transaction(() => everything("kept"));
  expect(reader.samples({ monitor: "kept", limit: 9 })).toMatchObject([{ monitor: "kept", region: "mars", code: 409 }]);
  expect(reader.latest(START)).toMatchObject([{ monitor: "kept", region: "mars", hasEvidence: true }]);
});

test("the running transaction sees its own work, others only what was committed", () => {
  using world = openWorld();
  const { writer, reader } = world;
  writer.transaction(() => {
    writer.putResult(sample(409), UNEXPECTED);
    expect(writer.reads.samples({ monitor: "checkout", limit: 9 }).length).toBe(1);
    expect(reader.samples({ monitor: "checkout", limit: 9 })).toEqual([]);
  });
  expect(reader.samples({ monitor: "checkout", limit: 9 }).length).toBe(1);
});

test("writing outside a transaction, inside a second one, or across a wait is refused", () => {
  using world = openWorld();
  const { writer, reader } = world;
  expect(() => writer.putResult(sample(200), AS_USUAL)).toThrow(/putResult: called outside a transaction/);
  expect(() => writer.transaction(() => writer.transaction(() => 1))).toThrow(/called inside a transaction/);
  expect(() =>
    writer.transaction(async () => {
      writer.putResult(sample(200), AS_USUAL);
    }),
  ).toThrow(/must not wait/);
  expect(reader.samples({ monitor: "checkout", limit: 9 })).toEqual([]);
  expect(writer.transaction(() => writer.putResult(sample(200), AS_USUAL))).toBe("recorded");
});

test("an error of ours says what kind it is", () => {
  using world = openWorld();
  try {
    world.writer.putResult(sample(200), AS_USUAL);
    expect.unreachable();
  } catch (error) {
    expect(error).toBeInstanceOf(StatusquoError);
    expect(error).toMatchObject({ code: "internal" });
  }
});

function phaseOfCheckout(): number {
  return phaseOf({ id: "checkout", intervalMs: MINUTE });
}

function phaseOf5Seconds(): number {
  return phaseOf({ id: "checkout", intervalMs: 5_000 });
}
