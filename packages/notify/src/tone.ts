/**
 * Tones: which colour speaks for a code.
 *
 * Violet is 409 and nothing else; a mixture takes the colour of its gravest code, never violet.
 */
import type { AlertFacts } from "@statusquo/core";

export type Tone = "conflict" | "server" | "client" | "silent" | "other" | "over" | "self";

/** A tone's colours on a light and on a dark page: fill, text upon the fill, and the same hue as text. */
interface Colours {
  fill: string;
  onFill: string;
  ink: string;
}

export const TONES = {
  conflict: {
    light: { fill: "#6900C6", onFill: "#FFFFFF", ink: "#6900C6" },
    dark: { fill: "#A46FFF", onFill: "#12081F", ink: "#B68CFF" },
  },
  server: {
    light: { fill: "#B52113", onFill: "#FFFFFF", ink: "#B52113" },
    dark: { fill: "#EB4B35", onFill: "#1B0603", ink: "#FF7361" },
  },
  client: {
    light: { fill: "#BA7A18", onFill: "#1D1300", ink: "#875300" },
    dark: { fill: "#F1CF44", onFill: "#1D1700", ink: "#F1CF44" },
  },
  silent: {
    light: { fill: "#15191A", onFill: "#FFFFFF", ink: "#15191A" },
    dark: { fill: "#ECEFEE", onFill: "#0C0E0F", ink: "#ECEFEE" },
  },
  other: {
    light: { fill: "#468AC0", onFill: "#15191A", ink: "#1D6599" },
    dark: { fill: "#9BCFF4", onFill: "#0C0E0F", ink: "#9BCFF4" },
  },
  over: {
    light: { fill: "#43625C", onFill: "#FFFFFF", ink: "#43625C" },
    dark: { fill: "#8DB5B0", onFill: "#0C0E0F", ink: "#8DB5B0" },
  },
  // Ourselves: like no code, so that it is never taken for a target's.
  self: {
    light: { fill: "#6B4A2B", onFill: "#FFFFFF", ink: "#6B4A2B" },
    dark: { fill: "#D2A679", onFill: "#1A1006", ink: "#DDB88F" },
  },
} as const satisfies Record<Tone, { light: Colours; dark: Colours }>;

/** The tone of one code; 0 is no answer. */
export function toneOfCode(code: number): Tone {
  if (code === 409) return "conflict";
  if (code === 0) return "silent";
  if (code >= 500) return "server";
  return code >= 400 ? "client" : "other";
}

const GRAVEST_FIRST = ["server", "client", "silent", "other"] as const satisfies Tone[];

/** The tone of several messages: of the gravest that is not over. */
export function toneOfAll(tones: readonly Tone[]): Tone {
  const lasting = tones.filter((tone) => tone !== "over");
  if (lasting.length === 0) return "over";
  if (lasting.every((tone) => tone === "conflict")) return "conflict";
  return GRAVEST_FIRST.find((tone) => lasting.includes(tone)) ?? lasting[0]!;
}

/** The tone of a whole message; where no code is named, those of its matrix speak. */
export function toneOf(facts: Pick<AlertFacts, "kind" | "code" | "codes" | "matrix">): Tone {
  if (facts.kind === "resolved") return "over";
  if (facts.code !== null) return toneOfCode(facts.code);
  const seen = facts.matrix.rows.flatMap((row) => row.codes).filter((code) => code !== null);
  const unexpected = facts.codes.length > 0 ? facts.codes : seen.filter((code) => code < 200 || code > 299);
  const tones = new Set(unexpected.map(toneOfCode));
  if (tones.size === 1 && tones.has("conflict")) return "conflict";
  return GRAVEST_FIRST.find((tone) => tones.has(tone)) ?? "silent";
}
