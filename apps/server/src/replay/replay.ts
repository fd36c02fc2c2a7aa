/**
 * Replay: what would have been opened, had these samples been judged as they came.
 *
 * One pass, in the order of the lines. What is kept is one detector a monitor, and the incidents.
 */
import { type EpochMs, StatusquoError } from "@statusquo/core";
import type { SlotSample } from "@statusquo/pipeline";
import { type Change, changeFrom } from "./compare.ts";
import { type FollowedMonitor, followMonitor } from "./follow.ts";
import { byOpening, type IncidentLine, incidentLine } from "./incident-line.ts";
import { type Plan, type PlanPart, planPartOf } from "./plan.ts";
import { createScanner, EXAMPLE } from "./scan.ts";
import type { SampleSource } from "./sources.ts";

export interface ReplayOptions {
  /** What definitions say, by monitor; it comes before what the recording says. */
  defined: ReadonlyMap<string, PlanPart>;
  /** The budget asked for, which comes before every other; null leaves it to definitions, else 1. */
  falseAlarmsPerYear: number | null;
  /** Hears of every slot as it is judged, samples by name of region. */
  onSlot?: (monitor: FollowedMonitor, at: EpochMs, samples: readonly SlotSample[]) => void;
  /** Hears of what the recording says really changed. */
  onLabel?: (monitor: string, changes: readonly Change[]) => void;
}

export interface ReplaySummary {
  samples: number;
  monitors: number;
  /** Of the first and the last sample; null without any. */
  from: EpochMs | null;
  to: EpochMs | null;
  /** Over all monitors, from the first to the last sample of each. */
  monitorDays: number;
  incidents: number;
  /** Incidents that are open at the end. */
  open: number;
  /** A region's second samples of an instant, and samples of regions that a plan lacks: not judged. */
  repeated: number;
  passedOver: number;
  /** Monitors whose judging ended by a fault of ours, with what went wrong. */
  stopped: { monitor: string; why: string }[];
}

export interface Replay {
  /**
   * Takes a whole source.
   *
   * @param onChunk between chunks; what it answers with false ends the replay here
   * @returns whether the source was read to its end
   * @throws {StatusquoError} `bad_request` with file, line and column; `not_found`
   */
  take(source: SampleSource, onChunk?: () => boolean): Promise<boolean>;
  /** Takes one sample from elsewhere, in order of time for its monitor. */
  sample(monitor: string, at: EpochMs, region: string, code: number, unmet?: boolean): void;
  /** Judges what is left. Call it once, after the last sample. */
  end(): void;
  /** By opening, then by monitor; those still open have `closed` null. */
  incidents(): IncidentLine[];
  counts(): { samples: number; incidents: number };
  summary(): ReplaySummary;
  monitors(): readonly FollowedMonitor[];
}

const DAY_MS = 86_400_000;

