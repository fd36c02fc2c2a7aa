/**
 * Ribbons of all monitors, kept from one overview to the next: a cell that is over is read from the store once, and only
 * the last two are read every time. What comes late is read anew, where it lies.
 */
import { type BucketCounts, type EpochMs, type Monitor, type MonitorId, StatusquoError } from "@statusquo/core";
import type { ApiPorts } from "./ports.ts";
import { CODE_CLASSES, type CodeClass, classOf, limitOf, unexpectedOf, usualShares } from "./usual.ts";
import type { Cells, OverviewWindow, Ribbon } from "./views.ts";

const FIVE_MINUTES = 300_000;
const QUARTER = 900_000;

/** A cell is a minute, or as many 5-minute roll-ups as fit a readable ribbon. */
export const RIBBONS: Record<OverviewWindow, { stepMs: number; cells: number }> = {
  "1h": { stepMs: 60_000, cells: 60 },
  "6h": { stepMs: FIVE_MINUTES, cells: 72 },
  "24h": { stepMs: QUARTER, cells: 96 },
};

/** Cells that end with the one `now` is in. */
export function ribbonAt(now: EpochMs, { stepMs, cells }: { stepMs: number; cells: number }): Ribbon {
  return { from: Math.floor(now / stepMs) * stepMs - (cells - 1) * stepMs, stepMs, cells };
}

/** Cells at the end that are read every time: the unfinished one, and the one that is still being reported on. */
const LIVE_CELLS = 2;
/** What is usual is learned slowly: limits of cells that are over are made anew so seldom, some at a time. */
const LIMITS_KEPT_MS = 10 * 60_000;
const LIMITS_AT_ONCE = 25;

/** The cells of one monitor, from the ribbon's first on. */
export interface MonitorCells {
  cells: Cells;
  /** Codes that are in any of them. */
  codes: Set<number>;
}

interface KeptMonitor extends MonitorCells {
  monitor: Monitor;
  limitsAt: EpochMs;
}

interface Kept {
  stepMs: number;
  /** Cells from here up to `to` are kept. */
  from: EpochMs;
  to: EpochMs;
  monitors: Map<MonitorId, KeptMonitor>;
  /** Where something came late: [from, to). */
  late: { from: EpochMs; to: EpochMs } | null;
}

/** Ribbons that are being read. */
interface Building {
  kept: Kept;
  isAsked: boolean;
  done: Promise<void>;
}

export function emptyCells(length: number): Cells {
  const zeros = () => new Array<number>(length).fill(0);
  const unknown = () => new Array<number | null>(length).fill(null);
  return {
    ...{ probes: zeros(), missed: zeros() },
    ...{ c409: zeros(), c4xx: zeros(), c5xx: zeros(), none: zeros(), other: zeros() },
    limits: { c409: unknown(), c4xx: unknown(), c5xx: unknown(), none: unknown(), other: unknown() },
  };
}

/** Adds counts to the cells they lie in; limits are left as they are. */
export function addCounts(
  { cells, codes }: MonitorCells,
  monitor: Monitor,
  counts: readonly BucketCounts[],
  from: EpochMs,
  stepMs: number,
): void {
  for (const bucket of counts) {
    const index = Math.floor((bucket.at - from) / stepMs);
    if (index < 0 || index >= cells.probes.length) continue;
    cells.probes[index] = (cells.probes[index] as number) + bucket.probes;
    cells.missed[index] = (cells.missed[index] as number) + bucket.missed;
    for (const code of Object.keys(bucket.codes).map(Number)) {
      codes.add(code);
      // An answer that was wrong besides an expected status is in the class of what is unexpected and has no other.
      const name = classOf(monitor, code) ?? "other";
      cells[name][index] = (cells[name][index] as number) + unexpectedOf(monitor, bucket, code);
    }
  }
}

/** Fills the limits from cell `first` on. */
export function fillLimits(
  cells: Cells,
  usual: ReturnType<typeof usualShares>,
  from: EpochMs,
  stepMs: number,
  first = 0,
): void {
  for (const name of CODE_CLASSES) {
    const limits = cells.limits[name];
    let last = { n: -1, share: -1 as number | null, limit: null as number | null };
    for (let index = first; index < limits.length; index++) {
      const n = cells.probes[index] as number;
      const share = usual.ofClass(name, from + index * stepMs);
      // Most cells are like the one before, and a quantile costs more than all else here.
      if (n !== last.n || share !== last.share) last = { n, share, limit: limitOf(n, share) };
      limits[index] = last.limit;
    }
  }
}

const COUNTED = ["probes", "missed", ...CODE_CLASSES] as const;

/** Drops cells at the beginning and adds empty ones at the end. */
function shiftCells(cells: Cells, dropped: number, added: number): void {
  for (const name of COUNTED) {
    cells[name].splice(0, dropped);
    for (let times = 0; times < added; times++) cells[name].push(0);
  }
  for (const name of CODE_CLASSES) {
    cells.limits[name].splice(0, dropped);
    for (let times = 0; times < added; times++) cells.limits[name].push(null);
  }
}

