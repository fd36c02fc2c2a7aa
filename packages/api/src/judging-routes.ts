/** Routes about judging: why a slot was judged as it was, one probe now, and what another budget would have told. */
import type { OpenAPIHono } from "@hono/zod-openapi";
import { chanceText, codeOf, type EpochMs, isExpected, type Monitor, slotWhyText, type Why } from "@statusquo/core";
import { atATime } from "./at-a-time.ts";
import { evidenceDetail } from "./incident-views.ts";
import type { ApiPorts, Replayed } from "./ports.ts";
import { badParameter, RefusedRequest } from "./problem.ts";
import * as routes from "./routes.ts";
import type { Probed, ReplayDetail, WhyDetail } from "./views.ts";

const DAY = 86_400_000;
const PER_YEAR = { year: 1, month: 12, week: 365 / 7, day: 365 };
/** Replays under way at once: each takes a whole core. */
const REPLAYS_AT_ONCE = 2;
/** A replay is as good as new for so long. */
const REPLAY_KEPT_MS = 5 * 60_000;
const REPLAYS_KEPT = 100;
/** A replay that is not made by then is answered by how far it is. */
const LONGEST_ANSWER_MS = 2_000;
const INCIDENTS_READ = 500;

/** A replay that is being made, or was. */
interface Replaying {
  at: EpochMs;
  value: Promise<Replayed>;
  progress: { share: number };
}

export function whyDetail(why: Why, falseAlarmsPerYear: number): WhyDetail {
  const { slot, standing, strongest, learnedMin, sampled, missed, note } = why;
  return {
    slot,
    standing,
    text: slotWhyText(why, falseAlarmsPerYear),
    chance: strongest && chanceText(strongest.lnEvidence, falseAlarmsPerYear),
    limit: strongest && chanceText(strongest.lnThreshold, falseAlarmsPerYear),
    strongest,
    learnedMin,
    sampled,
    missed,
    note,
  };
}

export function mountJudging(app: OpenAPIHono, ports: ApiPorts, monitorOf: (id: string) => Monitor): void {
  const { reader, clock, probeNow, replay } = ports;

  app.openapi(routes.whyRoute, (context) => {
    const monitor = monitorOf(context.req.valid("param").id);
    const { at = clock.now() } = context.req.valid("query");
    const found = reader.why(monitor.id, at);
    const why = found && whyDetail(found, monitor.falseAlarmsPerYear);
    return context.json({ monitor: monitor.id, at, why }, 200);
  });

  app.openapi(routes.whysRoute, (context) => {
    const monitor = monitorOf(context.req.valid("param").id);
    const { from = 0, to = clock.now() + 1, limit } = context.req.valid("query");
    if (from >= to) throw badParameter("from", `before to (${to})`, from);
    const found = reader.whys({ monitor: monitor.id, from, to, limit: limit + 1 });
    const page = found.slice(0, limit);
    const next = found.length > limit ? (page.at(-1)?.slot ?? null) : null;
    const whys = page.map((why) => whyDetail(why, monitor.falseAlarmsPerYear));
    return context.json({ monitor: monitor.id, whys, next }, 200);
  });

  if (probeNow) {
    const probing = atATime(1);
    app.openapi(routes.probeNowRoute, async (context) => {
      const monitor = monitorOf(context.req.valid("param").id);
      const { region = monitor.regions[0] as string } = context.req.valid("json");
      if (!monitor.regions.includes(region))
        throw badParameter("region", `one of ${monitor.regions.join(", ")}`, region);
      const at = clock.now();
      const busy = `A probe of "${monitor.id}" that was asked for is under way.`;
      const found = await probing(monitor.id, busy, () => probeNow(monitor, region));
      if (found === null)
        throw new RefusedRequest({
          status: 409,
          word: "state-conflict",
          title: "Not in this state",
          detail: `No worker of ${region} answered, so nothing was probed from there, or its answer was lost.`,
          conflict: {
            current: "no worker answers",
            resolve: `GET /api/v1/regions says who is there. Start a worker of ${region}, then ask again.`,
          },
        });
      return context.json(probedDetail(monitor, region, at, found), 200);
    });
  }

  if (replay) {
    const replaying = atATime(REPLAYS_AT_ONCE);
    const kept = new Map<string, Replaying>();
    app.openapi(routes.replayRoute, async (context) => {
      const monitor = monitorOf(context.req.valid("param").id);
      const { budget, days } = context.req.valid("query");
      const falseAlarmsPerYear = perYearOf(budget);
      const now = clock.now();
      const key = `${monitor.id} ${monitor.version} ${falseAlarmsPerYear} ${days}`;
      let found = kept.get(key);
      if (!found || now - found.at >= REPLAY_KEPT_MS) {
        const busy = `${REPLAYS_AT_ONCE} replays are under way, which is as many as are made at once.`;
        const asked = { falseAlarmsPerYear, from: now - days * DAY, to: now };
        const progress = { share: 0 };
        const onShare = (share: number) => void (progress.share = share);
        const value = replaying("replay", busy, () => replay(monitor, asked, onShare));
        found = { at: now, value, progress };
        kept.delete(key);
        kept.set(key, found);
        for (const old of kept.keys()) {
          if (kept.size <= REPLAYS_KEPT) break;
          kept.delete(old);
        }
        value.catch(() => kept.delete(key));
      }
      const replayed = await orAfter(LONGEST_ANSWER_MS, found.value, clock.every);
      if (replayed === null) return context.json({ monitor: monitor.id, budget, share: found.progress.share }, 202);
      return context.json(replayDetail(ports, monitor, budget, falseAlarmsPerYear, replayed, found.at), 200);
    });
  }
}

