/** How sure: what was seen and what is usual, each with its counts, and how rare that is by chance alone. */
import type { IncidentDetail } from "@statusquo/api/client";
import { shareText } from "@statusquo/core";
import { useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { client } from "../api.ts";
import { Chart, Numbers } from "../monitor/chart.tsx";
import { countText, hourText, percentText, secondText } from "../words.ts";
import { chanceAxisOf, type Round } from "./chance.ts";
import { timesText, usualText } from "./say.ts";

/** Rounds before the one that was told. */
const MOST_ROUNDS = 8;

export function HowSure({ incident }: { incident: IncidentDetail }) {
  const { seen, usualShare, evidence } = incident;
  const times = timesText(seen.bad, seen.of, usualShare);
  const learned = evidence.usualOf >= 0.5;
  const [asTable, setAsTable] = useState(false);
  const rounds = useRounds(incident);
  const { data: monitor } = useQuery({
    queryKey: ["monitor", incident.monitor, "detail"],
    queryFn: ({ signal }) => client.monitor(incident.monitor, "1h", signal),
  });
  const axis = useMemo(
    () => (monitor === undefined ? null : chanceAxisOf(rounds, evidence.lnThreshold, monitor.falseAlarmsPerYear)),
    [rounds, evidence.lnThreshold, monitor],
  );
  return (
    <Chart
      title="How sure"
      says=""
      asTable={asTable}
      onTurn={() => setAsTable(!asTable)}
      table={
        <Numbers
          caption="How sure"
          columns={["Round", "By chance", "Told below"]}
          rows={(axis?.points ?? []).map(({ at, text }) => [secondText(at), text, axis?.limit.text ?? ""])}
        />
      }
    >
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
          <dd className="figure">{incident.chance}</dd>
          <dd className="quiet">you are told below {incident.chanceLimit}</dd>
        </div>
      </dl>
      {axis !== null && axis.points.length > 0 && (
        <>
          <div
            className="chance num"
            role="img"
            aria-label={`By chance alone ${axis.points.map(({ at, text }) => `${text} at ${hourText(at)}`).join(", then ")}; people are told below ${axis.limit.text}.`}
          >
            <div className="chance-line">
              <i className="chance-past" style={{ left: `${axis.limit.place * 100}%` }} />
              <i className="chance-limit" style={{ left: `${axis.limit.place * 100}%` }} />
              {axis.ticks.map(({ place, text }, index) => (
                <span
                  key={place}
                  className={`chance-tick ${edgeOf(place)} ${index % 2 === 0 ? "" : "spare"}`}
                  style={{ left: `${place * 100}%` }}
                >
                  {text}
                </span>
              ))}
              <span
                className={`chance-name ${edgeOf(axis.limit.place)}`}
                style={{ left: `${axis.limit.place * 100}%` }}
              >
                alert limit
              </span>
              {axis.points.map(({ at, place, isPast }, index) => (
                <span key={at} className={`chance-point ${isPast ? "past" : ""}`} style={{ left: `${place * 100}%` }}>
                  {(index === 0 || index === axis.points.length - 1) && <b className={edgeOf(place)}>{hourText(at)}</b>}
                </span>
              ))}
            </div>
          </div>
          <p className="quiet">
            A dot for each round until it was found. The figures assume that probes are independent of each other, so
            read them as “certain” rather than as a measurement.
          </p>
        </>
      )}
    </Chart>
  );
}

function edgeOf(place: number): string {
  if (place < 0.06) return "to-right";
  return place > 0.94 ? "to-left" : "";
}

/** Rounds from the onset until it was found; what is no longer kept is told by the transition itself. */
function useRounds({ monitor, since, openedAt, transitions, evidence }: IncidentDetail): Round[] {
  const { data } = useQuery({
    queryKey: ["monitor", monitor, "whys", since, openedAt],
    queryFn: ({ signal }) =>
      client.whys(monitor, { from: Math.floor(since), to: Math.ceil(openedAt), limit: 100 }, signal),
    staleTime: Number.POSITIVE_INFINITY,
  });
  return useMemo(() => {
    const before = (data?.whys ?? [])
      .filter(({ slot, strongest }) => strongest !== null && slot >= since && slot < openedAt)
      .slice(0, MOST_ROUNDS)
      .map(({ slot, strongest }) => ({ at: slot, lnEvidence: strongest?.lnEvidence ?? 0 }))
      .reverse();
    const found = transitions.find(({ kind }) => kind === "opened");
    // A round that found it is the transition; its verdict may be kept under the same slot.
    const last = { at: found?.at ?? openedAt, lnEvidence: found?.lnEvidence ?? evidence.lnEvidence };
    return [...before.filter(({ lnEvidence }) => lnEvidence < last.lnEvidence), last];
  }, [data, since, openedAt, transitions, evidence.lnEvidence]);
}
