/** A canvas that is drawn in CSS pixels, only near the screen, and again when its size, theme or content changes. */
import { useEffect, useRef } from "react";
import { type Theme, useTheme } from "../theme.ts";
import { whenNear, whenResized } from "./near.ts";

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
  const painter = useRef<Painter | null>(null);
  const theme = useTheme();
  useEffect(() => {
    if (ref.current === null) return;
    const own = painterOf(ref.current);
    painter.current = own;
    return () => own.close();
  }, []);
  useEffect(() => painter.current?.show(draw, theme), [draw, theme]);
  return label === undefined ? (
    <span className="silent" aria-hidden="true">
      <canvas ref={ref} className={className} />
    </span>
  ) : (
    <canvas ref={ref} className={className} role="img" aria-label={label} />
  );
}

interface Content {
  draw: Draw;
  theme: Theme;
}

interface Painter {
  show(draw: Draw, theme: Theme): void;
  close(): void;
}

function painterOf(canvas: HTMLCanvasElement): Painter {
  let isNear = false;
  let size = { width: 0, height: 0 };
  let content: Content | null = null;
  /** What is on the canvas. */
  let painted: Content | null = null;

  function paint(): void {
    if (!isNear || content === null || painted === content || size.width === 0) return;
    const context = canvas.getContext("2d");
    if (context === null) return;
    const { width, height } = size;
    const scale = window.devicePixelRatio || 1;
    // Setting the size empties the canvas, and forgets the scale.
    canvas.width = Math.round(width * scale);
    canvas.height = Math.round(height * scale);
    context.scale(canvas.width / width, canvas.height / height);
    content.draw(context, width, height, content.theme);
    painted = content;
  }

  const far = whenNear(canvas, (near) => {
    isNear = near;
    paint();
  });
  const fixed = whenResized(canvas, () => {
    size = { width: canvas.clientWidth, height: canvas.clientHeight };
    painted = null;
    paint();
  });
  return {
    show(draw, theme) {
      content = { draw, theme };
      paint();
    },
    close() {
      far();
      fixed();
    },
  };
}
