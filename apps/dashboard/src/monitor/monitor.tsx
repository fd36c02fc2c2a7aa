/** One monitor: the incident if there is one, six facts, how its codes and times went, its last responses, its definition. */
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { Link } from "wouter";
import { client } from "../api.ts";
import { kindOf } from "../codes.ts";
import { Choice } from "../draw/choice.tsx";
import { StandingTile } from "../draw/glyph.tsx";
import { useKeys } from "../keys.ts";
import { useLiveState } from "../live/context.ts";
import { Loading } from "../shell/loading.tsx";
import { ProblemNote } from "../shell/problem.tsx";
import { useChoice } from "../window.ts";
import { dayText, hourText, incidentText, listText, spanText } from "../words.ts";
import { ByRegion } from "./by-region.tsx";
import { CodeMix } from "./code-mix.tsx";
import { Definition } from "./definition.tsx";
import { Facts } from "./facts.tsx";
import { Latency } from "./latency.tsx";
import { Responses } from "./responses.tsx";
import "./monitor.css";

const HOUR = 3_600_000;
type Range = "1h" | "6h" | "24h" | "7d";
const RANGES = ["1h", "6h", "24h", "7d"] as const satisfies Range[];
/** Spans, and steps where the server's own choice would be coarse. */
const SPANS: Record<Range, { ms: number; step?: number }> = {
  "1h": { ms: HOUR },
  "6h": { ms: 6 * HOUR },
  "24h": { ms: 24 * HOUR },
  "7d": { ms: 7 * 24 * HOUR, step: HOUR },
};

export default function Monitor({ id }: { id: string }) {
  const [range, setRange] = useChoice<Range>("range", RANGES);
  const { skewMs } = useLiveState();
  const [tables, setTables] = useState<ReadonlySet<string>>(new Set());
  const detail = useQuery({
    queryKey: ["monitor", id, "detail"],
    queryFn: ({ signal }) => client.monitor(id, "1h", signal),
  });
  const series = useQuery({
    queryKey: ["monitor", id, "series", range],
    queryFn: ({ signal }) => {
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
  useKeys({
    ...Object.fromEntries(RANGES.map((each, index) => [String(index + 1), () => setRange(each)])),
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
  const kind = kindOf(incident ? incident.code : headline.code);
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
        </div>
        {incident !== null ? (
          <Link className={`alert-line ${kindOf(incident.code)}`} href={`/incidents/${incident.id}`}>
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
        <Choice label="Range" options={RANGES} value={range} onChoose={setRange} />
        {series.data !== undefined && (
          <span className="quiet num">
            {dayText(series.data.from)} {hourText(series.data.from)} – {hourText(series.data.to)} UTC
          </span>
        )}
        {monitor.tags.length > 0 && <span className="faint">tagged {listText(monitor.tags)}</span>}
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
          <CodeMix series={series.data} banded={headline.code} now={now} {...shared("mix")} />
          <div className="pair">
            <ByRegion series={series.data} monitor={monitor} {...shared("regions")} />
            <Latency series={series.data} {...shared("latency")} />
          </div>
        </>
      )}
      <Responses monitor={monitor} />
      <Definition monitor={monitor} />
    </article>
  );
}
