/** The version that came with the request is old. */
import { DIFFERS, type Phrase, VERSION } from "../phrases.ts";

export const CHANGED_SINCE: readonly Phrase[] = [
  {
    pattern: new RegExp(`\\b${VERSION}s?\\b[^.;]{0,60}?\\b${DIFFERS}\\b`),
    means: "two versions differ",
    weights: { "stale-version": 3.3, race: 0.6 },
  },
  {
    pattern: new RegExp(
      `\\b${VERSION}\\b[^.;]{0,30}\\b(?:sent|supplied|given|provided|received|submitted|requested)\\b[^.]{0,40}\\b(?:current|stored|actual|latest|expected|now)\\b`,
    ),
    means: "two versions differ",
    weights: { "stale-version": 3, race: 0.4 },
  },
  {
    pattern: new RegExp(
      `\\b(?:stale|outdated|out[- ]of[- ]date|obsolete|mismatch(?:ed|ing)?|wrong|unexpected|latest|newer|current|most recent|old(?:er)?)\\b[^.;]{0,25}?\\b${VERSION}\\b`,
    ),
    means: "two versions differ",
    weights: { "stale-version": 2.6, race: 0.4 },
  },
  {
    pattern:
      /\b(?:someone|somebody|another (?:user|person|editor|tab|session|device|client|action|operation|process)|other (?:user|session)s?)(?: else)? (?:has |have |had |just |already ){0,3}(?:saved|changed|edited|updated|modified|written)\b|\b(?:since|after|before) you (?:last )?(?:opened|read|loaded|fetched|saw|started)\b|\bthe (?:\w{2,14} )?you (?:last )?(?:read|saw|loaded|fetched|opened)\b/,
    means: "it changed since it was read",
    weights: { "stale-version": 2.6, race: 0.6 },
  },
  {
    pattern: /\bstale\b/,
    means: "what was sent is stale",
    weights: { "stale-version": 3.2, race: 0.4 },
  },
  {
    pattern: /\b(?:is |are )?(?:outdated|out[- ]of[- ]date|not up[- ]to[- ]date|obsolete|superseded)\b|\bis behind\b/,
    means: "what was sent is old",
    weights: { "stale-version": 2.4, race: 0.4 },
  },
  {
    pattern:
      /\b(?:newer than|more recent|is newer|older than|latest (?:state|copy|data|changes)|newer (?:copy|data))\b/,
    means: "the service holds something newer",
    weights: { "stale-version": 2.8 },
  },
  {
    pattern:
      /\b(?:has|have|had|was|were|been)\b(?: been)?(?: already)? (?:modified|changed|updated|edited|altered|saved)\b|\b(?:modified|changed|updated|edited|changes) (?:since|in the meantime|meanwhile|elsewhere|after you)\b|\b(?:resource|object|record|document|entity|row)s? (?:modified|changed|updated)\b/,
    means: "it changed since it was read",
    weights: { "stale-version": 2.4, race: 0.9 },
  },
  {
    pattern:
      /(?<!\bbe )\b(?:has |have |was |were |is )?(?:changed|modified|updated|edited|moved on|no longer current)\b[^.]{0,20}?(?:\b(?:while|since|after|before|underneath|under you|in between)\b|[;,.] ?(?:please )?(?:refresh|reload|re-?read|re-?fetch|review|retry)\b)|\b(?:state|role|data|content|contents|page|plan|draft|template|document|record|item|order|cart|resource)s? (?:has |have |was |were )?(?:already )?(?:just )?changed\b/,
    means: "it changed since it was read",
    weights: { "stale-version": 2.6, race: 0.8 },
  },
  {
    pattern:
      /\b(?:reload|refresh|re-?fetch|re-?read|re-?load|fetch|get|pull|read|retrieve)\b[^.;]{0,25}\b(?:latest|current|newest|again|most recent|and (?:re)?try)\b|\b(?:please |then |and )?(?:reload|refresh|re-?read|re-?fetch)\b(?! (?:token|rate))/,
    means: "reading again is asked for",
    weights: { "stale-version": 2.2 },
  },
  {
    pattern: /\bpre-?condition|\bif-?(?:un)?m(?:atch|odified)\b|\bconditional (?:request|write|update|put)\b/,
    means: "a condition of the request failed",
    weights: { "stale-version": 2.7 },
  },
  {
    pattern:
      /\b(?:id|uid|token|lease|session|key|nonce)s?\b[^.;]{0,40}\b(?:mismatch|(?:did|does|do) not match|is not current|no longer valid)\b/,
    means: "what identifies the caller's turn is not the current one",
    weights: { "stale-version": 2.4, race: 0.5 },
  },
  {
    pattern: /\bcompare[- ]and[- ]s(?:et|wap)\b|\bcheck[- ]and[- ]set\b|\bcas\b/,
    means: "a compare-and-set failed",
    weights: { "stale-version": 3 },
  },
  {
    pattern: /\boptimistic\w{0,5}[- ]?(?:lock|concurren)/,
    means: "an optimistic lock failed",
    weights: { "stale-version": 2.4, race: 1.8 },
  },
  {
    pattern:
      /\b(?:update|edit(?:ing)?|save|write|version|revision|modification|document) ?(?:update )?(?:conflict|collision)\b|\bconflicting (?:update|edit|version|change)s?\b/,
    means: "two updates met",
    weights: { "stale-version": 2.4, race: 1.2 },
  },
  {
    pattern:
      /\b(?:session|csrf|xsrf|nonce|sync)[- ]?(?:id|token|key|state)?\b[^.;]{0,40}\b(?:invalid|expired|missing|mismatch|wrong|not current|out of date|unknown|header)\b|\b(?:invalid|expired|missing|wrong|bad)\b[^.;]{0,15}\b(?:session|csrf|xsrf|nonce|sync)[- ]?(?:id|token|key)/,
    means: "the token that came with the request is not the current one",
    weights: { "stale-version": 3.2 },
  },
];
