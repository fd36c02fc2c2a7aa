import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

/** `--name: light-dark(#light, #dark)` by name. */
const tokens = new Map(
  [
    ...readFileSync(new URL("./tokens.css", import.meta.url), "utf8").matchAll(
      /--([\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)/g,
    ),
  ].map(([, name, light, dark]) => [name ?? "", { light: light ?? "", dark: dark ?? "" }]),
);
const themes = ["light", "dark"] as const;
const GROUNDS = ["bg", "panel", "raise", "sunk"];

/** Contrast as WCAG 2.2 defines it, 1 to 21. */
function contrast(first: string, second: string): number {
  const [high, low] = [luminance(first), luminance(second)].sort((a, b) => b - a) as [number, number];
  return (high + 0.05) / (low + 0.05);
}

function luminance(hex: string): number {
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** Pairs below what is asked, as `dark ink-3 on raise: 4.31`. */
function below(least: number, pairs: readonly (readonly [string, string])[]): string[] {
  return pairs.flatMap(([ink, ground]) =>
    themes.flatMap((theme) => {
      const found = contrast(tokens.get(ink)?.[theme] ?? "#000000", tokens.get(ground)?.[theme] ?? "#000000");
      return found >= least ? [] : [`${theme} ${ink} on ${ground}: ${found.toFixed(2)}`];
    }),
  );
}

const each = (inks: readonly string[], grounds: readonly string[]) =>
  inks.flatMap((ink) => grounds.map((ground) => [ink, ground] as const));

test("text is at least 4.5:1 on every ground it stands on, in both themes", () => {
  const inks = ["ink", "ink-2", "ink-3", "c2-ink", "c3-ink", "c409-ink", "c4-ink", "c5-ink"];
  const washed = ["w409", "w4", "w5", "w0"].flatMap((wash) => each(["ink", "ink-2"], [wash]));
  const own = [["c409-ink", "w409"] as const, ["c4-ink", "w4"] as const, ["c5-ink", "w5"] as const];
  const filled = [["on-409", "c409"] as const, ["on-5", "c5"] as const, ["on-4", "c4"] as const];
  expect(below(4.5, [...each(inks, GROUNDS), ...washed, ...own, ...filled, ["inv-ink", "inv"]])).toEqual([]);
});

test("marks, edges and the focus ring are at least 3:1 on every ground they stand on", () => {
  const marks = ["c2", "c3", "c409", "c4", "c5", "net", "edge", "focus", "hatch", "c409-exp"];
  expect(below(3, each(marks, ["bg", "panel"]))).toEqual([]);
});

test("every token that is used is defined", () => {
  const css = ["base", "shell/shell", "overview/overview", "monitor/monitor", "incident/incident", "regions/regions"]
    .map((name) => readFileSync(new URL(`./${name}.css`, import.meta.url), "utf8"))
    .join("\n");
  const defined = readFileSync(new URL("./tokens.css", import.meta.url), "utf8") + css;
  const used = new Set([...css.matchAll(/var\(--([\w-]+)/g)].map(([, name]) => name));
  expect([...used].filter((name) => !defined.includes(`--${name}:`))).toEqual([]);
});
