/** A uPlot that follows its box, the theme and the keys. Times are by the clock that was chosen. */
import { type KeyboardEvent, useEffect, useRef } from "react";
import uPlot from "uplot";
import { clockNow } from "../clock.ts";
import { colour } from "../draw/palette.ts";
import { type Theme, useTheme } from "../theme.ts";
import { dayText, hourText } from "../words.ts";
import "uplot/dist/uPlot.min.css";

export type Scene = (theme: Theme) => Omit<uPlot.Options, "width" | "height">;

/** An instant to put the cursor at; a new object is a new wish. */
export interface GoTo {
  /** Epoch ms. */
  at: number;
}

/** Cursors of the charts on one page move together. */
const TOGETHER = "charts";

interface PlotProps {
  /** Kept while nothing but the numbers change. */
  scene: Scene;
  data: uPlot.AlignedData;
  height: number;
  /** The finding. */
  label: string;
  /** The column under the pointer or the cursor keys; null for none. */
  onCursor(index: number | null): void;
  goTo?: GoTo | null;
  /** A stretch was drawn over, epoch ms. */
  onZoom?(from: number, to: number): void;
}

export function Plot({ scene, data, height, label, onCursor, goTo = null, onZoom }: PlotProps) {
  const box = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const theme = useTheme();
  const newest = useRef({ data, onCursor, onZoom });
  newest.current = { data, onCursor, onZoom };

  useEffect(() => {
    const place = box.current;
    if (place === null) return;
    const options = scene(theme);
    const made = new uPlot(
      {
        ...options,
        width: place.clientWidth,
        height,
        ...(clockNow() === "utc" && {
          tzDate: (seconds: number) => uPlot.tzDate(new Date(seconds * 1_000), "Etc/UTC"),
        }),
        legend: { show: false },
        cursor: {
          drag: { x: true, y: false, setScale: false, dist: 8 },
          y: false,
          points: { show: false },
          sync: { key: TOGETHER, setSeries: false, scales: ["x", null] },
        },
        hooks: {
          ...options.hooks,
          setCursor: [(self) => newest.current.onCursor(self.cursor.idx ?? null)],
          setSelect: [
            (self) => {
              const { left, width: wide } = self.select;
              if (wide <= 0) return;
              const from = self.posToVal(left, "x") * 1_000;
              const to = self.posToVal(left + wide, "x") * 1_000;
              self.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
              newest.current.onZoom?.(Math.floor(from), Math.ceil(to));
            },
          ],
        },
      },
      newest.current.data,
      place,
    );
    plot.current = made;
    const resized = new ResizeObserver(() => made.setSize({ width: place.clientWidth, height }));
    resized.observe(place);
    return () => {
      resized.disconnect();
      plot.current = null;
      made.destroy();
    };
  }, [scene, theme, height]);
  useEffect(() => plot.current?.setData(data), [data]);
  useEffect(() => {
    const self = plot.current;
    if (self === null || goTo === null) return;
    self.setCursor({ left: self.valToPos(goTo.at / 1_000, "x"), top: 0 });
  }, [goTo]);

  const move = (event: KeyboardEvent) => {
    const self = plot.current;
    if (self === null || (event.key !== "ArrowLeft" && event.key !== "ArrowRight")) return;
    event.preventDefault();
    const last = self.data[0].length - 1;
    const from = self.cursor.idx ?? (event.key === "ArrowLeft" ? last + 1 : -1);
    const index = Math.min(last, Math.max(0, from + (event.key === "ArrowLeft" ? -1 : 1)));
    self.setCursor({ left: self.valToPos(self.data[0][index] ?? 0, "x"), top: 0 });
  };
  return (
    // The arrow keys move the cursor, so the chart is a stop of its own.
    // biome-ignore lint/a11y/noNoninteractiveTabindex: the cursor is the interaction
    <div ref={box} className="plot" role="img" aria-label={label} tabIndex={0} onKeyDown={move} />
  );
}

/** Axes as every chart of ours has them. */
export function axis(theme: Theme, more: uPlot.Axis): uPlot.Axis {
  return {
    stroke: colour(theme, "ink-3"),
    font: "500 11px system-ui, sans-serif",
    grid: { stroke: colour(theme, "line"), width: 1 },
    ticks: { stroke: colour(theme, "line"), width: 1, size: 4 },
    ...more,
  };
}

const HALF_LABEL_PX = 16;

/** The time axis: hours and minutes within two days, else days. */
export function timeAxis(theme: Theme): uPlot.Axis {
  return axis(theme, {
    space: 64,
    size: 26,
    grid: { show: false },
    values: (self, splits) => {
      const span = (self.scales.x?.max ?? 0) - (self.scales.x?.min ?? 0);
      const text = span > 172_800 ? dayText : hourText;
      const width = self.bbox.width / (devicePixelRatio || 1);
      // A label that does not fit at an edge would be cut there.
      const fits = (seconds: number) => {
        const x = self.valToPos(seconds, "x");
        return x >= HALF_LABEL_PX && x <= width - HALF_LABEL_PX;
      };
      return splits.map((seconds) => (fits(seconds) ? text(seconds * 1_000) : ""));
    },
  });
}
