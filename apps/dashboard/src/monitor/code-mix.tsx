/** The code mix over time: unexpected answers stacked from zero, against what is usual. Expected ones are the empty space. */
import type { Series } from "@statusquo/api/client";
import { useMemo, useState } from "react";
import type uPlot from "uplot";
import { wrongKindOf } from "../codes.ts";
import { CodeMark, Glyph } from "../draw/glyph.tsx";
import { colour, hatch, LIT, MUTED } from "../draw/palette.ts";
import type { Theme } from "../theme.ts";
import { dayText, hourText, NOTHING, percentText, plural, spanText } from "../words.ts";
import { Chart, Numbers } from "./chart.tsx";
import { type Column, columnsOf, stackedCodes, topOf } from "./columns.ts";
import { Day, Lanes } from "./lanes.tsx";
import { axis, type GoTo, Plot, type Scene, timeAxis } from "./plot.tsx";

/** A lit answer is never thinner than this, or one of thousands would vanish. */
const LEAST_LIT_PX = 2.5;
const AXIS_PX = 46;
const PAD_RIGHT_PX = 8;

interface CodeMixProps {
  series: Series;
  /** The code whose usual range is drawn. */
  banded: number;
  now: number;
  /** The one code that is stacked; null for all. */
  only: number | null;
  /** Whether the scale is 0 to 100 % whatever the data. */
  isLocked: boolean;
  /** Where a key sent the cursor. */
  goTo: GoTo | null;
  onZoom(from: number, to: number): void;
  asTable: boolean;
  onTurn(): void;
}

export function CodeMix({ series, banded, now, only, isLocked, goTo, onZoom, asTable, onTurn }: CodeMixProps) {
  const columns = useMemo(() => columnsOf(series, banded, only), [series, banded, only]);
  const [index, setIndex] = useState<number | null>(null);
  const { scene, data } = useMemo(
    () => sceneOf(series, columns, banded, now, isLocked),
    [series, columns, banded, now, isLocked],
  );
  const codes = stackedCodes(series, only);
  const at = (column: Column) =>
    (series.to - series.from > 86_400_000 ? `${dayText(column.at)} ` : "") + hourText(column.at);
  const banding = columns.findLast(({ band, probes }) => band !== null && probes > 0);
  const lit = columns.filter(({ segments }) => segments.some((segment) => segment.lit)).length;
  const shown = index === null ? undefined : columns[index];
  return (
    <Chart
      title="Code mix"
      says={`each column is ${spanText(series.stepMs)}`}
      legend={
        <span className="chart-legend">
          <span className="code k409">
            <Glyph name="k409" /> 409 Conflict
          </span>
          <span className="code k4">
            <Glyph name="k4" /> other 4xx
          </span>
          <span className="code k5">
            <Glyph name="k5" /> 5xx
          </span>
          <span className="code kx">
            <Glyph name="kx" /> no answer
          </span>
          {codes.some((code) => wrongKindOf(code) === "k3") && (
            <span className="code k3">
              <Glyph name="k3" /> other
            </span>
          )}
          {banding?.band != null && (
            <span className="quiet">
              <i className={`band-swatch ${banded === 409 ? "violet" : ""}`} /> usual {banded || "no answer"}: at most{" "}
              {Math.round(banding.band * banding.probes)} of {banding.probes}
            </span>
          )}
        </span>
      }
      asTable={asTable}
      onTurn={onTurn}
      table={
        <Numbers
          caption="Code mix"
          columns={[
            "Time",
            "Probes",
            "Missed",
            ...codes.map((code) => (code === 0 ? "no answer" : String(code))),
            `Usual ${banded} at most`,
          ]}
          rows={columns
            .toReversed()
            .map((column) => [
              at(column),
              column.probes,
              column.missed,
              ...codes.map((code) => column.segments.find((segment) => segment.code === code)?.count ?? 0),
              column.band === null ? NOTHING : Math.round(column.band * column.probes),
            ])}
        />
      }
    >
      <Plot
        scene={scene}
        data={data}
        height={250}
        label={
          lit === 0
            ? "Nothing above usual in this range."
            : `Above usual in ${lit} of ${columns.length} columns. Arrow keys read them.`
        }
        onCursor={setIndex}
        goTo={goTo}
        onZoom={onZoom}
      />
      <Lanes series={series} now={now} left={AXIS_PX} right={PAD_RIGHT_PX} />
      <Day id={series.monitor} from={series.from} to={series.to} left={AXIS_PX} right={PAD_RIGHT_PX} />
      <p className="readout quiet num" aria-live="off">
        {shown === undefined ? (
          "Point at a column, or focus the chart and press ← →, to read it."
        ) : (
          <>
            <b>{at(shown)}</b>
            <span>
              {shown.probes} {plural(shown.probes, "probe")}
            </span>
            {shown.segments.map(({ code, count, lit: isLit }) => (
              <span key={code}>
                <CodeMark code={code} short wrong /> {count} of {shown.probes} ({percentText(count, shown.probes)}
                {isLit ? ", above usual" : ""})
              </span>
            ))}
            {shown.missed > 0 && <span>{shown.missed} missed</span>}
            {shown.peaks.map(({ code, bad, of }) => (
              <span key={code}>
                worst 5 min: {code} on {bad} of {of}
              </span>
            ))}
          </>
        )}
      </p>
    </Chart>
  );
}