/** What comes within a time; null when it takes longer. */
async function orAfter<T>(ms: number, work: Promise<T>, every: ApiPorts["clock"]["every"]): Promise<T | null> {
  const late = Promise.withResolvers<null>();
  const timer = every(ms, () => late.resolve(null));
  try {
    return await Promise.race([work, late.promise]);
  } finally {
    timer.stop();
  }
}

function perYearOf(budget: string): number {
  const [times = "1", unit = "year"] = budget.split("/");
  return Number(times) * PER_YEAR[unit as keyof typeof PER_YEAR];
}

function replayDetail(
  { reader }: ApiPorts,
  monitor: Monitor,
  budget: string,
  falseAlarmsPerYear: number,
  { from, to, samples, incidents }: Replayed,
  computedAt: EpochMs,
): ReplayDetail {
  const really = reader.incidents({ monitor: monitor.id, limit: INCIDENTS_READ });
  return {
    monitor: monitor.id,
    budget,
    falseAlarmsPerYear,
    inForce: monitor.falseAlarmsPerYear,
    from,
    to,
    samples,
    incidents: incidents.map(({ onsetAt, openedAt, resolvedAt, code, codes, regions, seen }) => ({
      onsetAt,
      openedAt,
      resolvedAt,
      code,
      codes: [...codes],
      regions: [...regions],
      seen,
    })),
    wereTold: really.filter(({ openedAt }) => openedAt >= from && openedAt < to).length,
    computedAt,
  };
}

function probedDetail(
  monitor: Monitor,
  region: string,
  at: EpochMs,
  { result, warnings }: NonNullable<Awaited<ReturnType<NonNullable<ApiPorts["probeNow"]>>>>,
): Probed {
  const about = { monitor: monitor.id, region, at };
  if (result.kind === "missed") {
    const nothing = { code: null, expected: false, failure: null, totalMs: null, phases: null, evidence: null };
    return { ...about, ...nothing, missed: result.reason, detail: result.detail ?? null, warnings: [...warnings] };
  }
  const { outcome, totalMs, phases, evidence, slot } = result;
  const code = codeOf(outcome);
  return {
    ...about,
    code,
    expected: isExpected(monitor.expect, code) && result.unmet === undefined,
    failure: outcome.kind === "failure" ? outcome.reason : null,
    missed: null,
    detail: outcome.kind === "failure" ? outcome.detail : (result.unmet?.what ?? null),
    totalMs,
    phases,
    evidence: evidence ? evidenceDetail({ monitor: monitor.id, region, slot, code, totalMs, evidence }) : null,
    warnings: [...warnings],
  };
}
