/** Somebody else is at it; it passes on its own. */
import type { Phrase } from "../phrases.ts";

const WORK =
  "(?:operation|process|transaction|execution|workflow|pipeline|query|rollout|upgrade|update|job|task|migration|backup|restore|deployment|import|export|sync|synchronization|scan|build|upload|download|prune|snapshot|maintenance|indexing|rebalance|run|command|check|crawl|batch)s?";

export const UNDER_WAY: readonly Phrase[] = [
  {
    pattern:
      /\b(?:in[- ]?progress|under ?way|on-?going|in the process of|in flight|still processing|processing (?:the |your )?(?:previous|first|original))\b/,
    means: "something is under way",
    weights: { race: 3.6, "duplicate-resource": -1.5, "invalid-state": -0.6 },
  },
  {
    pattern:
      /\bbeing (?!used\b)(?:\w{2,14}ly )?\w{3,20}ed\b|\bcurrently (?:being )?(?:processing|updating|creating|deleting|running|locked|modif\w{2,6}|busy|restoring|installing|deploying|migrating|transferring|executing|building)\b/,
    means: "something is under way",
    weights: { race: 3.3, "duplicate-resource": -2 },
  },
  {
    pattern: new RegExp(
      `\\b${WORK}(?:ing)?\\b[^.]{0,40}\\b(?:already|currently|still) (?:running|active|started|queued|scheduled|executing)\\b|\\b${WORK} (?:is )?running\\b|\\b(?:already|has|have) (?:already )?(?:running|active|pending|ongoing|queued|an? (?:active|running|ongoing|pending)) (?:\\w{2,20} )?${WORK}\\b`,
    ),
    means: "an operation is running",
    weights: { race: 3.4, "invalid-state": -2, "duplicate-resource": -1 },
  },
  {
    pattern:
      /(?:\b|_)(?:state|status|phase)s?\b[^.]{0,25}\b(?!running|existing|missing|working|being|nothing|following|pending)[a-z]{4,12}ing\b|\b(?!running|existing|missing|working|nothing|following|resulting|matching|conflicting|corresponding)[a-z]{4,14}ing (?:state|status|phase)\b/,
    means: "the state is one that passes",
    weights: { race: 2.8, "invalid-state": -1.4 },
  },
  {
    pattern:
      /\balready (?:an? )?(?:\w{2,12} )?(?:lease|lock)\b|\b(?:lease|lock)\b[^.]{0,12}\balready (?:present|held|exists|taken|acquired)\b|\balready (?:been )?(?:locked|leased)\b/,
    means: "somebody holds a lock",
    weights: { race: 3.2, "duplicate-resource": -4, "invalid-state": -1 },
  },
  {
    pattern:
      /\b(?:another|other|a (?:second|different|concurrent|previous|parallel|conflicting)|conflicting|previous|existing|competing)\b (?:\w{2,20} )?(?:operation|request|process|transaction|update|job|task|session|migration|backup|restore|deployment|deploy|run|writer|worker|thread|build|import|export|sync|upload|download|command|action|scan|change|edit|call|poll|invocation|execution|getupdates)s?\b/,
    means: "another operation is named",
    weights: { race: 2.7 },
  },
  {
    pattern:
      /\b(?:un)?lock(?:ed|ing|s)?\b|\bleases?d?\b|\bmutex\b|\bbusy\b|\bheld by\b|\bchecked[- ]out (?:by|for|to)\b|\b(?:open|opened) (?:for editing )?(?:by|in another)\b|\bcontention\b|\bdead ?lock(?:ed)?\b/,
    means: "somebody holds a lock",
    weights: { race: 2.8, "invalid-state": 0.5 },
  },
  {
    pattern:
      /\b(?:concurren(?:t|tly|cy)|simultaneous(?:ly)?|(?:at|in) the same time|in parallel|two (?:clients|writers|requests)|multiple (?:requests|clients|writers|threads|concurrent))\b/,
    means: "two act at once",
    weights: { race: 2.9, "stale-version": 0.5 },
  },
  {
    pattern:
      /\balready (?:executing|processing|syncing|queued|underway|importing|exporting|deploying|building)\b|\b(?:was |were )?(?:started|begun|triggered|submitted) (?:only |just )?(?:\d{1,4} |a few |some )?(?:seconds?|minutes?|moments?) ago\b|\b(?:is|are) not (?:yet )?(?:done|over)\b|\b(?:transfer|migration|upgrade|rollout|sync|import|export|backup|restore|scan) (?:is )?(?:running|ongoing|active)\b/,
    means: "something has not finished",
    weights: { race: 3, "invalid-state": -1 },
  },
  {
    pattern:
      /\b(?:upon|after|on|until) (?:its |their )?completion\b|\b(?:has|have|had|did) not (?:yet )?(?:finish(?:ed)?|complete[d]?|end(?:ed)?)\b|\b(?:nowait|try-?lock)\b|\brunning (?:an? )?(?:\w{2,16} )?(?:operation|process|task|job|transaction)\b|\b(?:handling|serving|processing|executing|running) (?:an?other|a different|a previous)\b/,
    means: "something has not finished",
    weights: { race: 2.8, "invalid-state": -0.8 },
  },
  {
    pattern: /\b(?:only )?one (?:\w{2,16} ){0,3}(?:can \w{2,8} )?at (?:a time|once)\b/,
    means: "one at a time",
    weights: { race: 2.6, "invalid-state": -1.5 },
  },
  {
    pattern: /\b(?:does|do|did) not match\b|\bmismatch\b/,
    means: "two things differ",
    weights: { "stale-version": 1.4, "file-or-merge": 1.2, "invalid-state": 0.5 },
  },
  {
    pattern: /\bconcurren(?:t|cy|tly)[ -]?(?:modif|update|edit|chang|write)/,
    means: "an update was overtaken by another",
    weights: { "stale-version": 2, race: 0.4 },
  },
  {
    pattern:
      /\b(?:by|from) (?:an?other|a different|someone|somebody|other) ?(?:user|process|transaction|request|client|session|thread|writer|person|actor|editor|else|tab|device|administrator)?\b/,
    means: "another writer is named",
    weights: { race: 1.3, "stale-version": 0.6, "invalid-state": 0.2 },
  },
  {
    pattern:
      /\b(?:re)?try(?: (?:it|this|the (?:request|operation)|your request))?(?: again)? (?:later|shortly|soon|momentarily|after|in (?:an? |\d{1,4} ?)(?:few )?[a-z]{1,8})|\blater\b|\bmomentarily\b|\btemporar(?:y|ily)\b|\b(?:please |to )?wait(?:ing)? (?:for|until|a |and|while|before)\b|\bplease wait\b|\bin a (?:few|moment|minute|while)\b|\bback ?off\b/,
    means: "waiting is asked for",
    weights: { race: 2.5 },
  },
  { pattern: /\btry(?:ing)? again\b|\bretry\b/, means: "trying again is asked for", weights: { race: 0.9 } },
  {
    pattern:
      /\b(?:not|n't|has ?n't|have ?n't) (?:yet )?(?:been )?(?:fully )?(?:complete[d]?|finish(?:ed)?|ready|propagated|synced|provisioned|initiali[sz]ed|available|processed) ?(?:yet|its)?\b|\bnot yet\b|\b(?:before|until)\b[^.]{0,60}\b(?:fully|completely|been|is) (?:processed|completed|finished|done)|\buntil\b[^.]{0,40}\b(?:finish|complete|done|ready|ends?)/,
    means: "something has not finished",
    weights: { race: 2.2, "invalid-state": 1 },
  },
  {
    pattern:
      /\b(?:rebalanc\w{1,4}|elect(?:ion|ing)|no (?:known )?leader|fail-?over|provisioning|initiali[sz]ing|(?:is|are|currently|still|already) (?:creating|deleting|terminating|restarting|updating|upgrading|migrating|saving|starting|stopping)|synchroni[sz]ing|replicating|queued|propagat\w{2,5}|pending|transitional)\b/,
    means: "something is under way",
    weights: { race: 2.3, "invalid-state": 0.3 },
  },
  {
    pattern:
      /\bserializ(?:e|ation) (?:failure|access|error)\b|\b40001\b|\b40p01\b|\bwrite[- ]?(?:write)? ?conflict\b|\btransaction[^.]{0,30}\b(?:conflict|abort)|\baborted\b/,
    means: "a transaction lost against another",
    weights: { race: 3 },
  },
  {
    pattern:
      /\bidempoten\w{1,5}\b[^.]{0,60}\b(?:in use|in[- ]progress|processing|being|concurrent|outstanding|pending)\b/,
    means: "the first request with this key has not finished",
    weights: { race: 3.6, "invalid-state": -1.5, "duplicate-resource": -1.5 },
  },
  {
    pattern:
      /\bidempoten\w{1,5}\b[^.]{0,80}\b(?:different|another|reused|re-used|already been used|already used|mismatch|does not match)\b/,
    means: "the key was used before",
    weights: { "duplicate-resource": 2.6, "invalid-state": 1.6, race: -2 },
  },
];