export function startReplay(options: ReplayOptions): Replay {
  const monitors = new Map<string, FollowedMonitor>();
  const configs = new Map<string, { text: string; part: PlanPart }>();
  /** Of the last `config` line that named no monitor. */
  let configForAll: PlanPart = {};
  const closed: IncidentLine[] = [];
  const { onSlot } = options;
  let samples = 0;

  function monitorNamed(id: string): FollowedMonitor {
    const known = monitors.get(id);
    if (known) return known;
    const part = { ...configForAll, ...configs.get(id)?.part, ...options.defined.get(id) };
    if (options.falseAlarmsPerYear !== null) part.falseAlarmsPerYear = options.falseAlarmsPerYear;
    const monitor: FollowedMonitor = followMonitor(id, part, 1, {
      onTransition(incident, { kind, reason }) {
        if (kind === "resolved") closed.push(incidentLine(incident, monitor.plan as Plan, reason));
      },
      ...(onSlot && { onSlot: (at, samples) => onSlot(monitor, at, samples) }),
    });
    monitors.set(id, monitor);
    return monitor;
  }

  function takeConfig(config: unknown): void {
    if (typeof config !== "object" || config === null || Array.isArray(config)) {
      throw new StatusquoError("bad_request", `config must be an object; got ${JSON.stringify(config)}`);
    }
    const { monitor } = config as { monitor?: unknown };
    const part = planPartOf(config as Record<string, unknown>);
    if (monitor === undefined) {
      configForAll = part;
      return;
    }
    if (typeof monitor !== "string" || monitor === "") {
      throw new StatusquoError("bad_request", `config: monitor must be a name; got ${JSON.stringify(monitor)}`);
    }
    const text = JSON.stringify(part);
    if (monitors.has(monitor) && configs.get(monitor)?.text !== text) {
      throw new StatusquoError("bad_request", `the config of ${monitor} must come before its first sample`);
    }
    configs.set(monitor, { text, part });
  }

  const openOnes = () =>
    [...monitors.values()].flatMap((monitor) => (monitor.open === null ? [] : [{ monitor, incident: monitor.open }]));

  function takeOther(value: Record<string, unknown>): void {
    const { config, change, monitor, events } = value;
    if (config !== undefined) takeConfig(config);
    else if (change !== undefined) {
      const one = changeFrom(change);
      options.onLabel?.(one.monitor, [one]);
    } else if (typeof monitor === "string" && Array.isArray(events)) {
      // All changes of a monitor at once, also none: that nothing is to be opened is a label too.
      options.onLabel?.(
        monitor,
        events.map((event) => changeFrom({ ...event, monitor })),
      );
    } else {
      const fields = Object.keys(value).join(", ") || "nothing in it";
      throw new StatusquoError(
        "bad_request",
        `a line must be a sample, {"config": …} or {"change": …}, such as ${EXAMPLE}; got an object with ${fields}`,
      );
    }
  }

  return {
    async take(source, onChunk = () => true) {
      const scanner = createScanner<{ monitor: FollowedMonitor; region: string }>(source.name, {
        series: (id, region) => ({ monitor: monitorNamed(id), region }),
        sample({ monitor, region }, t, status) {
          samples++;
          monitor.take(t, region, status);
        },
        other: takeOther,
      });
      try {
        for await (const chunk of source.chunks()) {
          scanner.push(chunk);
          if (!onChunk()) return false;
        }
        // A source may also have ended because it was told to, in the middle of a line.
        if (!onChunk()) return false;
        scanner.end();
        return true;
      } catch (error) {
        throw placed(error, source.name, scanner.line());
      }
    },
    sample(id, at, region, code, unmet) {
      samples++;
      monitorNamed(id).take(at, region, code, unmet);
    },
    end() {
      for (const monitor of monitors.values()) monitor.end();
    },
    incidents() {
      const open = openOnes().map(({ monitor, incident }) => incidentLine(incident, monitor.plan as Plan, null));
      return [...closed, ...open].sort(byOpening);
    },
    counts: () => ({ samples, incidents: closed.length + openOnes().length }),
    summary() {
      const all = [...monitors.values()];
      const spans = all.flatMap(({ span }) => span ?? []);
      const open = openOnes().length;
      return {
        samples,
        monitors: all.length,
        from:
          spans.length > 0 ? spans.reduce((least, { from }) => Math.min(least, from), Number.POSITIVE_INFINITY) : null,
        to: spans.length > 0 ? spans.reduce((most, { to }) => Math.max(most, to), 0) : null,
        monitorDays: spans.reduce((sum, { from, to }) => sum + (to - from) / DAY_MS, 0),
        incidents: closed.length + open,
        open,
        repeated: all.reduce((sum, { counts }) => sum + counts.repeated, 0),
        passedOver: all.reduce((sum, { counts }) => sum + counts.passedOver, 0),
        stopped: all.flatMap(({ id, stopped }) => (stopped === null ? [] : [{ monitor: id, why: stopped }])),
      };
    },
    monitors: () => [...monitors.values()],
  };
}

/** An error of a line with the place of the line; the scanner knows its columns and has named it already. */
function placed(error: unknown, file: string, line: number): unknown {
  if (!(error instanceof StatusquoError) || error.message.startsWith(file)) return error;
  return new StatusquoError(error.code, `${file}:${line}:1: ${error.message}`, { cause: error });
}
