/**
 * Phrases: what stands in a body and what it means, with log-weights for the causes.
 *
 * Patterns run over folded text (lower case, no accents), and every repetition in them is bounded, so hostile bodies
 * cost no more than long ones.
 */
import type { CauseName } from "./case.ts";

/** Natural-log weights: 3 makes a cause about twenty times as likely against one that gets nothing. */
export type Weights = Partial<Record<CauseName, number>>;

/** What a phrase says, where another reader has to know. */
export type About = "exists" | "missing" | "failed";

export interface Phrase {
  pattern: RegExp;
  /** What it tells, for a person: follows the quoted words. */
  means: string;
  weights: Weights;
  /** What other readers ask for by name: that a thing exists, is missing, or that the request just failed. */
  about?: About;
}

/** The names under which versions travel, as a part of a pattern. */
export const VERSION =
  "(?:version|revision|rev|e-?tag|generation|resource ?version|fingerprint|change ?(?:vector|key|number|token)|lock ?version|cas|sequence(?: number)?|seq ?no|modify ?index|concurrency (?:token|stamp)|row ?version|offset)";

/** How two versions or contents are said to differ, as a part of a pattern. */
export const DIFFERS =
  "(?:mismatch(?:ed|es)?|(?:does|do|did) not match|doesn'?t match|not match(?:ing)?|not the (?:latest|current|same|most recent|newest|live|stored|expected|right|one)|not current|differs?|different (?:from|than)|out[- ]of[- ](?:date|sync|sequence)|outdated|stale|obsolete|superseded|older|newer|behind|changed|conflicts?|is (?:now|wrong|incorrect|invalid)|must be incremented|increment(?:ed)?|expected)";

/** Names of fields that tell by being there. */
export const FIELDS: readonly Phrase[] = [
  {
    pattern: new RegExp(`\\b(?:current|expected|actual|latest|server|stored|your|base|requested) ${VERSION}\\b`),
    means: "the body carries the current version",
    weights: { "stale-version": 1.8 },
  },
  {
    pattern:
      /\b(?:existing|duplicate|conflicting) ?(?:\w+ )?(?:id|ids|resource|key|field|entity|record|object|value)\b|\bconstraint\b/,
    means: "the body names what exists",
    weights: { "duplicate-resource": 1.4 },
  },
  {
    pattern:
      /\b(?:current|required|expected|allowed|valid|from) (?:state|status|states|statuses|transition|transitions)\b/,
    means: "the body names the state",
    weights: { "invalid-state": 2 },
  },
  {
    pattern: /\b(?:retry after|lock|locked by|lock owner|lock info|lease|operation id|active operation)\b/,
    means: "the body names a lock or a time to wait",
    weights: { race: 1.8 },
  },
  {
    pattern:
      /\b(?:active|running|dependent|dependencies|references|referenced by|used by) ?(?:jobs|resources|objects|items|by)?$/,
    means: "the body lists what uses it",
    weights: { "invalid-state": 1.2 },
  },
];
