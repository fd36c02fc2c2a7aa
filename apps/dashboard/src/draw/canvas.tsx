/** A canvas that is drawn in CSS pixels, only near the screen, and again when its size, theme or content changes. */
import { useEffect, useRef } from "react";
import { type Theme, useTheme } from "../theme.ts";

export type Draw = (context: CanvasRenderingContext2D, width: number, height: number, theme: Theme) => void;

interface CanvasProps {
  /** A new function means new content; keep it while nothing changed. */
  draw: Draw;
  className: string;
  /** The finding, not the kind of chart. Left out where the text beside it says the same. */
  label?: string;
}

export function Canvas({ draw, className, label }: CanvasProps) {
  const ref = useRef<HTMLCanvasElement>(null);
  const theme = useTheme();
  useEffect(() => {
    const canvas = ref.current;
    if (canvas === null) return;
    let isNear = false;
    const paint = () => {
      const { clientWidth: width, clientHeight: height } = canvas;
      const context = canvas.getContext("2d");
      if (!isNear || context === null || width === 0) return;
      const scale = window.devicePixelRatio || 1;
      canvas.width = Math.round(width * scale);
      canvas.height = Math.round(height * scale);
      context.scale(canvas.width / width, canvas.height / height);
      draw(context, width, height, theme);
    };
    const near = new IntersectionObserver(
      (entries) => {
        isNear = entries.at(-1)?.isIntersecting ?? false;
        paint();
      },
      { rootMargin: "300px" },
    );
    const resized = new ResizeObserver(paint);
    near.observe(canvas);
    resized.observe(canvas);
    return () => {
      near.disconnect();
      resized.disconnect();
    };
  }, [draw, theme]);
  return label === undefined ? (
    <span className="silent" aria-hidden="true">
      <canvas ref={ref} className={className} />
    </span>
  ) : (
    <canvas ref={ref} className={className} role="img" aria-label={label} />
  );
}