export interface Ribbons {
  /** Where the cells begin that `cellsOf` must be given the counts of. */
  liveFrom: EpochMs;
  ribbon: Ribbon;
  /** Monitors whose limits were made anew for this. */
  refreshed: ReadonlySet<MonitorId>;
  /** A monitor's whole ribbon. @param live counts from `liveFrom` on */
  cellsOf(monitor: Monitor, live: readonly BucketCounts[]): MonitorCells & { usual: ReturnType<typeof usualShares> };
}

/** Ribbons as they are kept. */
export interface KeptRibbons {
  /**
   * Reads what is not there yet, a little at a time, so that the loop goes on meanwhile.
   *
   * @param isAsked whether somebody waits for it; what is read ahead stands back for that
   */
  prepare(window: OverviewWindow, isAsked: boolean): Promise<void>;
  /** What `prepare` has just prepared, at `now`. */
  at(window: OverviewWindow, now: EpochMs): Ribbons;
}

/** Time that is read in one go, of 5-minute roll-ups and of raw samples. */
const READ_AT_ONCE_MS = 30 * 60_000;
const RAW_AT_ONCE_MS = 5 * 60_000;
const MONITORS_AT_ONCE = 50;

export function createRibbons(ports: ApiPorts): KeptRibbons {
  const all = new Map<OverviewWindow, Kept>();
  const building = new Map<OverviewWindow, Building>();
  const unsubscribe = ports.subscribe((event) => {
    if (event.kind !== "committed") return;
    for (const kept of [...all.values(), ...[...building.values()].map((each) => each.kept)])
      for (const { slot } of event.results) {
        if (slot < kept.from || slot >= kept.to) continue;
        const at = Math.floor(slot / kept.stepMs) * kept.stepMs;
        const { from, to } = kept.late ?? { from: at, to: at };
        kept.late = { from: Math.min(from, at), to: Math.max(to, at + kept.stepMs) };
      }
  });
  ports.closing?.addEventListener("abort", unsubscribe, { once: true });

  function spanAt(window: OverviewWindow, now: EpochMs) {
    const ribbon = ribbonAt(now, RIBBONS[window]);
    return { ribbon, liveFrom: ribbon.from + (ribbon.cells - LIVE_CELLS) * ribbon.stepMs };
  }

  async function prepare(window: OverviewWindow, isAsked: boolean): Promise<void> {
    while (!isUsable(all.get(window), spanAt(window, ports.clock.now()))) {
      let under = building.get(window);
      if (!under) {
        const kept = begun(spanAt(window, ports.clock.now()));
        const made: Building = { kept, isAsked, done: Promise.resolve() };
        under = made;
        building.set(window, made);
        made.done = build(made).then(() => void all.set(window, kept));
        void made.done.catch(() => undefined).then(() => building.delete(window));
      }
      under.isAsked ||= isAsked;
      await under.done;
    }
  }

  function at(window: OverviewWindow, now: EpochMs): Ribbons {
    const span = spanAt(window, now);
    const { ribbon, liveFrom } = span;
    const { stepMs } = ribbon;
    const kept = all.get(window);
    if (!isUsable(kept, span)) throw new StatusquoError("internal", `ribbons of ${window} were not prepared`);
    const refreshed = bringTo(kept, span, now);
    return {
      ribbon,
      refreshed,
      liveFrom,
      cellsOf(monitor, live) {
        const over = kept.monitors.get(monitor.id);
        const cells = structuredCells(over?.cells ?? emptyCells(ribbon.cells - LIVE_CELLS));
        shiftCells(cells, 0, LIVE_CELLS);
        const whole = { cells, codes: new Set(over?.codes) };
        addCounts(whole, monitor, live, ribbon.from, stepMs);
        const usual = usualShares(ports, monitor, [...whole.codes]);
        const isKnown = over !== undefined && whole.codes.size === over.codes.size;
        // A code that was not seen before divides its class anew.
        fillLimits(cells, usual, ribbon.from, stepMs, isKnown ? ribbon.cells - LIVE_CELLS : 0);
        return { ...whole, usual };
      },
    };
  }

  type Span = ReturnType<typeof spanAt>;

  function isUsable(kept: Kept | undefined, { ribbon, liveFrom }: Span): kept is Kept {
    return (
      kept !== undefined &&
      kept.from <= ribbon.from &&
      kept.to > ribbon.from &&
      kept.to <= liveFrom &&
      ports.monitors().every(({ id, version }) => kept.monitors.get(id)?.monitor.version === version)
    );
  }

  function bringTo(kept: Kept, { ribbon, liveFrom }: Span, now: EpochMs): ReadonlySet<MonitorId> {
    const monitors = ports.monitors();
    if (kept.monitors.size > monitors.length) {
      const ids = new Set(monitors.map(({ id }) => id));
      for (const id of kept.monitors.keys()) if (!ids.has(id)) kept.monitors.delete(id);
    }
    if (kept.late !== null) readAgain(kept, kept.late);
    if (kept.to < liveFrom) goOn(kept, ribbon.from, liveFrom);
    return refreshLimits(kept, now);
  }

  function begun({ ribbon: { from, stepMs }, liveFrom }: Span): Kept {
    const length = Math.round((liveFrom - from) / stepMs);
    const limitsAt = ports.clock.now();
    const monitors = ports
      .monitors()
      .map((monitor): KeptMonitor => ({ monitor, cells: emptyCells(length), codes: new Set(), limitsAt }));
    return {
      stepMs,
      from,
      to: liveFrom,
      monitors: new Map(monitors.map((each) => [each.monitor.id, each])),
      late: null,
    };
  }

  /** Lets the loop go on, and what somebody waits for go first. */
  async function standBack(own: Building): Promise<void> {
    await new Promise(setImmediate);
    for (;;) {
      const asked = own.isAsked ? undefined : [...building.values()].find(({ isAsked }) => isAsked);
      if (asked === undefined) return;
      // Its fault is its own; this one may become asked for meanwhile.
      await Promise.race([asked.done.catch(() => undefined), new Promise((resolve) => setTimeout(resolve, 50))]);
    }
  }

  async function build(own: Building): Promise<void> {
    const { kept } = own;
    const atOnceMs = kept.stepMs < FIVE_MINUTES ? RAW_AT_ONCE_MS : READ_AT_ONCE_MS;
    const chunk = Math.max(1, Math.floor(atOnceMs / kept.stepMs)) * kept.stepMs;
    for (let from = kept.from; from < kept.to; from += chunk) {
      if (ports.closing?.aborted) return;
      addRange(kept, from, Math.min(from + chunk, kept.to));
      await standBack(own);
    }
    let done = 0;
    for (const each of kept.monitors.values()) {
      if (ports.closing?.aborted) return;
      limitsOf(kept, each, 0);
      if (++done % MONITORS_AT_ONCE === 0) await standBack(own);
    }
  }

  function addRange(kept: Kept, from: EpochMs, to: EpochMs): void {
    const counts = ports.reader.counts({ from, to, stepMs: kept.stepMs, only: "codes" });
    for (const [id, own] of Map.groupBy(counts, ({ monitor }) => monitor)) {
      const each = kept.monitors.get(id);
      if (each) addCounts(each, each.monitor, own, kept.from, kept.stepMs);
    }
  }

  function goOn(kept: Kept, from: EpochMs, to: EpochMs): void {
    const dropped = Math.round((from - kept.from) / kept.stepMs);
    const added = Math.round((to - kept.to) / kept.stepMs);
    for (const { cells } of kept.monitors.values()) shiftCells(cells, dropped, added);
    const begun = kept.to;
    kept.from = from;
    kept.to = to;
    addRange(kept, begun, to);
    const first = Math.round((begun - from) / kept.stepMs);
    for (const each of kept.monitors.values()) limitsOf(kept, each, first);
  }

  function readAgain(kept: Kept, late: { from: EpochMs; to: EpochMs }): void {
    const first = Math.round((late.from - kept.from) / kept.stepMs);
    const end = Math.round((late.to - kept.from) / kept.stepMs);
    for (const { cells } of kept.monitors.values()) for (const name of COUNTED) cells[name].fill(0, first, end);
    addRange(kept, late.from, late.to);
    kept.late = null;
    for (const each of kept.monitors.values()) limitsOf(kept, each, first);
  }

  function refreshLimits(kept: Kept, now: EpochMs): ReadonlySet<MonitorId> {
    const refreshed = new Set<MonitorId>();
    for (const each of kept.monitors.values()) {
      if (refreshed.size === LIMITS_AT_ONCE) break;
      if (now - each.limitsAt < LIMITS_KEPT_MS && now >= each.limitsAt) continue;
      each.limitsAt = now;
      limitsOf(kept, each, 0);
      refreshed.add(each.monitor.id);
    }
    return refreshed;
  }

  function limitsOf(kept: Kept, { monitor, cells, codes }: KeptMonitor, first: number): void {
    fillLimits(cells, usualShares(ports, monitor, [...codes]), kept.from, kept.stepMs, first);
  }

  return { prepare, at };
}

function structuredCells({ limits, ...columns }: Cells): Cells {
  const copy = (name: CodeClass | "probes" | "missed") => columns[name].slice();
  return {
    ...{ probes: copy("probes"), missed: copy("missed") },
    ...{ c409: copy("c409"), c4xx: copy("c4xx"), c5xx: copy("c5xx"), none: copy("none"), other: copy("other") },
    limits: {
      c409: limits.c409.slice(),
      c4xx: limits.c4xx.slice(),
      c5xx: limits.c5xx.slice(),
      none: limits.none.slice(),
      other: limits.other.slice(),
    },
  };
}
