/**
 * What English error messages mean: phrases, each with its log-weights.
 *
 * A phrase is a meaning (exists, in use, under way), never a service's string, so it holds for services nobody has
 * seen yet.
 */
import { CONTENTS } from "./english/contents.ts";
import { EXISTS_ALREADY } from "./english/names.ts";
import { SETTLED } from "./english/states.ts";
import { CHANGED_SINCE } from "./english/versions.ts";
import { UNDER_WAY } from "./english/writers.ts";
import type { Phrase } from "./phrases.ts";

/** Phrases of English, in sentences and (as words) in codes. */
export const ENGLISH: readonly Phrase[] = [...EXISTS_ALREADY, ...CHANGED_SINCE, ...UNDER_WAY, ...SETTLED, ...CONTENTS];
