/** A ribbon on the screen. */
import { useCallback, useRef } from "react";
import { KIND_OF_CLASS } from "../codes.ts";
import { Canvas, type Draw } from "./canvas.tsx";
import { colour, hatch, LIT } from "./palette.ts";
import { areSame, BASE_PX, type Mark, spanOf, stackOf } from "./ribbon.ts";

interface RibbonProps {
  marks: readonly Mark[];
  /** Cells from this one on are not known: no message came. */
  unknownFrom?: number;
  className?: string;
  label?: string;
  /** Cells with a whole hour at their left edge, for a faint line. */
  lines?: readonly number[];
  /** Where something began, as a share of the width. */
  onset?: number;
}

export function Ribbon({
  marks: given,
  unknownFrom = Number.POSITIVE_INFINITY,
  className = "ribbon",
  label,
  lines,
  onset,
}: RibbonProps) {
  const marks = useKept(given);
  const draw = useCallback<Draw>(
    (context, width, height, theme) => {
      const scale = window.devicePixelRatio || 1;
      context.fillStyle = colour(theme, "line");
      for (const index of lines ?? [])
        context.fillRect(Math.round((index / marks.length) * width * scale) / scale, 0, 1 / scale, height);
      for (const [index, mark] of marks.entries()) {
        const { x, width: own } = spanOf(index, marks.length, width, scale);
        if (index >= unknownFrom) {
          context.fillStyle = hatch(context, theme);
          context.fillRect(x, 0, own + 1, height);
          continue;
        }
        if (mark.missed > 0) {
          const share = mark.ground === "unknown" ? 1 : mark.missed;
          const tall = Math.max(6, share * (height - BASE_PX - 1));
          context.fillStyle = hatch(context, theme);
          context.fillRect(
            x,
            height - BASE_PX - 1 - tall,
            own + 1,
            tall + (mark.ground === "unknown" ? BASE_PX + 1 : 0),
          );
        }
        if (mark.ground === "empty") {
          context.fillStyle = colour(theme, "edge");
          context.fillRect(x, height - 2, Math.min(2, own), 1);
          continue;
        }
        if (mark.ground === "unknown") continue;
        context.fillStyle = colour(theme, "c2");
        context.fillRect(x, height - BASE_PX, own, BASE_PX);
        if (mark.muted409 > 0) {
          const tall = mark.muted409 > 0.05 ? 3 : 2;
          context.fillStyle = colour(theme, "c409-exp");
          context.fillRect(x, height - tall, own, tall);
        }
        for (const block of stackOf(mark, height)) {
          context.fillStyle = colour(theme, LIT[KIND_OF_CLASS[block.name]]);
          context.fillRect(x, block.y, own, block.height);
        }
      }
      if (onset === undefined || onset < 0 || onset > 1) return;
      context.fillStyle = colour(theme, "ink");
      context.fillRect(Math.round(onset * width), 0, 1, height);
    },
    [marks, unknownFrom, lines, onset],
  );
  return <Canvas draw={draw} className={className} {...(label !== undefined && { label })} />;
}

/** Marks that look as those before are those: the picture stays. */
function useKept(marks: readonly Mark[]): readonly Mark[] {
  const kept = useRef(marks);
  if (kept.current !== marks && !areSame(kept.current, marks)) kept.current = marks;
  return kept.current;
}
