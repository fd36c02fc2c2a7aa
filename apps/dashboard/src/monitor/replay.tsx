/** Replay: what the last 30 days would have told with another budget of false alarms. */
import type { MonitorDetail } from "@statusquo/api/client";
import { nameOf } from "@statusquo/core";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useEffect, useId, useState } from "react";
import { client } from "../api.ts";
import { ProblemNote } from "../shell/problem.tsx";
import { useText } from "../window.ts";
import { countText, dayText, hourText, listText, plural, spanText } from "../words.ts";
import { Chart, Numbers } from "./chart.tsx";

/** Cautious first. */
const BUDGETS = ["1/year", "2/year", "4/year", "1/month", "2/month", "1/week", "2/week", "1/day"] as const;
const A_YEAR = { year: 1, month: 12, week: 52, day: 365 };
const DAYS = 30;
/** A hand on the slider comes to rest within this, ms. */
const REST_MS = 400;

function perYear(budget: string): number {
  const [times, unit = "year"] = budget.split("/");
  return Number(times) * A_YEAR[unit as keyof typeof A_YEAR];
}

const budgetText = (budget: string) => budget.replace("/", " a ");

const edgeText = (at: number, span: number) => (span < 2 * 86_400_000 ? hourText(at) : dayText(at));

export function Replay({ monitor }: { monitor: MonitorDetail }) {
  const id = useId();
  const [chosen, setChosen] = useText("budget");
  const nearest = BUDGETS.findLastIndex((budget) => perYear(budget) <= monitor.falseAlarmsPerYear);
  const inForce = Math.max(0, nearest);
  const index = BUDGETS.indexOf(chosen as (typeof BUDGETS)[number]);
  const place = index < 0 ? inForce : index;
  const budget = BUDGETS[place] ?? "1/year";
  const [rested, setRested] = useState<string | null>(null);
  const [asTable, setAsTable] = useState(false);
  const [share, setShare] = useState(0);
  useEffect(() => {
    const timer = setTimeout(() => setRested(budget), REST_MS);
    return () => clearTimeout(timer);
  }, [budget]);
  const { data, error, refetch, isFetching } = useQuery({
    // Not below "monitor": a replay costs, and one more minute changes little.
    queryKey: ["replay", monitor.id, rested],
    queryFn: ({ signal }) => {
      setShare(0);
      return client.replay(monitor.id, rested ?? budget, DAYS, signal, setShare);
    },
    enabled: rested !== null,
    staleTime: 600_000,
    retry: 2,
    placeholderData: keepPreviousData,
  });
  const span = data === undefined ? 1 : Math.max(1, data.to - data.from);
  const found = data?.incidents ?? [];
  return (
    <Chart
      title="Replay"
      says="what the last 30 days would have told"
      asTable={asTable}
      onTurn={() => setAsTable(!asTable)}
      table={
        <Numbers
          caption="Replay"
          columns={["Began", "Found", "Lasted", "What", "Where", "Seen"]}
          rows={found.map(({ onsetAt, openedAt, resolvedAt, codes, regions, seen }) => [
            `${dayText(onsetAt)} ${hourText(onsetAt)}`,
            `${dayText(openedAt)} ${hourText(openedAt)}`,
            resolvedAt === null ? "open at the end" : spanText(resolvedAt - onsetAt),
            listText(codes.map((code) => nameOf(code))),
            listText(regions),
            `${seen.bad} of ${seen.of}`,
          ])}
        />
      }
    >
      <label className="replay-label" htmlFor={id}>
        False alarms that are allowed: <b>{budgetText(budget)}</b>
        {place === inForce && <span className="faint"> in use</span>}
      </label>
      <input
        id={id}
        type="range"
        className="replay-slider"
        min={0}
        max={BUDGETS.length - 1}
        step={1}
        value={place}
        aria-valuetext={`${budgetText(budget)}${place === inForce ? ", in use" : ""}`}
        onChange={(event) => {
          const next = BUDGETS[Number(event.target.value)] ?? budget;
          setChosen(next === BUDGETS[inForce] ? "" : next);
        }}
      />
      <p className="ends label" aria-hidden="true">
        <span>cautious</span>
        <span>eager</span>
      </p>
      {isFetching && share > 0 && (
        <label className="quiet num">
          Judging {DAYS} days anew <progress value={share} /> {Math.floor(share * 100)} %
        </label>
      )}
      {error !== null && data === undefined ? (
        <ProblemNote title="The replay could not be made." error={error} onRetry={() => void refetch()} />
      ) : (
        data !== undefined && (
          <>
            <div className="replayed" aria-hidden="true">
              {found.map(({ openedAt, onsetAt, code }) => (
                <i
                  key={`${openedAt} ${code}`}
                  style={{ left: `${Math.max(0, (onsetAt - data.from) / span) * 100}%` }}
                />
              ))}
            </div>
            <p className="ends label num" aria-hidden="true">
              <span>{edgeText(data.from, span)}</span>
              <span>{edgeText(data.to, span)}</span>
            </p>
            <p aria-live="polite" aria-busy={isFetching}>
              <b>
                {countText(found.length)} {plural(found.length, "incident")}
              </b>{" "}
              with {budgetText(data.budget)}; {countText(data.wereTold)} really {plural(data.wereTold, "was", "were")}{" "}
              opened. Judged anew: {countText(data.samples)} samples since {dayText(data.from)} {hourText(data.from)}
              {data.to - data.from < DAYS * 86_400_000 - 3_600_000 && ", as far back as they are kept"}.
            </p>
            {data.budget !== BUDGETS[inForce] && (
              <p className="quiet">
                To use it, write <code>false_alarms: {data.budget}</code> in the definition.
              </p>
            )}
          </>
        )
      )}
    </Chart>
  );
}
