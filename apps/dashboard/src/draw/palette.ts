/** Colours for canvases, read from the tokens as the theme resolves them. */
import type { Kind } from "../codes.ts";
import type { Theme } from "../theme.ts";

const read = new Map<string, string>();

/** The colour of a token, such as `c409` or `ink-3`, in `theme`, which must be the one in force. */
export function colour(theme: Theme, token: string): string {
  const key = `${theme} ${token}`;
  let value = read.get(key);
  if (value === undefined) {
    // A custom property holds light-dark() as it was written; only a real property resolves it.
    const probe = document.createElement("span");
    probe.style.color = `var(--${token})`;
    document.body.append(probe);
    value = getComputedStyle(probe).color;
    probe.remove();
    read.set(key, value);
  }
  return value;
}

export const LIT: Record<Kind, string> = { k2: "c2", k3: "c3", k409: "c409", k4: "c4", k5: "c5", kx: "net" };
/** Fills of what is usual. No answer and redirects have no muted hue of their own, so they take the edge's grey. */
export const MUTED: Record<Kind, string> = {
  k2: "c2",
  k3: "edge",
  k409: "c409-exp",
  k4: "c4-exp",
  k5: "c5-exp",
  kx: "edge",
};

const hatches = new Map<string, CanvasPattern | string>();

/** Diagonal lines: "not known". One pattern serves all canvases. */
export function hatch(context: CanvasRenderingContext2D, theme: Theme): CanvasPattern | string {
  const scale = window.devicePixelRatio || 1;
  const key = `${theme} ${scale}`;
  let lines = hatches.get(key);
  if (lines === undefined) hatches.set(key, (lines = hatchOf(context, theme, scale)));
  return lines;
}

function hatchOf(context: CanvasRenderingContext2D, theme: Theme, scale: number): CanvasPattern | string {
  const size = 5;
  const tile = document.createElement("canvas");
  tile.width = tile.height = Math.round(size * scale);
  const lines = tile.getContext("2d");
  if (lines === null) return colour(theme, "hatch");
  lines.scale(tile.width / size, tile.height / size);
  lines.strokeStyle = colour(theme, "hatch");
  lines.lineWidth = 1.1;
  for (const shift of [-size, 0, size]) {
    lines.beginPath();
    lines.moveTo(shift - 1, size + 1);
    lines.lineTo(shift + size + 1, -1);
    lines.stroke();
  }
  const pattern = context.createPattern(tile, "repeat");
  pattern?.setTransform(new DOMMatrix().scale(1 / scale));
  return pattern ?? colour(theme, "hatch");
}
