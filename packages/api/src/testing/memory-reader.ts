/** A reader over arrays, keeping the port's promises: ranges are [from, to), buckets start at multiples of the step. */
import {
  type Acceptance,
  type AlertFacts,
  type BucketCounts,
  type Deploy,
  type EpochMs,
  type Incident,
  type InternalAlert,
  isActive,
  type MonitorId,
  type Note,
  type Phases,
  type Reader,
  type Silence,
  type StoredDelivery,
  type StoredEvidence,
  type StoredSlot,
  type Transition,
  type Verdict,
  type Why,
} from "@statusquo/core";

export interface Memory {
  slots: StoredSlot[];
  evidence: StoredEvidence[];
  verdicts: Map<MonitorId, Verdict>;
  incidents: Incident[];
  transitions: (Transition & { facts: AlertFacts })[];
  deliveries: StoredDelivery[];
  silences?: Silence[];
  deploys?: Deploy[];
  notes?: Note[];
  acceptances?: Acceptance[];
  internalAlerts?: InternalAlert[];
  whys?: Why[];
  condition: ReturnType<Reader["condition"]>;
}

const FIVE_MINUTES = 300_000;

export function memoryReader(memory: Memory): Reader {
  const isKey = (a: StoredSlot | StoredEvidence, b: { monitor: string; region: string; slot: number }) =>
    a.monitor === b.monitor && a.region === b.region && a.slot === b.slot;
  const newestFirst = <T extends { slot: EpochMs }>(rows: T[]) => rows.toSorted((a, b) => b.slot - a.slot);
  return {
    counts({ monitors, from, to, stepMs, byRegion = false }) {
      const wanted = memory.slots.filter(
        ({ monitor, slot }) => slot >= from && slot < to && (monitors === undefined || monitors.includes(monitor)),
      );
      const groups = Map.groupBy(wanted, ({ monitor, region, slot }) =>
        JSON.stringify([monitor, byRegion ? region : null, Math.floor(slot / stepMs) * stepMs]),
      );
      return [...groups]
        .map(([key, slots]) => {
          const [monitor, region, at] = JSON.parse(key) as [string, string | null, number];
          return bucket(monitor, region, at, slots);
        })
        .sort((a, b) => a.at - b.at);
    },
    samples({ monitor, before = Number.POSITIVE_INFINITY, from = 0, limit, region, code }) {
      const found = memory.slots.filter(
        (each) =>
          each.monitor === monitor &&
          each.slot < before &&
          each.slot >= from &&
          (region === undefined || each.region === region) &&
          (code === undefined || each.code === code),
      );
      return newestFirst(found).slice(0, limit);
    },
    definitions: () => [],
    latest(since) {
      const newest = new Map<string, StoredSlot>();
      for (const slot of newestFirst(memory.slots)) {
        const key = `${slot.monitor} ${slot.region}`;
        if (slot.slot >= since && !newest.has(key)) newest.set(key, slot);
      }
      return [...newest.values()];
    },
    evidence: (key) => memory.evidence.find((each) => isKey(each, key)) ?? null,
    evidenceOf({ monitor, code, from = 0, limit }) {
      const isExpected = (each: StoredEvidence) => memory.slots.some((slot) => isKey(slot, each) && slot.expected);
      const found = memory.evidence.filter(
        (each) =>
          each.monitor === monitor && each.slot >= from && (code === "usual" ? isExpected(each) : each.code === code),
      );
      return newestFirst(found).slice(0, limit);
    },
    verdict: (monitor) => memory.verdicts.get(monitor) ?? null,
    verdicts: () => new Map(memory.verdicts),
    detector: () => null,
    incidents({ state, monitor, before = Number.POSITIVE_INFINITY, limit }) {
      return memory.incidents
        .filter(
          (each) =>
            each.id < before &&
            (state === undefined || each.state === state) &&
            (monitor === undefined || each.monitor === monitor),
        )
        .sort((a, b) => b.id - a.id)
        .slice(0, limit);
    },
    incident: (id) => memory.incidents.find((each) => each.id === id) ?? null,
    transitions: (incident) => memory.transitions.filter((each) => each.incident === incident),
    deliveries: ({ incident, alert, state, channel, before = Number.POSITIVE_INFINITY, limit }) =>
      memory.deliveries
        .filter(
          (each) =>
            (incident === undefined || each.incident === incident) &&
            (alert === undefined || each.alert === alert) &&
            (state === undefined || each.state === state) &&
            (channel === undefined || each.channel === channel) &&
            each.num < before,
        )
        .sort((a, b) => b.num - a.num)
        .slice(0, limit),
    silences: ({ activeAt, before = Number.POSITIVE_INFINITY, limit }) =>
      (memory.silences ?? [])
        .filter((each) => each.id < before && (activeAt === undefined || isActive(each, activeAt)))
        .sort((a, b) => b.id - a.id)
        .slice(0, limit),
    silence: (id) => memory.silences?.find((each) => each.id === id) ?? null,
    deploys: ({ from = 0, to = Number.POSITIVE_INFINITY, limit }) =>
      (memory.deploys ?? [])
        .filter(({ at }) => at >= from && at < to)
        .sort((a, b) => b.at - a.at || b.id - a.id)
        .slice(0, limit),
    notes: (incident) => (memory.notes ?? []).filter((each) => each.incident === incident),
    acceptances: ({ incident, monitor, limit }) =>
      (memory.acceptances ?? [])
        .filter(
          (each) =>
            (incident === undefined || each.incident === incident) &&
            (monitor === undefined || each.monitor === monitor),
        )
        .sort((a, b) => b.id - a.id)
        .slice(0, limit),
    acceptance: (id) => memory.acceptances?.find((each) => each.id === id) ?? null,
    internalAlerts: ({ state, before = Number.POSITIVE_INFINITY, limit }) =>
      (memory.internalAlerts ?? [])
        .filter(
          (each) => each.id < before && (state === undefined || (state === "open") === (each.resolvedAt === null)),
        )
        .sort((a, b) => b.id - a.id)
        .slice(0, limit),
    why: (monitor, at) =>
      newestFirst((memory.whys ?? []).filter((each) => each.monitor === monitor && each.slot <= at))[0] ?? null,
    whys: ({ monitor, from, to, limit }) =>
      newestFirst(
        (memory.whys ?? []).filter((each) => each.monitor === monitor && each.slot >= from && each.slot < to),
      ).slice(0, limit),
    condition: () => memory.condition,
  };
}

