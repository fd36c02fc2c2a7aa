/** One small chart per region, on one scale, with the affected ones first. */
import type { MonitorDetail, Series } from "@statusquo/api/client";
import { useMemo } from "react";
import { wrongKindOf } from "../codes.ts";
import { Ribbon } from "../draw/ribbon.tsx";
import { hourText, percentText } from "../words.ts";
import { Chart, Numbers } from "./chart.tsx";
import { regionMarks } from "./columns.ts";

/** As many stand beside each other; then each may be as high as the chart beside them. */
const A_ROW = 3;

interface ByRegionProps {
  series: Series;
  monitor: MonitorDetail;
  asTable: boolean;
  onTurn(): void;
}

export function ByRegion({ series, monitor, asTable, onTurn }: ByRegionProps) {
  const { code } = monitor.headline;
  const regions = useMemo(
    () =>
      series.byRegion
        .map((region) => ({
          region: region.region,
          marks: regionMarks(series, region),
          now: monitor.last.find((last) => last.region === region.region),
          bad: (region.codes[code] ?? []).reduce((sum, count) => sum + count, 0),
          of: region.probes.reduce((sum, count) => sum + count, 0),
          missed: region.missed.reduce((sum, count) => sum + count, 0),
        }))
        .sort((a, b) => (b.now?.bad ?? 0) / (b.now?.of || 1) - (a.now?.bad ?? 0) / (a.now?.of || 1)),
    [series, monitor.last, code],
  );
  const onset = series.incidents.findLast(({ state }) => state === "open")?.since;
  const name = code === 0 ? "no answer" : String(code);
  return (
    <Chart
      title="By region"
      says={`${name} since ${hourText(monitor.headlineFrom)}, one scale; most affected first`}
      asTable={asTable}
      onTurn={onTurn}
      table={
        <Numbers
          caption="By region"
          columns={["Region", `${name} in this range`, "Probes", "Share", "Missed"]}
          rows={regions.map(({ region, bad, of, missed }) => [region, bad, of, percentText(bad, of), missed])}
        />
      }
    >
      <div className={regions.length <= A_ROW ? "by-region one-row" : "by-region"}>
        {regions.map(({ region, marks, now }) => {
          const isAbove = now?.limit != null && now.bad > now.limit;
          return (
            <figure key={region} className={isAbove ? wrongKindOf(code) : ""}>
              <figcaption>
                <span>{region}</span>
                <span className={`num ${isAbove ? "above" : "quiet"}`}>
                  {now === undefined || now.of === 0 ? "no samples" : `${now.bad} of ${now.of}`}
                </span>
              </figcaption>
              <Ribbon
                marks={marks}
                className="region-ribbon"
                {...(onset !== undefined && { onset: (onset - series.from) / (series.t.length * series.stepMs) })}
              />
              <span className="ends label num" aria-hidden="true">
                <span>{hourText(series.from)}</span>
                <span>now</span>
              </span>
            </figure>
          );
        })}
      </div>
    </Chart>
  );
}
