/**
 * Contrast of what is drawn, measured on the rendered page: pixels of canvases against the pixels beside them, and
 * marks, edges and the focus ring of elements against the ground they really stand on. Text is axe-core's business.
 */
import type { Page } from "playwright-core";

/** WCAG 1.4.11: what must be seen to understand a graphic, or to find a control. */
const LEAST = 3;

/** Fills that carry meaning, among each other told apart by more than colour; washes and grounds only decorate. */
const MARKS =
  "c2 c3 c409 c4 c5 net c409-exp c4-exp c5-exp hatch edge ink ink-2 ink-3 p-dns p-tcp p-tls p-ttfb p-body".split(" ");
/** Elements whose own fill is the mark. */
const FILLED =
  ".tile.spike, .wall .spike, .bars i:not(.missing), .bullet .point, .bullet .tick, .swatch.usual, .swatch.expected, .live.on .live-dot, .share-bar i, .incident-badge:not(.seen), .lane-bar, .replayed i";
/** Controls, found by their edge. */
const EDGED =
  ".day-range, .button:not(.ghost, .primary), .choice, .field, select, textarea, input:not([type='range'], [type='checkbox'], [type='search'])";

export interface Contrast {
  /** Which token or element, and on what. */
  what: string;
  ratio: number;
}

/** What is below 3:1, and how many marks were measured. */
export async function graphics(page: Page): Promise<{ below: Contrast[]; marks: string[] }> {
  const found = await page.evaluate(measure, { MARKS, FILLED, EDGED });
  return {
    below: found.filter(({ ratio }) => ratio < LEAST),
    marks: [...new Set(found.map(({ what }) => what.split(" ")[0] ?? ""))],
  };
}

/** Runs in the page, so it may use nothing from outside. */
function measure({ MARKS, FILLED, EDGED }: { MARKS: string[]; FILLED: string; EDGED: string }): Contrast[] {
  type Colour = [number, number, number, number];
  const brush = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const read = (text: string): Colour => {
    if (brush === null) return [0, 0, 0, 0];
    brush.clearRect(0, 0, 1, 1);
    brush.fillStyle = text;
    brush.fillRect(0, 0, 1, 1);
    const [r = 0, g = 0, b = 0, a = 0] = brush.getImageData(0, 0, 1, 1).data;
    return [r, g, b, a / 255];
  };
  const over = ([r, g, b, a]: Colour, [R, G, B]: Colour): Colour => [
    Math.round(r * a + R * (1 - a)),
    Math.round(g * a + G * (1 - a)),
    Math.round(b * a + B * (1 - a)),
    1,
  ];
  const ratio = (one: Colour, other: Colour) => {
    const light = ([r, g, b]: Colour) => {
      const [x = 0, y = 0, z = 0] = [r, g, b].map((each) => {
        const share = each / 255;
        return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
      });
      return 0.2126 * x + 0.7152 * y + 0.0722 * z;
    };
    const [high = 0, low = 0] = [light(one), light(other)].sort((a, b) => b - a);
    return (high + 0.05) / (low + 0.05);
  };
  /** What an element stands on: the fills of its ancestors over each other. */
  const groundOf = (element: Element): Colour => {
    const fills: Colour[] = [];
    for (let each = element.parentElement; each !== null; each = each.parentElement) {
      const fill = read(getComputedStyle(each).backgroundColor);
      if (fill[3] > 0) fills.push(fill);
      if (fill[3] === 1) break;
    }
    return fills.reduceRight((ground, fill) => over(fill, ground), [255, 255, 255, 1] as Colour);
  };
  const isSeen = (element: Element) =>
    element.checkVisibility({ visibilityProperty: true, opacityProperty: true }) &&
    element.closest(".sr, [disabled]") === null &&
    element.getBoundingClientRect().width > 0.5;
  const nameOf = (element: Element) => `${element.tagName.toLowerCase()}.${[...element.classList].join(".")}`;
  const found: Contrast[] = [];

  for (const element of document.querySelectorAll(FILLED)) {
    const fill = read(getComputedStyle(element).backgroundColor);
    if (!isSeen(element) || fill[3] === 0) continue;
    const ground = groundOf(element);
    found.push({ what: `${nameOf(element)} on ${ground.slice(0, 3)}`, ratio: ratio(over(fill, ground), ground) });
  }
  // A custom property holds light-dark() as it was written; only a real property resolves it.
  const probe = document.createElement("span");
  document.body.append(probe);
  const tokenColour = (token: string) => {
    probe.style.color = `var(--${token})`;
    return read(getComputedStyle(probe).color);
  };
  const ring = tokenColour("focus");
  for (const element of document.querySelectorAll(EDGED)) {
    if (!isSeen(element)) continue;
    const style = getComputedStyle(element);
    const ground = groundOf(element);
    const own = over(read(style.backgroundColor), ground);
    const edge = over(read(style.borderTopColor), ground);
    if (Number.parseFloat(style.borderTopWidth) > 0)
      found.push({
        what: `${nameOf(element)} edge on ${ground.slice(0, 3)}`,
        ratio: Math.max(ratio(edge, ground), ratio(own, ground)),
      });
    found.push({
      what: `focus ring at ${nameOf(element)} on ${ground.slice(0, 3)}`,
      ratio: ratio(over(ring, ground), ground),
    });
  }

  const hairline = tokenColour("line").join();
  const tokens = new Map(MARKS.map((token) => [tokenColour(token).slice(0, 3).join(), token] as const));
  probe.remove();
  const least = new Map<string, Contrast>();
  for (const canvas of document.querySelectorAll("canvas")) {
    const { width, height } = canvas;
    if (!isSeen(canvas) || width === 0 || height === 0) continue;
    const data = canvas.getContext("2d")?.getImageData(0, 0, width, height).data;
    if (data === undefined) continue;
    const ground = over(read(getComputedStyle(canvas).backgroundColor), groundOf(canvas));
    for (let x = 1; x < width; x += 2) {
      // Runs of one colour from top to bottom; what is thinner is the smooth edge between two.
      let from = 0;
      let before: { colour: Colour; from: number; end: number } | null = null;
      const at = (y: number): Colour => {
        const index = (y * width + x) * 4;
        return over(
          [data[index] ?? 0, data[index + 1] ?? 0, data[index + 2] ?? 0, (data[index + 3] ?? 0) / 255],
          ground,
        );
      };
      for (let y = 1; y <= height; y++) {
        if (y < height && at(y).join() === at(from).join()) continue;
        const colour = at(from);
        if (y - from >= 2) {
          const run = { colour, from, end: y };
          if (before !== null && from - before.end <= 2)
            for (const [mark, { colour: beside, ...span }] of [
              [before.colour, run],
              [colour, before],
            ] as const) {
              const token = tokens.get(mark.slice(0, 3).join());
              // A thin run is the smooth edge of a slant; a hairline of the grid is passed by.
              if (token === undefined || span.end - span.from < 4) continue;
              if (tokens.has(beside.slice(0, 3).join()) || beside.join() === hairline) continue;
              const what = `${token} in ${nameOf(canvas)} beside ${beside.slice(0, 3)}`;
              const known = least.get(what);
              const own = ratio(mark, beside);
              if (known === undefined || own < known.ratio) least.set(what, { what, ratio: own });
            }
          before = run;
        }
        from = y;
      }
    }
  }
  return [...found, ...least.values()];
}
