/** Where the time of an exchange goes: the phases over each other, and the 95th percentile of the whole as a line. */
import type { Series } from "@statusquo/api/client";
import { useMemo, useState } from "react";
import type uPlot from "uplot";
import { colour } from "../draw/palette.ts";
import { hourText, msText, NOTHING } from "../words.ts";
import { Chart, Numbers } from "./chart.tsx";
import { stackedPhases } from "./columns.ts";
import { axis, Plot, type Scene, timeAxis } from "./plot.tsx";

export const PHASES = [
  { key: "dns", name: "dns", token: "p-dns" },
  { key: "connect", name: "connect", token: "p-tcp" },
  { key: "tls", name: "tls", token: "p-tls" },
  { key: "firstByte", name: "first byte", token: "p-ttfb" },
  { key: "body", name: "body", token: "p-body" },
] as const;

interface LatencyProps {
  series: Series;
  onZoom(from: number, to: number): void;
  asTable: boolean;
  onTurn(): void;
}

export function Latency({ series, onZoom, asTable, onTurn }: LatencyProps) {
  const [index, setIndex] = useState<number | null>(null);
  const { scene, data } = useMemo(() => sceneOf(series), [series]);
  const column = index ?? series.p95.findLastIndex((ms) => ms !== null);
  const slowest = Math.max(0, ...series.p95.map((ms) => ms ?? 0));
  return (
    <Chart
      title="Where the time goes"
      says="mean of each phase, ms; the line is p95"
      asTable={asTable}
      onTurn={onTurn}
      table={
        <Numbers
          caption="Where the time goes"
          columns={["Time", ...PHASES.map(({ name }) => name), "p50", "p95"]}
          rows={series.t
            .map((seconds, row) => [
              hourText(seconds * 1_000),
              ...PHASES.map(({ key }) => msText(series.phases[key][row] ?? null)),
              msText(series.p50[row] ?? null),
              msText(series.p95[row] ?? null),
            ])
            .toReversed()}
        />
      }
    >
      <Plot
        scene={scene}
        data={data}
        height={204}
        label={`The slowest column has a p95 of ${msText(slowest)} ms. Arrow keys read columns.`}
        onCursor={setIndex}
        onZoom={onZoom}
      />
      <p className="readout quiet num" aria-live="off">
        <b>{column < 0 ? NOTHING : hourText((series.t[column] ?? 0) * 1_000)}</b>
        {PHASES.map(({ key, name, token }) => (
          <span key={key}>
            <i className="phase-swatch" style={{ background: `var(--${token})` }} /> {name}{" "}
            {msText(series.phases[key][column] ?? null)}
          </span>
        ))}
        <span>p50 {msText(series.p50[column] ?? null)}</span>
        <span>p95 {msText(series.p95[column] ?? null)}</span>
      </p>
    </Chart>
  );
}

function sceneOf(series: Series): { scene: Scene; data: uPlot.AlignedData } {
  const middle = series.t.map((seconds) => seconds + series.stepMs / 2_000);
  // The largest area first, so that the smaller ones lie over it.
  const areas = stackedPhases(series).toReversed();
  const from = series.from / 1_000;
  const scene: Scene = (theme) => ({
    padding: [10, 8, 0, 0],
    scales: {
      x: { time: true, range: [from, from + (series.t.length * series.stepMs) / 1_000] },
      y: { range: (_, _min, max) => [0, Math.max(1, max * 1.08)] },
    },
    axes: [timeAxis(theme), axis(theme, { size: 46, space: 44 })],
    series: [
      {},
      ...PHASES.toReversed().map(({ token }) => ({
        fill: colour(theme, token),
        stroke: colour(theme, "bg"),
        width: 0.5,
        points: { show: false },
      })),
      { stroke: colour(theme, "ink"), width: 1.5, points: { show: false } },
    ],
  });
  return { scene, data: [middle, ...areas, series.p95] };
}
