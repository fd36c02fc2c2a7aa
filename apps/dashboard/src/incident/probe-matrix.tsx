/** Every probe around the onset, drawn: regions by slots. */
import type { IncidentDetail } from "@statusquo/api/client";
import { nameOf } from "@statusquo/core";
import { useCallback, useEffect, useMemo, useState } from "react";
import { Canvas, type Draw } from "../draw/canvas.tsx";
import { CodeMark, Glyph } from "../draw/glyph.tsx";
import { colour, hatch, LIT, MUTED } from "../draw/palette.ts";
import { Chart, Numbers } from "../monitor/chart.tsx";
import type { Theme } from "../theme.ts";
import { everyText, hourText, listText, secondText } from "../words.ts";
import { type MatrixPlan, type ProbeMark, planOf } from "./matrix.ts";

const ROW_PX = 22;
const SQUARE_PX = 16;
/** Narrower than this a square could not be told from a dot; then the grid scrolls. */
const LEAST_CELL_PX = 9;

export function ProbeMatrix({ incident }: { incident: IncidentDetail }) {
  const most = useRoom();
  const plan = useMemo(() => planOf(incident, most), [incident, most]);
  const [asTable, setAsTable] = useState(false);
  const { rows: known, complete } = incident.matrix;
  const { slots } = plan;
  const code = incident.code ?? incident.codes[0] ?? null;
  const paler = plan.rows.filter(({ isAffected }) => !isAffected).map(({ region }) => region);
  const name = code === null ? "unexpected" : nameOf(code);
  const timeText = plan.stepMs > 0 && plan.stepMs < 60_000 ? secondText : hourText;
  const place = (columns: number) => `${(columns / Math.max(1, slots.length)) * 100}%`;
  const finding = plan.rows.map(({ region, bad, of }) => `${region} ${bad} of ${of}`).join(", ");
  if (slots.length === 0) return null;
  return (
    <Chart
      title={`Every probe, ${timeText(slots[0] ?? 0)} to ${timeText(slots.at(-1) ?? 0)}`}
      says={`one mark per probe${plan.stepMs > 0 ? `, ${everyText(plan.stepMs)}` : ""}${complete ? "" : "; it went on after what is shown"}`}
      legend={
        <span className="chart-legend">
          <span className="code k2">
            <Glyph name="k2" /> 2xx
          </span>
          {incident.codes.map((each) => (
            <CodeMark key={each} code={each} short wrong />
          ))}
          <span className="quiet">
            <i className="swatch unknown" /> not known
          </span>
        </span>
      }
      asTable={asTable}
      onTurn={() => setAsTable(!asTable)}
      table={
        <Numbers
          caption="Every probe"
          columns={["Slot", ...known.map(({ region }) => region)]}
          rows={incident.matrix.slots
            .map((slot, index) => [
              secondText(slot),
              ...known.map(({ codes, unmet }) => {
                const seen = codes[index] ?? null;
                if (seen === null || seen === 0) return seen === null ? "not known" : "no answer";
                return unmet.includes(index) ? `${seen}, not as expected` : String(seen);
              }),
            ])
            .toReversed()}
        />
      }
    >
      <div className="matrix">
        <ul className="matrix-regions">
          {plan.rows.map(({ region, isAffected }) => (
            <li key={region} className={isAffected ? "affected" : ""} title={region}>
              {region}
            </li>
          ))}
        </ul>
        <div className="matrix-scroll">
          <div style={{ minWidth: slots.length * LEAST_CELL_PX }}>
            <div className="matrix-events num" aria-hidden="true">
              {plan.onset !== null && (
                <span className={`began ${sideOf(plan.onset / slots.length)}`} style={{ left: place(plan.onset) }}>
                  {timeText(incident.since)} began
                </span>
              )}
              {plan.deploys.map(({ id, column, text, where }, index) => (
                <span
                  key={id}
                  className={`deployed ${column / slots.length < 0.4 ? "to-right" : ""}`}
                  style={{ left: place(column), maxWidth: roomOf(plan, index) }}
                  title={`${text}, ${where}`}
                >
                  {text}
                </span>
              ))}
              {plan.found !== null && (
                <span className={`found ${sideOf(plan.found / slots.length)}`} style={{ left: place(plan.found) }}>
                  {timeText(incident.openedAt)} found
                </span>
              )}
            </div>
            <Grid plan={plan} label={`Probes since ${hourText(incident.since)} that answered ${name}: ${finding}.`} />
            <div className="matrix-times label num" aria-hidden="true">
              {plan.ticks.map(({ column, at }) => (
                <span key={at} style={{ left: place(column + 0.5) }}>
                  {timeText(at)}
                </span>
              ))}
            </div>
          </div>
        </div>
        <ul className="matrix-counts num">
          <li className="matrix-head label">
            {name} since {hourText(incident.since)}
          </li>
          {plan.rows.map(({ region, isAffected, bad, of }) => (
            <li key={region} className={isAffected ? "affected" : ""}>
              {bad} of {of}
            </li>
          ))}
        </ul>
      </div>
      {paler.length > 0 && <p className="quiet">{listText(paler)}: hardly or not affected, so drawn paler.</p>}
    </Chart>
  );
}