function bucket(monitor: MonitorId, region: string | null, at: EpochMs, slots: StoredSlot[]): BucketCounts {
  const sampled = slots.filter(({ state }) => state === "sampled");
  const times = sampled.map(({ totalMs }) => totalMs ?? 0).sort((a, b) => a - b);
  const quantile = (level: number) => times[Math.max(0, Math.ceil(times.length * level) - 1)] ?? null;
  const mean = (phase: keyof Phases) => {
    const known = sampled.flatMap(({ phases }) => (phases?.[phase] == null ? [] : [phases[phase]]));
    return known.length === 0 ? null : known.reduce((sum, ms) => sum + ms, 0) / known.length;
  };
  return {
    monitor,
    region,
    at,
    probes: sampled.length,
    missed: slots.length - sampled.length,
    codes: countsOf(sampled),
    worst: worstOf(sampled),
    p50: quantile(0.5),
    p95: quantile(0.95),
    phases:
      sampled.length === 0
        ? null
        : {
            dns: mean("dns"),
            connect: mean("connect"),
            tls: mean("tls"),
            firstByte: mean("firstByte"),
            body: mean("body"),
          },
  };
}

function countsOf(sampled: readonly StoredSlot[]): Record<number, number> {
  const codes: Record<number, number> = {};
  for (const { code } of sampled) if (code !== null) codes[code] = (codes[code] ?? 0) + 1;
  return codes;
}

function worstOf(sampled: readonly StoredSlot[]): BucketCounts["worst"] {
  const worst: BucketCounts["worst"] = {};
  for (const within of Map.groupBy(sampled, ({ slot }) => Math.floor(slot / FIVE_MINUTES)).values())
    for (const [text, bad] of Object.entries(countsOf(within))) {
      const code = Number(text);
      const known = worst[code];
      if (code >= 200 && code < 300) continue;
      if (known === undefined || bad / within.length > known.bad / known.of) worst[code] = { bad, of: within.length };
    }
  return worst;
}
