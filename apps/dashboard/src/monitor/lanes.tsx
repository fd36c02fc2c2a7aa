/** Below the code mix: deploys, incidents, and where the range lies in the last day. */
import type { Series } from "@statusquo/api/client";
import { useQuery } from "@tanstack/react-query";
import { useLayoutEffect, useMemo, useRef } from "react";
import { Link } from "wouter";
import { client } from "../api.ts";
import { markOf } from "../draw/ribbon.ts";
import { Ribbon } from "../draw/ribbon.tsx";
import { hourText, incidentText, whenText } from "../words.ts";

interface LanesProps {
  series: Series;
  now: number;
  /** px left and right of the drawing, where its axis is. */
  left: number;
  right: number;
}

export function Lanes({ series, now, left, right }: LanesProps) {
  const end = Math.max(series.to, series.from + series.t.length * series.stepMs);
  const place = (instant: number) => Math.min(100, Math.max(0, ((instant - series.from) / (end - series.from)) * 100));
  const { incidents, deploys } = series;
  const lane = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const box = lane.current;
    if (box === null) return;
    const fit = () => {
      for (const names of box.children) fitNames(names);
    };
    const resized = new ResizeObserver(fit);
    resized.observe(box);
    return () => resized.disconnect();
  });
  return (
    <div ref={lane} className="lane" style={{ paddingLeft: left, paddingRight: right }}>
      {deploys.length > 0 && (
        <ul className="lane-deploys" aria-label="Deploys">
          {deploys.map(({ id, at, service, version, regions }) => {
            const where = regions.length === 0 ? "" : ` (${regions.join(", ")})`;
            return (
              <li
                key={id}
                className={place(at) > 60 ? "to-left" : ""}
                style={{ left: `${place(at)}%` }}
                title={`${whenText(at, now)} ${service} ${version}${where}`}
              >
                <span aria-hidden="true">▲</span> <span className="sr">{whenText(at, now)} </span>
                <bdi className="lane-name">
                  {service} {version}
                  {where}
                </bdi>
              </li>
            );
          })}
        </ul>
      )}
      {incidents.length > 0 && (
        <div className="lane-incidents">
          {incidents.map((incident) => {
            const from = place(incident.since);
            return (
              <Link
                key={incident.id}
                href={`/incidents/${incident.id}`}
                className={`lane-bar ${from > 60 ? "to-left" : ""}`}
                style={{ left: `${from}%`, width: `${Math.max(0.4, place(incident.resolvedAt ?? now) - from)}%` }}
              >
                <span className="lane-name lane-label num">
                  {incidentText(incident.id)}, found {whenText(incident.openedAt, now)}
                </span>
              </Link>
            );
          })}
        </div>
      )}
    </div>
  );
}

/** Hides the names that would stand over another one; the newest, which is last, is named first. */
function fitNames(lane: Element): void {
  const bounds = lane.getBoundingClientRect();
  let free = bounds.right + 1;
  const names = [...lane.querySelectorAll<HTMLElement>(".lane-name")].reverse();
  for (const name of names) name.classList.remove("crowded");
  for (const name of names) {
    const { left, right } = name.getBoundingClientRect();
    const fits = right <= free && left >= 0;
    name.classList.toggle("crowded", !fits);
    if (fits) free = left - 12;
  }
}

/** The last day as one ribbon, with the range of the charts marked in it. */
export function Day({
  id,
  from,
  to,
  left,
  right,
}: {
  id: string;
  from: number;
  to: number;
  left: number;
  right: number;
}) {
  const { data } = useQuery({
    queryKey: ["day", id],
    queryFn: ({ signal }) => client.monitor(id, "24h", signal),
    refetchInterval: 300_000,
  });
  const marks = useMemo(
    () =>
      data === undefined ? [] : Array.from({ length: data.ribbon.cells }, (_, index) => markOf(data.cells, index)),
    [data],
  );
  if (data === undefined) return <div className="day" />;
  const { ribbon } = data;
  const span = ribbon.cells * ribbon.stepMs;
  const place = (at: number) => Math.min(100, Math.max(0, ((at - ribbon.from) / span) * 100));
  const lit = marks.filter((mark) => mark.lit.length > 0).length;
  return (
    <div className="day" style={{ paddingLeft: left, paddingRight: right }}>
      <span className="label day-name" aria-hidden="true">
        24 h
      </span>
      <div>
        <Ribbon
          marks={marks}
          className="ribbon"
          label={
            lit === 0
              ? "Nothing above usual in the last day."
              : `Above usual in ${lit} of ${marks.length} cells of the last day.`
          }
        />
        {to > ribbon.from && (
          <i className="day-range" style={{ left: `${place(from)}%`, width: `${place(to) - place(from)}%` }} />
        )}
      </div>
      <p className="ends label num" aria-hidden="true">
        <span>{hourText(ribbon.from)}</span>
        <span>now</span>
      </p>
    </div>
  );
}
