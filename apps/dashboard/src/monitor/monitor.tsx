/** One monitor: the incident if there is one, six facts, how its codes and times went, its last responses, its definition. */
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { lazy, Suspense, useEffect, useState } from "react";
import { Link, useSearchParams } from "wouter";
import { client } from "../api.ts";
import { type Clock, setClock, useClock } from "../clock.ts";
import { wrongKindOf } from "../codes.ts";
import { Choice } from "../draw/choice.tsx";
import { StandingTile } from "../draw/glyph.tsx";
import { useKeys } from "../keys.ts";
import { useSkew } from "../live/context.ts";
import { Loading } from "../shell/loading.tsx";
import { ProblemNote } from "../shell/problem.tsx";
import { useChoice } from "../window.ts";
import { dayText, hourText, incidentText, listText, spanText, zoneText } from "../words.ts";
import { ByRegion } from "./by-region.tsx";
import { CodeMix } from "./code-mix.tsx";
import { Definition } from "./definition.tsx";
import { Facts } from "./facts.tsx";
import { Latency } from "./latency.tsx";
import type { GoTo } from "./plot.tsx";
import { Replay } from "./replay.tsx";
import { Responses } from "./responses.tsx";
import { UsualHours } from "./usual-hours.tsx";
import "./monitor.css";

const HOUR = 3_600_000;
type Range = "1h" | "6h" | "24h" | "7d" | "30d" | "90d";
const RANGES = ["1h", "6h", "24h", "7d", "30d", "90d"] as const satisfies Range[];
/** Spans, and steps where the server's own choice would be coarse. */
const SPANS: Record<Range, { ms: number; step?: number }> = {
  "1h": { ms: HOUR },
  "6h": { ms: 6 * HOUR },
  "24h": { ms: 24 * HOUR },
  "7d": { ms: 7 * 24 * HOUR, step: HOUR },
  "30d": { ms: 30 * 24 * HOUR, step: 6 * HOUR },
  "90d": { ms: 90 * 24 * HOUR, step: 24 * HOUR },
};
/** Less cannot be told apart. */
const LEAST_ZOOM_MS = 60_000;

const Silence = lazy(() => import("../act/silence.tsx"));
const ProbeNow = lazy(() => import("../act/probe.tsx"));
const MarkDeploy = lazy(() => import("../act/deploy.tsx"));

type Asking = "silence" | "probe" | "deploy" | null;

/** A stretch that was zoomed to, from the address; null for the range up to now. */
function useZoom() {
  const [parameters, setParameters] = useSearchParams();
  const [from, to] = ["from", "to"].map((name) => Number(parameters.get(name) ?? Number.NaN));
  const zoom = from !== undefined && to !== undefined && to - from >= LEAST_ZOOM_MS ? { from, to } : null;
  const setZoom = (next: { from: number; to: number } | null) =>
    setParameters((known) => {
      const changed = new URLSearchParams(known);
      for (const name of ["from", "to"] as const) {
        if (next === null) changed.delete(name);
        else changed.set(name, String(next[name]));
      }
      return changed;
    });
  return [zoom, setZoom] as const;
}