/** Columns there is room for on a narrow screen, beside the names and the counts; any number on a wide one. */
function useRoom(): number {
  const [room, setRoom] = useState(roomNow);
  useEffect(() => {
    const resized = () => setRoom(roomNow());
    addEventListener("resize", resized);
    return () => removeEventListener("resize", resized);
  }, []);
  return room;
}

const NARROW_PX = 760;
const BESIDE_PX = 176;
const roomNow = () =>
  innerWidth > NARROW_PX
    ? Number.POSITIVE_INFINITY
    : Math.max(12, Math.floor((innerWidth - BESIDE_PX) / LEAST_CELL_PX));

/** How far a deploy's label may reach: to the next one on its side. */
function roomOf({ deploys, slots }: MatrixPlan, index: number): string {
  const { column } = deploys[index] as (typeof deploys)[number];
  const isRight = column / slots.length < 0.4;
  const columns = deploys.map((each) => each.column);
  const next = isRight
    ? Math.min(slots.length, ...columns.filter((each) => each > column))
    : Math.max(0, ...columns.filter((each) => each < column));
  return `${(Math.abs(next - column) / slots.length) * 100}%`;
}

/** To which side of its line a label goes, so that neither edge cuts it. */
function sideOf(share: number): "to-right" | "to-left" | "" {
  if (share < 0.3) return "to-right";
  return share > 0.7 ? "to-left" : "";
}

function Grid({ plan, label }: { plan: MatrixPlan; label: string }) {
  const draw = useCallback<Draw>(
    (context, width, height, theme) => {
      const count = plan.rows[0]?.marks.length ?? 0;
      const cell = width / Math.max(1, count);
      const unknown = hatch(context, theme);
      if (plan.onset !== null) {
        context.globalAlpha = 0.5;
        context.fillStyle = colour(theme, "raise");
        context.fillRect(plan.onset * cell, 0, width - plan.onset * cell, height);
        context.globalAlpha = 1;
      }
      for (const [row, { marks }] of plan.rows.entries())
        for (const [column, mark] of marks.entries())
          drawMark(context, theme, mark, (column + 0.5) * cell, (row + 0.5) * ROW_PX, cell, unknown);
      if (plan.onset !== null) {
        context.fillStyle = colour(theme, "ink");
        context.fillRect(Math.round(plan.onset * cell) - 0.75, 0, 1.5, height);
      }
      for (const { column } of plan.deploys) {
        context.strokeStyle = colour(theme, "ink-3");
        context.setLineDash([3, 3]);
        context.beginPath();
        context.moveTo(Math.round(column * cell) + 0.5, 0);
        context.lineTo(Math.round(column * cell) + 0.5, height);
        context.stroke();
        context.setLineDash([]);
      }
      if (plan.found !== null) {
        context.strokeStyle = colour(theme, "ink-2");
        context.setLineDash([2, 2]);
        context.beginPath();
        const x = Math.min(width - 0.5, Math.round(plan.found * cell) + 0.5);
        context.moveTo(x, 0);
        context.lineTo(x, height);
        context.stroke();
        context.setLineDash([]);
      }
    },
    [plan],
  );
  return (
    <div className="matrix-grid" style={{ height: plan.rows.length * ROW_PX }}>
      <Canvas draw={draw} className="matrix-canvas" label={label} />
    </div>
  );
}

function drawMark(
  context: CanvasRenderingContext2D,
  theme: Theme,
  { shape, kind, isMuted }: ProbeMark,
  x: number,
  y: number,
  cell: number,
  unknown: CanvasPattern | string,
): void {
  const side = Math.min(SQUARE_PX, Math.max(3, cell - 1));
  if (shape === "unknown") {
    context.fillStyle = unknown;
    context.fillRect(x - side / 2, y - side / 2, side, side);
    return;
  }
  context.fillStyle = colour(theme, isMuted && shape !== "dot" ? MUTED[kind] : LIT[kind]);
  if (shape === "dot") {
    context.beginPath();
    context.arc(x, y, Math.min(2.5, side / 2), 0, 2 * Math.PI);
    context.fill();
    return;
  }
  // On whole pixels, so that its edges are sharp.
  const size = Math.floor(shape === "square" ? side : Math.min(7, side));
  const left = Math.round(x - size / 2);
  const top = Math.round(y - size / 2);
  context.fillRect(left, top, size, size);
  if (shape === "square" && kind === "k409" && size >= 8)
    bowTie(context, theme, left + size / 2, top + size / 2, 2 * Math.round(size * 0.31) + (size % 2));
}

/** The glyph of 409 on its square. */
function bowTie(context: CanvasRenderingContext2D, theme: Theme, x: number, y: number, size: number): void {
  const half = size / 2;
  context.fillStyle = colour(theme, "on-409");
  for (const side of [-1, 1]) {
    context.beginPath();
    context.moveTo(x, y);
    context.lineTo(x + side * half, y - half * 0.85);
    context.lineTo(x + side * half, y + half * 0.85);
    context.fill();
  }
}
