/** One incident: what is seen, how sure that is, why probably, and what was done about it. */
import { ApiError, type IncidentDetail } from "@statusquo/api/client";
import { nameOf } from "@statusquo/core";
import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense, useEffect, useState } from "react";
import { Link, useLocation } from "wouter";
import { client } from "../api.ts";
import { codeTitle, kindOf, wrongKindOf } from "../codes.ts";
import { Glyph, StandingTile } from "../draw/glyph.tsx";
import { useKeys } from "../keys.ts";
import { useSkew } from "../live/context.ts";
import { useNow } from "../live/now.ts";
import { Loading } from "../shell/loading.tsx";
import { ProblemNote } from "../shell/problem.tsx";
import { capital, hourText, incidentText, spanText, whenText, zoneText } from "../words.ts";
import { Acknowledge } from "./acknowledge.tsx";
import { Aside } from "./aside.tsx";
import { Causes } from "./causes.tsx";
import { Changes } from "./changes.tsx";
import { Compare } from "./compare.tsx";
import { headlineOf } from "./headline.ts";
import { HowSure } from "./how-sure.tsx";
import { ProbeMatrix } from "./probe-matrix.tsx";
import { ledeOf } from "./say.ts";
import "../monitor/monitor.css";
import "./incident.css";
import "../act/dialog.css";

const Silence = lazy(() => import("../act/silence.tsx"));
const Accept = lazy(() => import("../act/accept.tsx"));
const Accepted = lazy(() => import("../act/accept.tsx").then((module) => ({ default: module.Accepted })));

type Asking = "silence" | "accept" | null;

/** @param text the id as it stands in the address */
export default function Incident({ text }: { text: string }) {
  const id = /^\d{1,15}$/.test(text) ? Number(text) : null;
  const { data, error, refetch } = useQuery({
    queryKey: ["incident", id],
    queryFn: ({ signal }) => client.incident(id ?? 0, signal),
    enabled: id !== null,
  });
  useEffect(() => {
    document.title = `${data === undefined ? incidentText(id ?? 0) : headlineOf(data)} · Statusquo`;
  }, [data, id]);

  if (data !== undefined) return <Shown incident={data} />;
  const isAbsent = id === null || (error instanceof ApiError && error.status === 404);
  if (isAbsent)
    return (
      <div className="plain-page">
        <h1>There is no incident {text}.</h1>
        <p>
          <Link href="/incidents">All incidents</Link>
        </p>
      </div>
    );
  if (error === null) return <Loading rows={8} />;
  return (
    <ProblemNote
      title={`${incidentText(id)} could not be loaded.`}
      error={error}
      onRetry={() => void refetch()}
      level={1}
    />
  );
}

