/** An incident in words, for its own page: what is seen, what is usual, where not, and what it likely is. */
import type { IncidentDetail } from "@statusquo/api/client";
import { scopeText, shareText, unmetText } from "@statusquo/core";
import { countText, hourText, listText, spanText, zoneText } from "../words.ts";

type Spoken = Pick<
  IncidentDetail,
  | "since"
  | "resolvedAt"
  | "state"
  | "seen"
  | "code"
  | "codes"
  | "scope"
  | "usualShare"
  | "evidence"
  | "causes"
  | "unmet"
  | "matrix"
>;

/** Before the code that is marked, after it, and what is only likely. */
export interface Lede {
  before: string;
  after: string;
  likely: string;
}

/** `Since about 14:02 UTC, 41 of 45 probes everywhere answered` · code · `. Usual is 1 in 83.` */
export function ledeOf(incident: Spoken): Lede {
  const { since, resolvedAt, seen, code, scope, causes, unmet } = incident;
  const span =
    resolvedAt === null
      ? `Since about ${hourText(since)} ${zoneText()}`
      : `From about ${hourText(since)} to ${hourText(resolvedAt)} ${zoneText()} (${spanText(resolvedAt - since)})`;
  const deed = code === 0 ? "got" : "answered";
  const elsewhere = [...scope.elsewhere, ...spared(incident)];
  const rest =
    elsewhere.length === 0 ? "" : ` ${listText(elsewhere)} ${elsewhere.length === 1 ? "is" : "are"} as usual.`;
  return {
    before: `${span}, ${countText(seen.bad)} of ${countText(seen.of)} probes ${scopeText(scope)} ${deed}`,
    after: `${unmet === null ? "" : `, but in the newest ${unmetText(unmet)}`}. ${usualText(incident)}${rest}`,
    likely: likelyText(causes),
  };
}

/** Regions of its scope that answered since, and never so: one that is silent is not spared, but unknown. */
function spared({ matrix, scope }: Spoken): string[] {
  return matrix.rows.flatMap(({ region, bad, of, codes }) =>
    scope.regions.includes(region) && bad === 0 && of > 2 && codes.at(-1) != null ? [region] : [],
  );
}

/** `Usual is 1 in 83.`, `Usual is none of 5,000.`, `Nothing is learned yet of what is usual here.` */
export function usualText({ usualShare, evidence }: Pick<IncidentDetail, "usualShare" | "evidence">): string {
  if (evidence.usualOf < 0.5) return "Nothing is learned yet of what is usual here.";
  if (evidence.usualBad < 0.5 && usualShare < 0.001) return `Usual is none of ${countText(evidence.usualOf)}.`;
  const often = usualShare > 0 && usualShare < 0.3 ? `1 in ${countText(1 / usualShare)}` : shareText(usualShare);
  return `Usual is ${often}.`;
}

/** From this share on a cause is called likely; below, it is only the closest. */
const LIKELY = 0.5;

function likelyText(causes: Spoken["causes"]): string {
  const [first, second] = causes;
  if (first === undefined) return "";
  if (first.cause === "undetermined")
    return second === undefined
      ? "The answers do not say why."
      : `The answers do not say why; closest is ${second.title} (${shareText(second.share)}).`;
  return `${first.share >= LIKELY ? "Most likely" : "Perhaps"} ${first.title}.`;
}

/** How many times as often as usual: `×27`; null where usual is nothing, so that no factor says it. */
export function timesText(bad: number, of: number, usualShare: number): string | null {
  if (of === 0 || usualShare <= 0) return null;
  const times = bad / of / usualShare;
  return `×${times >= 10 ? countText(times) : times.toFixed(1)}`;
}

/** How sure a reading is, in a word. */
export function surenessOf(share: number): string {
  if (share >= 0.8) return "high";
  return share >= LIKELY ? "fair" : "low";
}