function sceneOf(series: Series, columns: readonly Column[], banded: number, now: number, isLocked: boolean) {
  const top = isLocked ? 1 : topOf(columns);
  const { from, to, stepMs, incidents, deploys } = series;
  const shares = columns.map(({ probes, segments }) =>
    probes === 0 ? null : segments.reduce((sum, { count }) => sum + count, 0) / probes,
  );
  const data: uPlot.AlignedData = [columns.map(({ at }) => (at + stepMs / 2) / 1_000), shares];
  const scene: Scene = (theme) => ({
    padding: [20, PAD_RIGHT_PX, 0, 0],
    scales: {
      x: { time: true, range: [from / 1_000, Math.max(to, from + columns.length * stepMs) / 1_000] },
      y: { range: [0, top] },
    },
    axes: [
      timeAxis(theme),
      axis(theme, {
        size: AXIS_PX,
        splits: () => (top === 0.75 ? [0, 0.25, 0.5, 0.75] : [0, top / 2, top]),
        values: (_, splits) => splits.map((share) => `${Number((share * 100).toFixed(1))} %`),
      }),
    ],
    series: [{}, { paths: () => null, points: { show: false } }],
    hooks: {
      drawAxes: [(self) => ground(self, theme, columns, stepMs)],
      draw: [
        (self) => {
          band(self, theme, columns, stepMs, banded);
          for (const column of columns) drawColumn(self, theme, column, stepMs, column.at + stepMs > now);
          for (const { at } of deploys) drawDeploy(self, theme, at);
          // The newest is named first, and an older one only where there is room left.
          let free = Number.POSITIVE_INFINITY;
          for (const incident of incidents.toReversed())
            free = drawOnset(self, theme, incident.since, incident.sinceUncertaintyMs, free);
        },
      ],
    },
  });
  return { scene, data };
}

/** The empty space says "answered as expected", so it is only where there were answers. */
function ground(self: uPlot, theme: Theme, columns: readonly Column[], stepMs: number): void {
  const { ctx, bbox } = self;
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  ctx.globalAlpha = 0.16;
  ctx.fillStyle = colour(theme, "c2-wash");
  for (const { at, probes } of columns) {
    if (probes === 0) continue;
    const left = Math.round(self.valToPos(at / 1_000, "x", true));
    const right = Math.round(self.valToPos((at + stepMs) / 1_000, "x", true));
    ctx.fillRect(left, bbox.top, right - left, bbox.height);
  }
  ctx.restore();
}

/** Left edge and width of a column in canvas pixels; `gap` pixels stay free at its right. */
function placeOf(self: uPlot, at: number, stepMs: number): { x: number; width: number } {
  const scale = devicePixelRatio || 1;
  const left = Math.max(self.bbox.left, Math.round(self.valToPos(at / 1_000, "x", true)));
  const right = Math.min(self.bbox.left + self.bbox.width, Math.round(self.valToPos((at + stepMs) / 1_000, "x", true)));
  const full = right - left;
  return { x: left, width: Math.max(1, full - (full > 4 * scale ? scale : 0)) };
}

function band(self: uPlot, theme: Theme, columns: readonly Column[], stepMs: number, banded: number): void {
  const { ctx, bbox } = self;
  const scale = devicePixelRatio || 1;
  const bottom = bbox.top + bbox.height;
  ctx.save();
  for (const column of columns) {
    if (column.band === null) continue;
    const x = self.valToPos(column.at / 1_000, "x", true);
    const width = self.valToPos((column.at + stepMs) / 1_000, "x", true) - x;
    const y = self.valToPos(Math.min(1, column.band), "y", true);
    ctx.globalAlpha = 0.12;
    ctx.fillStyle = colour(theme, banded === 409 ? "c409-exp" : "hatch");
    ctx.fillRect(x, y, width, bottom - y);
    ctx.globalAlpha = 1;
    ctx.strokeStyle = colour(theme, banded === 409 ? "c409-ink" : "ink-3");
    ctx.lineWidth = 1.2 * scale;
    ctx.setLineDash([4 * scale, 3 * scale]);
    ctx.beginPath();
    ctx.moveTo(x, y);
    ctx.lineTo(x + width, y);
    ctx.stroke();
  }
  ctx.restore();
}

