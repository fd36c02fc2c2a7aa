/** All incidents, newest first. */
import type { IncidentSummary } from "@statusquo/api/client";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import { Link } from "wouter";
import { client } from "../api.ts";
import { wrongKindOf } from "../codes.ts";
import { Choice } from "../draw/choice.tsx";
import { Glyph, StandingTile } from "../draw/glyph.tsx";
import { useSkew } from "../live/context.ts";
import { useNow } from "../live/now.ts";
import { Loading } from "../shell/loading.tsx";
import { ProblemNote } from "../shell/problem.tsx";
import { useChoice } from "../window.ts";
import { dayText, hourText, incidentText, spanText, zoneText } from "../words.ts";
import { headlineOf } from "./headline.ts";
import "./incident.css";

const PAGE = 50;
type Shown = "all" | IncidentSummary["state"];
const SHOWN = ["all", "open", "resolved"] as const satisfies Shown[];

export default function Incidents() {
  const [state, setState] = useChoice<Shown>("state", SHOWN);
  const skewMs = useSkew();
  const now = useNow() + skewMs;
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery({
    queryKey: ["incidents", state],
    queryFn: ({ pageParam, signal }) =>
      client.incidents(
        { limit: PAGE, ...(state !== "all" && { state }), ...(pageParam !== null && { before: pageParam }) },
        signal,
      ),
    initialPageParam: null as number | null,
    getNextPageParam: ({ next }) => next,
  });
  useEffect(() => {
    document.title = "Incidents · Statusquo";
  }, []);
  const incidents = data?.pages.flatMap((page) => page.incidents) ?? [];
  return (
    <section className="listing" aria-labelledby="incidents">
      <div className="listing-head">
        <h1 id="incidents">Incidents</h1>
        <Choice label="Which incidents" options={SHOWN} value={state} onChoose={setState} />
      </div>
      {data === undefined ? (
        error === null ? (
          <Loading rows={6} />
        ) : (
          <ProblemNote title="Incidents could not be loaded." error={error} onRetry={() => void refetch()} />
        )
      ) : incidents.length === 0 ? (
        <p className="quiet empty">{state === "all" ? "There was no incident yet." : `No incident is ${state} now.`}</p>
      ) : (
        <ol className="incident-list">
          {incidents.map((incident) => (
            <Entry key={incident.id} incident={incident} now={now} />
          ))}
        </ol>
      )}
      {hasNextPage && (
        <p className="empty">
          <button type="button" className="button" disabled={isFetchingNextPage} onClick={() => void fetchNextPage()}>
            Older ones
          </button>
        </p>
      )}
    </section>
  );
}

function Entry({ incident, now }: { incident: IncidentSummary; now: number }) {
  const { id, state, code, since, resolvedAt, acknowledgedAt, sentence, cause } = incident;
  const kind = wrongKindOf(code);
  const isLoud = state === "open" && acknowledgedAt === null;
  return (
    <li className={`${kind} ${isLoud ? "wash" : ""}`}>
      {state === "open" ? (
        <StandingTile standing="spike" kind={kind} />
      ) : (
        <span className="tile over">
          <Glyph name="done" />
          <span className="sr">resolved</span>
        </span>
      )}
      <div>
        <h2 className="incident-list-title">
          <Link href={`/incidents/${id}`}>{headlineOf(incident)}</Link>
        </h2>
        <p className="quiet">
          {sentence}.{cause !== null && ` Likely ${cause}.`}
        </p>
      </div>
      <p className="when num">
        <b>{incidentText(id)}</b>
        <span>
          {dayText(since)} {hourText(since)} {zoneText()}
        </span>
        <span>
          {resolvedAt === null ? `open ${spanText(now - since)}` : `lasted ${spanText(resolvedAt - since)}`}
          {acknowledgedAt !== null && ", acknowledged"}
        </span>
      </p>
    </li>
  );
}
