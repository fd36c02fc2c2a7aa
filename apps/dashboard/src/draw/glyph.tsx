/** Glyphs: each repeats what a colour says, for eyes and prints that have none. */
import type { MonitorRow } from "@statusquo/api/client";
import { codeTitle, type Kind, kindOf, wrongKindOf } from "../codes.ts";

const PATHS = {
  k2: "M6 3a3 3 0 1 1 0 6 3 3 0 0 1 0-6z",
  k3: "M1.500 5.100H6.400V2.400L11 6 6.400 9.600V6.900H1.500z",
  k409: "M.8 1.400 6 6 .8 10.600zM11.200 1.400 6 6l5.200 4.600z",
  k4: "M6 .8 11.200 6 6 11.200.8 6z",
  k5: "M1.500 1.500h9v9h-9z",
  kx: "M2.500 1.300 6 4.800l3.500-3.500 1.200 1.200L7.200 6l3.500 3.500-1.200 1.200L6 7.200l-3.500 3.500-1.200-1.200L4.800 6 1.300 2.500z",
  done: "M4.700 10 1 6.300l1.300-1.300 2.400 2.400L9.700 2.400 11 3.700z",
  open: "M4 2 8.200 6 4 10 3 9l3-3-3-3z",
  search:
    "M5 .8a4.200 4.200 0 1 1-2.600 7.500A4.200 4.200 0 0 1 5 .8m0 1.300a2.900 2.900 0 1 0 0 5.800 2.900 2.900 0 0 0 0-5.800M8.600 7.700l2.900 2.900-.9.900-2.900-2.900z",
  theme: "M6 .8a5.200 5.200 0 1 1 0 10.400A5.200 5.200 0 0 1 6 .8m0 1.300v7.800a3.900 3.900 0 0 0 0-7.800",
  help: "M5.300 8.600h1.500v1.600H5.300zM6 1.800c1.800 0 3 1 3 2.500 0 1.100-.6 1.700-1.400 2.200-.5.400-.8.600-.8 1.100H5.400c0-1.100.4-1.600 1.200-2.200.6-.4.9-.6.9-1.100 0-.7-.5-1.100-1.300-1.100-.9 0-1.400.5-1.500 1.400H3.100C3.200 2.800 4.300 1.800 6 1.800",
  sent: "M.8 2h10.400v8H.8zM2.300 3.200 6 6.300l3.700-3.100zM2 4.500v4.300h8V4.500L6 7.900z",
  file: "M2 .8h5.200L10 3.600v7.600H2zM3.200 2v8h5.600V4.500H6.300V2z",
  list: "M1 2h10v1.500H1zm0 3.300h10v1.500H1zM1 8.500h10V10H1z",
  globe:
    "M6 .8a5.200 5.200 0 1 0 0 10.400A5.200 5.200 0 0 0 6 .8m0 1.200c.6 0 1.300 1.300 1.500 3.400h-3C4.700 3.300 5.400 2 6 2m-2.700 3.400H2.100a4 4 0 0 1 1.800-2.800c-.3.800-.5 1.700-.6 2.800m0 1.200c.1 1.100.3 2 .6 2.800a4 4 0 0 1-1.800-2.800zm1.200 0h3C7.300 8.700 6.600 10 6 10s-1.300-1.300-1.500-3.400m4.200 0h1.200a4 4 0 0 1-1.800 2.800c.3-.8.5-1.700.6-2.800m0-1.200c-.1-1.100-.3-2-.6-2.800a4 4 0 0 1 1.800 2.800z",
} as const;

export type GlyphName = keyof typeof PATHS;

export function Glyph({ name }: { name: GlyphName }) {
  return (
    <svg className="glyph" viewBox="0 0 12 12" aria-hidden="true">
      <path d={PATHS[name]} />
    </svg>
  );
}

/** A code as glyph and text, in its colour: `409 Conflict`. @param wrong whether it was not what was expected */
export function CodeMark({ code, short, wrong }: { code: number | null; short?: boolean; wrong?: boolean }) {
  const text = short ? (code === 0 ? "none" : String(code ?? "any")) : codeTitle(code);
  const kind = (wrong ? wrongKindOf : kindOf)(code);
  return (
    <span className={`code ${kind}`}>
      <Glyph name={kind} />
      {text}
    </span>
  );
}

export const STANDING_WORDS: Record<MonitorRow["standing"], string> = {
  spike: "spike",
  watching: "watching",
  no_data: "no data",
  learning: "learning",
  usual: "as usual",
};

/** Where a monitor stands, as a tile: filled while it has an incident, an outline while it is watched. */
export function StandingTile({ standing, kind }: { standing: MonitorRow["standing"]; kind: Kind }) {
  const shows = standing === "spike" || standing === "watching";
  return (
    <span className={`tile ${standing} ${shows ? kind : ""}`}>
      {shows && <Glyph name={kind} />}
      {standing === "usual" && <Glyph name="k2" />}
      <span className="sr">{STANDING_WORDS[standing]}</span>
    </span>
  );
}