function Shown({ incident }: { incident: IncidentDetail }) {
  const [, go] = useLocation();
  const [asking, setAsking] = useState<Asking>(null);
  const [isCopied, setIsCopied] = useState(false);
  const isOpen = incident.state === "open";
  const copy = async () => {
    await navigator.clipboard?.writeText(location.href);
    setIsCopied(true);
  };
  const step = async (by: 1 | -1) => {
    const next = await neighbour(incident.id, by);
    if (next !== null) go(`/incidents/${next}`);
  };
  useKeys({
    m: () => go(`/monitors/${incident.monitor}`),
    l: () => void copy(),
    j: () => void step(1),
    k: () => void step(-1),
    ...(isOpen && { s: () => setAsking("silence"), n: () => setAsking("accept") }),
  });
  const kind = wrongKindOf(incident.code);
  const lede = ledeOf(incident);
  return (
    <article className={`incident ${kind}`}>
      <header className="incident-head">
        <p className="crumb">
          <Link href="/incidents">Incidents</Link> / {incidentText(incident.id)} /{" "}
          <Link className="mono" href={`/monitors/${incident.monitor}`}>
            {incident.method} {incident.path}
          </Link>
        </p>
        <div className="title">
          {incident.state === "open" ? (
            <StandingTile standing="spike" kind={kind} />
          ) : (
            <span className="tile over" aria-hidden="true">
              <Glyph name="done" />
            </span>
          )}
          <h1>{headlineOf(incident)}</h1>
        </div>
        <p className="lede">
          {lede.before}{" "}
          <b className={`code ${kind}`}>
            <Glyph name={kind} />
            {incident.code === null && incident.codes.length > 0
              ? incident.codes.join(" and ")
              : kindOf(incident.code) === "k2"
                ? nameOf(incident.code ?? 200)
                : codeTitle(incident.code)}
          </b>
          {lede.after} <span className="likely">{lede.likely}</span>
        </p>
        <div className="actions-row">
          <div className="actions">
            <Acknowledge incident={incident} withKey primary />
            {isOpen && (
              <>
                <button type="button" className="button" onClick={() => setAsking("silence")}>
                  Silence <kbd>S</kbd>
                </button>
                <button type="button" className="button" onClick={() => setAsking("accept")}>
                  <span>
                    Accept<span className="wide"> as new normal</span>
                  </span>{" "}
                  <kbd>N</kbd>
                </button>
              </>
            )}
            <Link className="button to-monitor" href={`/monitors/${incident.monitor}`}>
              Open monitor <kbd>M</kbd>
            </Link>
            <button type="button" className="button ghost wide" onClick={() => void copy()}>
              {isCopied ? "Copied" : "Copy link"} <kbd>L</kbd>
            </button>
          </div>
          <Standing incident={incident} />
        </div>
        <Suspense>
          {incident.acceptances.map((acceptance) => (
            <Accepted key={acceptance.id} acceptance={acceptance} />
          ))}
        </Suspense>
      </header>
      <div className="columns">
        <div className="story">
          <ProbeMatrix incident={incident} />
          <HowSure incident={incident} />
          <Causes causes={incident.causes} />
          <Compare incident={incident} />
          <Changes incident={incident} />
        </div>
        <Aside incident={incident} />
      </div>
      <Suspense>
        {asking === "silence" && (
          <Silence
            incident={incident}
            monitor={{ id: incident.monitor, name: incident.monitorName }}
            onClose={() => setAsking(null)}
          />
        )}
        {asking === "accept" && <Accept incident={incident} onClose={() => setAsking(null)} />}
      </Suspense>
    </article>
  );
}

/** The incident after (1: older) or before (-1: newer) this one; null at the end. */
async function neighbour(id: number, by: 1 | -1): Promise<number | null> {
  if (by === 1) return (await client.incidents({ before: id, limit: 1 })).incidents[0]?.id ?? null;
  return (await client.incidents({ limit: 200 })).incidents.findLast((each) => each.id > id)?.id ?? null;
}

const CLOSED_AS = {
  recovered: "It is as usual again",
  accepted: "It was accepted as the new normal",
  removed: "Its monitor is no longer defined",
  relearned: "What is usual is learned anew",
} as const;

function Standing({ incident }: { incident: IncidentDetail }) {
  const skewMs = useSkew();
  const now = useNow() + skewMs;
  const { since, resolvedAt, acknowledgedAt, closedAs, cost, followAt, severity, muted } = incident;
  if (resolvedAt !== null)
    return (
      <p className="stands num">
        Resolved {whenText(resolvedAt, now)} {zoneText()}, after {spanText(resolvedAt - since)}.{" "}
        {closedAs !== null && `${CLOSED_AS[closedAs]}. `}
        {cost !== null && `${capital(cost.text)}. `}
        {acknowledgedAt === null && "Nobody acknowledged it."}
      </p>
    );
  return (
    <p className="stands num">
      {capital(severity)}, open for {spanText(now - since)}.{" "}
      {muted !== null
        ? `Nobody is told until ${whenText(muted.until, now)}: ${muted.reason}.`
        : acknowledgedAt === null && "Nobody has acknowledged it."}{" "}
      {muted === null && followAt !== null && `Next reminder ${hourText(followAt)}.`}
    </p>
  );
}