function drawColumn(self: uPlot, theme: Theme, column: Column, stepMs: number, isUnfinished: boolean): void {
  const { ctx, bbox } = self;
  const scale = devicePixelRatio || 1;
  const { x, width } = placeOf(self, column.at, stepMs);
  if (width <= 0) return;
  const bottom = bbox.top + bbox.height;
  ctx.save();
  if (column.missed > 0) {
    const share = column.missed / (column.missed + column.probes);
    const pattern = hatch(ctx, theme);
    ctx.fillStyle = pattern;
    ctx.globalAlpha = 0.8;
    ctx.fillRect(x, bbox.top, width, bbox.height * share);
  }
  let y = bottom;
  ctx.globalAlpha = isUnfinished ? 0.6 : 1;
  for (const { kind, count, lit } of column.segments) {
    const tall = (count / column.probes) * (bottom - self.valToPos(1, "y", true));
    const height = lit ? Math.max(tall, LEAST_LIT_PX * scale) : tall;
    ctx.fillStyle = colour(theme, (lit ? LIT : MUTED)[kind]);
    const rest = height > 4 * scale ? 0.7 * scale : 0;
    ctx.fillRect(x, y - height, width, height - rest);
    y -= height;
  }
  ctx.globalAlpha = 1;
  for (const { kind, share } of column.peaks) {
    const to = self.valToPos(Math.min(1, share), "y", true);
    ctx.fillStyle = colour(theme, LIT[kind]);
    ctx.fillRect(x + width / 2 - 0.75 * scale, to, 1.5 * scale, Math.max(0, y - to));
  }
  ctx.restore();
}

/** A dashed line where something was deployed; its name stands below the axis. */
function drawDeploy(self: uPlot, theme: Theme, at: number): void {
  const { ctx, bbox } = self;
  const scale = devicePixelRatio || 1;
  const x = Math.round(self.valToPos(at / 1_000, "x", true)) + 0.5;
  if (x < bbox.left || x > bbox.left + bbox.width) return;
  ctx.save();
  ctx.strokeStyle = colour(theme, "ink-3");
  ctx.lineWidth = scale;
  ctx.setLineDash([2 * scale, 3 * scale]);
  ctx.beginPath();
  ctx.moveTo(x, bbox.top);
  ctx.lineTo(x, bbox.top + bbox.height);
  ctx.stroke();
  ctx.restore();
}

/**
 * A line where the mix changed, with a bracket as wide as we are unsure.
 *
 * @param free  up to where, in canvas pixels, there is room for its name
 * @returns     up to where there is room for the next one's
 */
function drawOnset(self: uPlot, theme: Theme, at: number, uncertaintyMs: number, free: number): number {
  const { ctx, bbox } = self;
  const scale = devicePixelRatio || 1;
  const x = self.valToPos(at / 1_000, "x", true);
  if (x < bbox.left || x > bbox.left + bbox.width) return free;
  const half = (self.valToPos((at + uncertaintyMs) / 1_000, "x", true) - x) | 0;
  ctx.save();
  ctx.fillStyle = colour(theme, "ink");
  const y = bbox.top - 8 * scale;
  ctx.fillRect(Math.round(x), y, 1.5 * scale, bbox.height + 8 * scale);
  if (half > 2 * scale) {
    ctx.fillRect(x - half, y, 2 * half, 1.5 * scale);
    ctx.fillRect(x - half, y - 3 * scale, 1.5 * scale, 7 * scale);
    ctx.fillRect(x + half, y - 3 * scale, 1.5 * scale, 7 * scale);
  }
  const unsure = uncertaintyMs >= 1_000 ? `, ± ${spanText(uncertaintyMs)}` : "";
  const text = `mix changed at ${hourText(at)}${unsure}`;
  ctx.font = `600 ${11 * scale}px system-ui, sans-serif`;
  ctx.textBaseline = "middle";
  const gap = Math.max(half, 0) + 7 * scale;
  const wide = ctx.measureText(text).width;
  const room = Math.min(bbox.left + bbox.width, free);
  const isAfter = x + gap + wide <= room;
  const isBefore = !isAfter && x - gap - wide >= 0 && x <= room;
  ctx.textAlign = isAfter ? "left" : "right";
  if (isAfter || isBefore) ctx.fillText(text, isAfter ? x + gap : x - gap, y);
  ctx.restore();
  return Math.min(free, isBefore ? x - gap - wide : x - Math.max(half, 0)) - 4 * scale;
}
