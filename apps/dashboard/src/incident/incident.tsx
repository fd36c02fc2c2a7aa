/** One incident: what is seen, how sure that is, why probably, and what was done about it. */
import { ApiError, type IncidentDetail } from "@statusquo/api/client";
import { shareText } from "@statusquo/core";
import { useQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import { Link, useLocation } from "wouter";
import { client } from "../api.ts";
import { codeTitle, kindOf } from "../codes.ts";
import { Glyph, StandingTile } from "../draw/glyph.tsx";
import { useKeys } from "../keys.ts";
import { useLiveState } from "../live/context.ts";
import { useNow } from "../live/now.ts";
import { Loading } from "../shell/loading.tsx";
import { ProblemNote } from "../shell/problem.tsx";
import { countText, hourText, incidentText, percentText, spanText, whenText } from "../words.ts";
import { Acknowledge } from "./acknowledge.tsx";
import { Aside } from "./aside.tsx";
import { Causes } from "./causes.tsx";
import { Compare } from "./compare.tsx";
import { ProbeMatrix } from "./probe-matrix.tsx";
import { headlineOf, ledeOf, timesText, usualText } from "./say.ts";
import "../monitor/monitor.css";
import "./incident.css";

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
  useKeys({ m: () => go(`/monitors/${incident.monitor}`) });
  const kind = kindOf(incident.code);
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
              : codeTitle(incident.code)}
          </b>
          {lede.after} <span className="likely">{lede.likely}</span>
        </p>
        <div className="actions-row">
          <div className="actions">
            <Acknowledge incident={incident} withKey primary />
            <Link className="button" href={`/monitors/${incident.monitor}`}>
              Open monitor <kbd>M</kbd>
            </Link>
          </div>
          <Standing incident={incident} />
        </div>
      </header>
      <div className="columns">
        <div className="story">
          <ProbeMatrix incident={incident} />
          <HowSure incident={incident} />
          <Causes causes={incident.causes} />
          <Compare incident={incident} />
        </div>
        <Aside incident={incident} />
      </div>
    </article>
  );
}

function Standing({ incident }: { incident: IncidentDetail }) {
  const { skewMs } = useLiveState();
  const now = useNow() + skewMs;
  const { since, resolvedAt, acknowledgedAt, state } = incident;
  if (resolvedAt !== null)
    return (
      <p className="stands num">
        Resolved {whenText(resolvedAt, now)} UTC, after {spanText(resolvedAt - since)}.
        {acknowledgedAt === null && " Nobody acknowledged it."}
      </p>
    );
  return (
    <p className="stands num">
      {state === "open" && `Open for ${spanText(now - since)}.`}{" "}
      {acknowledgedAt === null && "Nobody has acknowledged it."}
    </p>
  );
}

function HowSure({ incident }: { incident: IncidentDetail }) {
  const { seen, usualShare, evidence, chance, chanceLimit } = incident;
  const times = timesText(seen.bad, seen.of, usualShare);
  const learned = evidence.usualOf >= 0.5;
  return (
    <section className="block" aria-label="How sure">
      <div className="chart-head">
        <h2>How sure</h2>
      </div>
      <dl className="figures num">
        <div>
          <dt>Seen since {hourText(incident.since)}</dt>
          <dd className="figure lit">
            {countText(seen.bad)} of {countText(seen.of)} <span>{percentText(seen.bad, seen.of)}</span>
          </dd>
          <dd className="quiet">
            {countText(evidence.bad)} of {countText(evidence.of)} when it was found
          </dd>
        </div>
        <div>
          <dt>Usual at this time</dt>
          <dd className="figure">{learned ? shareText(usualShare) : "not learned"}</dd>
          <dd className="quiet">
            {learned
              ? `from ${countText(evidence.usualBad)} of ${countText(evidence.usualOf)} probes, older ones counting less`
              : usualText(incident)}
          </dd>
        </div>
        {times !== null && (
          <div>
            <dt>Change</dt>
            <dd className="figure">{times}</dd>
            <dd className="quiet">as often as usual</dd>
          </div>
        )}
        <div>
          <dt>By chance</dt>
          <dd className="figure">{chance}</dd>
          <dd className="quiet">you are told below {chanceLimit}</dd>
        </div>
      </dl>
    </section>
  );
}