export default function Monitor({ id }: { id: string }) {
  const [range, setRange] = useChoice<Range>("range", RANGES);
  const skewMs = useSkew();
  const [zoom, setZoom] = useZoom();
  const [scale, setScale] = useChoice<"fit" | "whole">("scale", ["fit", "whole"]);
  const [codes, setCodes] = useChoice<"all" | "one">("codes", ["all", "one"]);
  const clock = useClock();
  const [asking, setAsking] = useState<Asking>(null);
  const [goTo, setGoTo] = useState<GoTo | null>(null);
  const [tables, setTables] = useState<ReadonlySet<string>>(new Set());
  const detail = useQuery({
    queryKey: ["monitor", id, "detail"],
    queryFn: ({ signal }) => client.monitor(id, "1h", signal),
  });
  const series = useQuery({
    queryKey: ["monitor", id, "series", range, zoom?.from ?? null, zoom?.to ?? null],
    queryFn: ({ signal }) => {
      if (zoom !== null) return client.series(id, { ...zoom, by: "region" }, signal);
      const { ms, step } = SPANS[range];
      const from = Date.now() + skewMs - ms;
      return client.series(id, { from: Math.max(0, Math.floor(from)), by: "region", ...(step && { step }) }, signal);
    },
    placeholderData: keepPreviousData,
  });
  const name = detail.data?.name;
  useEffect(() => {
    document.title = `${name ?? id} · Statusquo`;
  }, [name, id]);
  const turn = (chart: string) => setTables((known) => known.symmetricDifference(new Set([chart])));
  /** To the next after where the cursor is; after the last comes the first. */
  const goToOneOf = (instants: readonly number[]) => {
    const sorted = instants.toSorted((a, b) => a - b);
    const at = sorted.find((each) => each > (goTo?.at ?? 0)) ?? sorted[0];
    if (at !== undefined) setGoTo({ at });
  };
  const zoomTo = (from: number, to: number) => {
    if (to - from >= LEAST_ZOOM_MS) setZoom({ from: Math.max(0, from), to });
  };
  useKeys({
    ...Object.fromEntries(
      RANGES.map((each, index) => [
        String(index + 1),
        () => {
          setZoom(null);
          setRange(each);
        },
      ]),
    ),
    Escape: () => setZoom(null),
    f: () => setScale(scale === "fit" ? "whole" : "fit"),
    c: () => goToOneOf((series.data?.incidents ?? []).map(({ since }) => since)),
    d: () => goToOneOf((series.data?.deploys ?? []).map(({ at }) => at)),
    y: () => document.querySelector<HTMLElement>("#definition")?.focus(),
    p: () => setAsking("probe"),
    s: () => setAsking("silence"),
    v: () => setTables((known) => new Set(known.size > 0 ? [] : ["mix", "regions", "latency"])),
  });

  if (detail.data === undefined)
    return detail.error === null ? (
      <Loading rows={8} />
    ) : (
      <ProblemNote
        title={`Monitor ${id} could not be loaded.`}
        error={detail.error}
        onRetry={() => void detail.refetch()}
        level={1}
      />
    );
  const monitor = detail.data;
  const { incident, standing, headline, now } = monitor;
  const kind = wrongKindOf(incident ? incident.code : headline.code);
  const shared = (chart: string) => ({ asTable: tables.has(chart), onTurn: () => turn(chart) });
  return (
    <article className="monitor">
      <header className="page-head">
        <p className="crumb">
          <Link href="/">Monitors</Link>
          {monitor.tags[0] !== undefined && (
            <>
              {" / "}
              <Link href={`/?q=${encodeURIComponent(`tag:${monitor.tags[0]}`)}`}>{monitor.tags[0]}</Link>
            </>
          )}
        </p>
        <div className="title">
          <StandingTile standing={incident ? "spike" : standing} kind={kind} />
          <h1>{monitor.name}</h1>
          <span className="mono request">
            <span className="faint-figure">{monitor.method}</span> {monitor.url}
          </span>
          {monitor.tags.length > 0 && <span className="faint">tagged {listText(monitor.tags)}</span>}
          <span className="title-buttons">
            <button type="button" className="button" onClick={() => setAsking("probe")}>
              Probe now <kbd>P</kbd>
            </button>
            <button type="button" className="button" onClick={() => setAsking("silence")}>
              Silence <kbd>S</kbd>
            </button>
            <button type="button" className="button" onClick={() => setAsking("deploy")}>
              Mark a deploy
            </button>
          </span>
        </div>
        {monitor.mute !== null && (
          <p className="reason-line">
            <b>
              {monitor.mute.kind === "silence" ? "Silenced" : "Maintenance"} until {dayText(monitor.mute.until)}{" "}
              {hourText(monitor.mute.until)} {zoneText()}:
            </b>{" "}
            {monitor.mute.reason}
          </p>
        )}
        {incident !== null ? (
          <Link className={`alert-line ${wrongKindOf(incident.code)}`} href={`/incidents/${incident.id}`}>
            <b>
              {incident.sentence}, since {hourText(incident.since)}.
            </b>
            {incident.cause !== null && <span>Likely {incident.cause}.</span>}
            <span className="go num">
              {incidentText(incident.id)}, open {spanText(now - incident.since)} →
            </span>
          </Link>
        ) : (
          <p className="reason-line quiet">{monitor.reason}</p>
        )}
        <Facts monitor={monitor} />
      </header>
      <div className="controls">
        <Choice<Range | "">
          label="Range"
          options={RANGES}
          value={zoom === null ? range : ""}
          onChoose={(next) => {
            setZoom(null);
            if (next !== "") setRange(next);
          }}
        />
        {zoom !== null && (
          <button type="button" className="button" onClick={() => setZoom(null)}>
            Back to {range} <kbd>Esc</kbd>
          </button>
        )}
        {series.data !== undefined && (
          <span className="quiet num">
            {dayText(series.data.from)} {hourText(series.data.from)} – {hourText(series.data.to)} {zoneText()}
          </span>
        )}
        <span className="controls-right">
          <Choice<"all" | "one">
            label="Codes"
            options={[
              { value: "all", text: "All codes" },
              { value: "one", text: headline.code === 0 ? "No answer only" : `${headline.code} only` },
            ]}
            value={codes}
            onChoose={setCodes}
          />
          <Choice<"fit" | "whole">
            label="Scale"
            options={[
              { value: "fit", text: "Fit" },
              { value: "whole", text: "0 – 100 %" },
            ]}
            value={scale}
            onChoose={setScale}
          />
          <Choice<Clock>
            label="Clock"
            options={[
              { value: "utc", text: "UTC" },
              { value: "local", text: "Local" },
            ]}
            value={clock}
            onChoose={setClock}
          />
        </span>
      </div>
      {series.data === undefined ? (
        series.error === null ? (
          <Loading rows={5} />
        ) : (
          <ProblemNote
            title="The charts could not be loaded."
            error={series.error}
            onRetry={() => void series.refetch()}
          />
        )
      ) : (
        <>
          <CodeMix
            series={series.data}
            banded={headline.code}
            now={now}
            only={codes === "one" ? headline.code : null}
            isLocked={scale === "whole"}
            goTo={goTo}
            onZoom={zoomTo}
            {...shared("mix")}
          />
          <div className="pair">
            <ByRegion series={series.data} monitor={monitor} {...shared("regions")} />
            <Latency series={series.data} onZoom={zoomTo} {...shared("latency")} />
          </div>
        </>
      )}
      <div className="pair even">
        <UsualHours monitor={monitor} />
        <Replay monitor={monitor} />
      </div>
      <Responses monitor={monitor} />
      <Definition monitor={monitor} />
      <Suspense>
        {asking === "silence" && <Silence incident={incident} monitor={monitor} onClose={() => setAsking(null)} />}
        {asking === "probe" && <ProbeNow monitor={monitor} onClose={() => setAsking(null)} />}
        {asking === "deploy" && (
          <MarkDeploy regions={monitor.regions} monitor={monitor} onClose={() => setAsking(null)} />
        )}
      </Suspense>
    </article>
  );
}
