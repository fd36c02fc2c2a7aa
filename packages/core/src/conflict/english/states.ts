/** A settled state forbids it. */
import type { Phrase } from "../phrases.ts";

const FINISHED =
  "(?:complete[d]?|cancell?ed|closed|published|shipped|delivered|refunded|paid|captured|settled|voided|fulfilled|finished|finali[sz]ed|ended|expired|archived|approved|rejected|accepted|confirmed|verified|activated|active|enabled|disabled|deactivated|inactive|deleted|removed|started|stopped|running|paused|merged|locked down|submitted|processed|consumed|redeemed|resolved|terminated|revoked|suspended|initiali[sz]ed|set ?up|configured|installed|unlocked|open|opened|sent|signed|done|executed|dispatched|scheduled|released|withdrawn|yanked|attached|detached|mounted|read|seen|promoted|converted|migrated|assigned to another|in (?:the |a |an )?(?:[\\w-]{1,20} )?(?:state|status))";

export const SETTLED: readonly Phrase[] = [
  {
    pattern: new RegExp(`\\balready (?:been |is |was |in |be )?(?:\\w{2,14}ly )?${FINISHED}\\b`),
    means: "that state was reached before",
    weights: { "invalid-state": 3.8 },
  },
  {
    pattern:
      /\b(?:invalid|illegal|incorrect|wrong|unexpected|inappropriate|improper|bad|not allowed|current|final|terminal|disallowed|required|following|in|its|the)\b (?:\w{1,20} ){0,3}(?:state|status|stage|phase|lifecycle|transition)s?\b|\b(?:state|status|stage|phase)\b[^.]{0,20}(?:\b(?:is|must|does|not|expected|allowed)\b|[:=]\s{0,3}(?=[a-z]))|(?<!existing |current )\b[a-z]{2,12}[ _](?:in)?state\b|\b(?:transition(?:s|ed)?|redundant)\b/,
    means: "a state is named",
    weights: { "invalid-state": 2.6 },
  },
  {
    pattern:
      /\b(?:in[- ]use|(?:is|are|still|being|currently) (?:being )?used|used) by\b|\bis (?:still |currently )?in[- ]use\b|\breferenced\b|\bdepends? on\b|\bdependen(?:cies|cy|ts)\b|\b(?:has|have|\d+) dependent\b|\bdependent (?:child|object)|\bhas (?:\w{2,20} )?(?:children|child|dependents|associated|attached|members|references|linked|assigned|active|snapshots|running|open)\b|\bassociated with\b|\bnot empty\b|\bnon-?empty\b|\bstill (?:has|have|contains?|attached|referenced|in use|used|exists?|active|assigned|mounted|linked|associated)\b|\bforeign key\b|\bp2003\b|\b23503\b|\b145[12]\b|\breferential\b/,
    means: "something else still needs it",
    weights: { "invalid-state": 3.4 },
  },
  {
    pattern: /\bfk[ _]\w{2,60}|\b\w{2,60}[ _]fk(?:ey)?\b/,
    means: "it has the name of a foreign key",
    weights: { "invalid-state": 2.4 },
  },
  {
    pattern: /\bin[- ]use\b/,
    means: "it is in use",
    weights: { "invalid-state": 1.4, "duplicate-resource": 1.2, race: 0.3 },
  },
  {
    pattern:
      /\b(?:does|do|did)(?: not|n't)(?: yet)? exists?\b|\bno longer exists?\b|\bnon-?exist(?:ent|ing)\b|\bnot (?:be )?found\b|\bno such\b|\b(?:missing|unknown)\b|\bparent\b[^.]{0,30}\b(?:not|missing|deleted|required|first)\b|\bintermediate\b|\bcannot find\b|\bnever existed\b|\bno (?:\w{2,20} ){1,3}(?:found|exists?|configured|associated|attached|available)\b/,
    means: "something it needs is missing",
    about: "missing",
    weights: { "invalid-state": 3 },
  },
  {
    pattern:
      /\b(?:disabled|not enabled|isn't enabled|not (?:currently )?enabled|suspended|archived|closed|expired|frozen|read-?only|deactivated|inactive|not active|unavailable|not supported|unsupported|incompatible|not compatible|revoked|banned|blocked|not available|cancell?ed|ended|finished|withdrawn|deleted|unpublished|not published|not configured|not (?:been )?(?:initiali[sz]ed|started|verified|confirmed|approved|paid|activated|installed|accepted|set up)|draft|empty|failed state|in error|deprecated|end of life|soft-?deleted)\b/,
    means: "its state stands against it",
    weights: { "invalid-state": 2.5 },
  },
  {
    pattern:
      /\b(?:quota|limit|exceed(?:s|ed|ing)?|maximum|max|too many|too (?:large|small|long|short|late|early)|insufficient|not enough|at least one|at most|only one|(?:the|your) (?:last|only)|minimum|out of stock|sold out|fully booked|(?:is|are) (?:already |now )?(?:full|over)|\w{2,20} full$|no more|capacity|balance|overlap(?:s|ping|ped)?)\b/,
    means: "a limit stands against it",
    weights: { "invalid-state": 2.3 },
  },
  {
    pattern: /\btoo many (?:\w{2,16} )?(?:operations|requests|writes|updates|transactions)\b|\btoo much contention\b/,
    means: "many act at once",
    weights: { race: 3, "invalid-state": -2 },
  },
  {
    // A rule names states; that one of them would pass is not what happens now.
    pattern: /^\W{0,4}only (?:[\w-]{1,20} ){1,6}?(?:can|may|are|is|could|allowed)\b/,
    means: "a rule says when it may be done",
    weights: { "invalid-state": 3, race: -2 },
  },
  {
    pattern:
      /\b(?:offline|unreachable|not (?:connected|reachable|performed|done|available|started|created|set|present|met|assigned|bound|complete|current|reached|provisioned|installed|supported|accepted)|(?:has|have) not been|incomplete|nothing|not (?!modified|matched|changed|updated|finished|processed|allowed|permitted|authori|supported|expected|completed|needed)\w{4,16}ed\b|(?:has|have) (?:already )?(?:started|begun|ended|passed)|no longer (?:valid|available|possible|active|open|editable|a |an |in )|in the past|past (?:event|date)|the default|reserved for|overlap\w{0,4}|conflicting (?:times?|schedules?|bookings?|dates?|reservations?|ranges?|slots?)|conflicts? with (?:an?other|the) (?:booking|reservation|appointment|schedule|event))\b/,
    means: "its state stands against it",
    weights: { "invalid-state": 2 },
  },
  {
    pattern:
      /\b(?:violates?|violation|conflicted with|violated)\b[^.]{0,30}\b(?:check|reference|foreign|constraint|rule|policy|invariant)\b/,
    means: "a rule of the data stands against it",
    weights: { "invalid-state": 1.8 },
  },
  {
    pattern:
      /\bimmutable\b|\bread[- ]?only\b|\bpaused\b|\bmaintenance\b|\bmultiple (?:possible|matching)\b|\bambiguous\b|\bmore specific\b/,
    means: "it does not take this now",
    weights: { "invalid-state": 1.6 },
  },
  {
    pattern: /\bthere (?:is|are) no\b|\bno (?:active|current|available|matching|valid|open|eligible|pending|running)\b/,
    means: "something it needs is not there",
    weights: { "invalid-state": 2.3 },
  },
  {
    pattern: /\balready (?:been )?[a-z]{3,14}ed\b/,
    means: "it was done before",
    weights: { "invalid-state": 2, "duplicate-resource": 1.3 },
  },
  {
    pattern:
      /\b(?:(?:cannot|can ?not|can't)(?! (?:create|add|register|insert|update|save|store|process|complete|perform|write|read|connect|handle)\b)|may not|must not|(?:may|can|must|should|will) not be|not (?:be )?(?:allowed|permitted|possible|eligible|applicable|modifiable|valid)|is not an?|prohibited|forbidden|refused|not authori[sz]ed|disallowed|prevent(?:s|ed)?|impossible|rejected|denied|polic(?:y|ies)|not (?:with)?in (?:the |your |its )?(?:\w{2,12} )?range)\b/,
    means: "it is refused as it stands",
    weights: { "invalid-state": 1.6 },
  },
  {
    // Reports a failure rather than a rule.
    pattern:
      /\b(?:could not|couldn't|unable to|failed to|(?:cannot|can't) (?:create|add|register|insert|update|save|store|process|complete|perform|write|read|handle))\b|\b(?:creation|update|registration|insert|save|request|operation) failed\b/,
    means: "it did not work",
    about: "failed",
    weights: { "invalid-state": 0.5 },
  },
  {
    pattern:
      /\b(?:must (?:be|first|have)|first (?:remove|delete|stop|create|close|cancel|disable|detach|enable|complete)|(?:remove|delete|stop|close|detach|disable|enable|cancel|empty|unassign)\b[^.]{0,60}\b(?:first|before|then)|before (?:you|it|deleting|removing|creating|this|being)|requires?|only\b[^.]{0,40}\b(?:can|may|are|be|allowed)|can only|while\b[^.]{0,40}\b(?:is|are|active|in)|unless|because)\b/,
    means: "a condition has to be met first",
    weights: { "invalid-state": 1.6 },
  },
  {
    pattern:
      /\b(?:is (?:already )?the (?:current|same|active|default)|same as|no changes?|already up[- ]to[- ]date|nothing to|not changed|unchanged|has no effect|identical to|self)\b/,
    means: "there is nothing to change",
    weights: { "invalid-state": 1.8 },
  },
];
