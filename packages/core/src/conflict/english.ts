/**
 * What English error messages mean: phrases, each with its log-weights.
 *
 * A phrase is a meaning (exists, in use, under way), never a service's string, so it holds for services nobody has
 * seen yet.
 */
import { type Phrase, VERSION } from "./phrases.ts";

const DIFFERS =
  "(?:mismatch(?:ed|es)?|(?:does|do|did) not match|doesn'?t match|not match(?:ing)?|not the (?:latest|current|same|most recent)|not current|differs?|different (?:from|than)|out[- ]of[- ](?:date|sync|sequence)|outdated|stale|obsolete|superseded|older|newer|behind|changed|conflicts?|is (?:now|wrong|incorrect|invalid)|must be incremented|increment(?:ed)?|expected)";
const HASH = "(?:sha-?\\d{0,3}|checksum|digest|md5|hash|crc\\w{0,3})";
const WORK =
  "(?:operation|process|transaction|update|job|task|migration|backup|restore|deployment|import|export|sync|synchronization|scan|build|upload|download|prune|snapshot|maintenance|indexing|rebalance|run|command|check|crawl|batch)s?";
const FINISHED =
  "(?:complete[d]?|cancell?ed|closed|published|shipped|delivered|refunded|paid|captured|settled|voided|fulfilled|finished|finali[sz]ed|ended|expired|archived|approved|rejected|accepted|confirmed|verified|activated|active|enabled|disabled|deactivated|inactive|deleted|removed|started|stopped|running|paused|merged|locked down|submitted|processed|consumed|redeemed|resolved|terminated|revoked|suspended|initiali[sz]ed|set ?up|configured|installed|unlocked|open|opened|sent|signed|done|executed|dispatched|scheduled|released|withdrawn|yanked|attached|detached|mounted|read|seen|promoted|converted|migrated|assigned to another|in (?:the |a |an )?(?:[\\w-]{1,20} )?(?:state|status))";

/** Phrases of English, in sentences and (as words) in codes. */
export const ENGLISH: readonly Phrase[] = [
  // It is not about this request at all.
  {
    pattern:
      /\b(?:routes?|handlers?|middlewares?|endpoints?|controllers?)\b.{0,40}\b(?:registered|mounted|defined|declared|mapped|bound) (?:twice|more than once|several times|again)\b|\b(?:default|fallback|catch-?all) (?:branch|handler|case|route|response|rule)\b/,
    means: "the route is the matter, not the request",
    weights: { "everything-409": 3.2 },
  },
  // It exists.
  {
    pattern:
      /\balready (?:been )?(?:exist(?:s|ed|ing)?|taken|registered|present|created|uploaded|pushed|imported|owned|own|defined|declared|known|used|listed|stored|tracked|a member|member|an? (?:existing )?\w{1,20} (?:with|named|called|of|for|using)|belongs?)\b/,
    means: "it is there already",
    about: "exists",
    weights: { "duplicate-resource": 4 },
  },
  {
    pattern:
      /\balready (?:been )?(?:added|claimed|reserved|allocated|subscribed|invited|connected|linked|mapped|bound|associated|assigned)\b|\bis (?:registered(?! (?:twice|more than once))|taken|reserved)\b|\b(?:seen|used|submitted|received|sent) (?:before|previously)\b/,
    means: "it is so already",
    weights: { "duplicate-resource": 2.6, "invalid-state": 1.2 },
  },
  {
    pattern: /\balready (?!being|existing|running|using|pending|processing)[a-z]{3,12}ing\b/,
    means: "it is so already",
    weights: { "invalid-state": 2, "duplicate-resource": 1.6 },
  },
  {
    pattern:
      /\balready has an? (?:pending|active|ongoing|queued|open|running|unfinished)\b|\bin the (?:past|last) (?:\d+|few|minute|hour)\b|\b(?:marked|scheduled|queued) for (?:removal|deletion|destruction)\b/,
    means: "something has not finished",
    weights: { race: 2.8, "duplicate-resource": -2 },
  },
  {
    pattern:
      /(?<!not |n't |longer |if |never |already )\bexists\b|\b(?:there is|there'?s) already (?:an? |one\b)|\b(?:name|entity|entry|record|user|resource) exist\b/,
    means: "it is there already",
    about: "exists",
    weights: { "duplicate-resource": 2.6 },
  },
  {
    pattern:
      /\balready (?:has|have|contains?|got)\b|\bconflict(?:s|ing)? with (?:an? |the )?(?:existing|other|another|already)\b/,
    means: "there is one already",
    weights: { "duplicate-resource": 2.4, "invalid-state": 0.6 },
  },
  {
    pattern: /\bduplicat(?:e|es|ed|ion)\b|\bdup(?:licate)? ?key\b|\bnon-?unique\b/,
    means: "a duplicate is named",
    weights: { "duplicate-resource": 3.5 },
  },
  {
    pattern:
      /\b(?:another|an other|other|some other|a different) (?:\w{2,20} ){1,3}?(?:already|with (?:this|that|the)|uses|has (?:this|that|the)|named|called)\b/,
    means: "another one has it",
    weights: { "duplicate-resource": 2.6, race: -1.2 },
  },
  {
    pattern: /\balready (?!exists|is|has|was|does|contains|belongs|process)[a-z]{2,12}(?:s|es)\b/,
    means: "something stands in that place",
    weights: { "duplicate-resource": 2.2, "invalid-state": 1 },
  },
  {
    pattern:
      /\b(?:already|is|are) (?:already )?being used(?! by\b)|\b(?:has|have) (?:already )?been (?:used|received|recorded|voted|reported)\b|\balready (?:has|have) an? (?:account|login|profile|entry|record)\b/,
    means: "it was used or made before",
    weights: { "duplicate-resource": 2.6 },
  },
  {
    pattern: /\b(?:must be |not |be |globally )?unique(?:ness)?\b/,
    means: "a value has to be unique",
    weights: { "duplicate-resource": 3.3 },
  },
  {
    pattern: /\b(?:23505|1062|p2002|e11000|11000|ora-?00001|2627|2601|sqlite constraint unique|sqlstate 23000)\b/,
    means: "a database's code for a unique key that exists",
    weights: { "duplicate-resource": 4 },
  },
  {
    pattern:
      /\b(?:name|username|user name|e-?mail|address|handle|slug|domain|host ?name|sub ?domain|port|identifier|title|alias|number|login|prefix|url|phone)\b[^.]{0,60}\b(?:in use|taken|not available|unavailable|used by (?:another|other|a different))\b/,
    means: "a name or key is taken",
    weights: { "duplicate-resource": 3.6, "invalid-state": -2.2 },
  },
  {
    pattern:
      /\b(?:with|has|have|having|uses?|of|for|share) (?:the |that |this |an? )?(?:same|identical|given|provided|specified)\b/,
    means: "another one is the same",
    weights: { "duplicate-resource": 1.6 },
  },
  {
    pattern:
      /\b(?:choose|pick|use|try|select|specify|change)\b[^.]{0,12} (?:an?other|a different|a new|a unique|another|your)\b[^.]{0,30}\b(?:name|id|identifier|key|version|e-?mail|value|username|slug|number|one)\b/,
    means: "another name or key is asked for",
    weights: { "duplicate-resource": 2.4 },
  },
  {
    pattern:
      /\bre-?(?:push|publish|upload|deploy|releas)\w{0,4}\b|\bover-?writ\w{0,4}\b|\bpublish over\b|\bcannot be (?:re-?used|replaced|overwritten)\b/,
    means: "what is there may not be written over",
    weights: { "duplicate-resource": 2.4, "invalid-state": 0.5 },
  },
  {
    pattern: /\b(?:collision|collides?|colliding|clash(?:es)?)\b/,
    means: "two things collide",
    weights: { "duplicate-resource": 2, race: 0.3 },
  },

  // The version that was sent is old.
  {
    pattern: new RegExp(`\\b${VERSION}s?\\b[^.;]{0,60}?\\b${DIFFERS}\\b`),
    means: "two versions differ",
    weights: { "stale-version": 3.3, race: 0.6 },
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
      /\b(?:is |are )?(?:stale|outdated|out[- ]of[- ]date|not up[- ]to[- ]date|obsolete|superseded)\b|\bis behind\b/,
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
      /\b(?:has |have |was |were |is )?(?:changed|modified|updated|edited|moved on|no longer current)\b[^.]{0,20}?(?:\b(?:while|since|after|before|underneath|under you|in between)\b|[;,.] ?(?:please )?(?:refresh|reload|re-?read|re-?fetch|review|retry)\b)|\b(?:state|role|data|content|contents|page|plan|draft|template|document|record|item|order|cart|resource)s? (?:has |have |was |were )?(?:already )?(?:just )?changed\b/,
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

  // Somebody else is at it; it passes.
  {
    pattern:
      /\b(?:in[- ]?progress|under ?way|on-?going|in the process of|in flight|still processing|processing (?:the |your )?(?:previous|first|original))\b/,
    means: "something is under way",
    weights: { race: 3.6, "duplicate-resource": -1.5, "invalid-state": -0.6 },
  },
  {
    pattern:
      /\b(?:is|are|was|being|currently|already|still)\b (?:currently |already |still )?being (?!used\b)\w{3,20}ed\b|\bcurrently (?:being )?(?:processing|updating|creating|deleting|running|locked|modif\w{2,6}|busy|restoring|installing|deploying|migrating|transferring|executing|building)\b/,
    means: "something is under way",
    weights: { race: 3.3, "duplicate-resource": -2 },
  },
  {
    pattern: new RegExp(
      `\\b${WORK}(?:ing)?\\b[^.]{0,40}\\b(?:already|currently|still) (?:running|active|started|queued|scheduled|executing)\\b|\\b${WORK} (?:is )?running\\b|\\balready (?:running|active|an? (?:active|running|ongoing|pending)) (?:\\w{2,20} )?${WORK}\\b`,
    ),
    means: "an operation is running",
    weights: { race: 3.4, "invalid-state": -2, "duplicate-resource": -1 },
  },
  {
    pattern:
      /(?:\b|_)(?:state|status|phase)s?\b[^.]{0,25}\b(?!running|existing|missing|working|being|nothing|following)[a-z]{4,12}ing\b/,
    means: "the state is one that passes",
    weights: { race: 2.4, "invalid-state": -0.6 },
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
      /\b(?:un)?lock(?:ed|ing|s)?\b|\bleases?d?\b|\bmutex\b|\bbusy\b|\bheld by\b|\bcontention\b|\bdead ?lock(?:ed)?\b/,
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
      /\b(?:re)?try(?: (?:it|this|the (?:request|operation)|your request))?(?: again)? (?:later|shortly|soon|momentarily|after|in (?:a|an|\d))|\blater\b|\bmomentarily\b|\btemporar(?:y|ily)\b|\b(?:please |to )?wait(?:ing)? (?:for|until|a |and|while|before)\b|\bplease wait\b|\bin a (?:few|moment|minute|while)\b|\bback ?off\b/,
    means: "waiting is asked for",
    weights: { race: 2.5 },
  },
  { pattern: /\btry(?:ing)? again\b|\bretry\b/, means: "trying again is asked for", weights: { race: 0.9 } },
  {
    pattern:
      /\b(?:not|n't|has ?n't|have ?n't) (?:yet )?(?:been )?(?:fully )?(?:complete[d]?|finish(?:ed)?|ready|propagated|synced|provisioned|initiali[sz]ed|available|processed) ?(?:yet|its)?\b|\bnot yet\b|\b(?:before|until)\b[^.]{0,60}\b(?:fully|completely|been|is) (?:processed|completed|finished|done)|\buntil\b[^.]{0,40}\b(?:finish|complete|done|ready|ends?)/,
    means: "something has not finished",
    weights: { race: 2.3, "invalid-state": 0.5 },
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

  // A settled state forbids it.
  {
    pattern: new RegExp(`\\balready (?:been |is |was |in |be )?(?:\\w{2,14}ly )?${FINISHED}\\b`),
    means: "that state was reached before",
    weights: { "invalid-state": 3.8 },
  },
  {
    pattern:
      /\b(?:invalid|illegal|incorrect|wrong|unexpected|inappropriate|improper|bad|not allowed|current|final|terminal|disallowed|required|following|in|its|the)\b (?:\w{1,20} ){0,3}(?:state|status|stage|phase|lifecycle|transition)s?\b|\b(?:state|status|stage|phase)\b[^.]{0,20}(?:\b(?:is|must|does|not|expected|allowed)\b|[:=])|(?<!existing |current )\b[a-z]{2,12}[ _](?:in)?state\b|\b(?:transition(?:s|ed)?|redundant)\b/,
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
      /\b(?:quota|limit|exceed(?:s|ed|ing)?|maximum|max|too many|too (?:large|small|long|short|late|early)|insufficient|not enough|at least one|at most|only one|(?:the|your) (?:last|only)|minimum|out of stock|sold out|fully booked|(?:is|are) (?:already |now )?(?:full|over)|no more|capacity|balance|overlap(?:s|ping|ped)?)\b/,
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
      /\b(?:offline|unreachable|not (?:connected|reachable|performed|done|available|started|created|set|present|met|assigned|bound|complete|current|reached)|(?:has|have) not been|incomplete|nothing|(?:has|have) (?:already )?(?:started|begun|ended|passed)|no longer (?:valid|available|possible|active|open|editable|a |an |in )|in the past|past (?:event|date)|the default|reserved for|overlap\w{0,4}|conflicting (?:times?|schedules?|bookings?|dates?|reservations?|ranges?|slots?)|conflicts? with (?:an?other|the) (?:booking|reservation|appointment|schedule|event))\b/,
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
      /\b(?:(?:cannot|can ?not|can't)(?! (?:create|add|register|insert|update|save|store|process|complete|perform|write|read|connect|handle)\b)|may not|must not|(?:may|can|must|should|will) not be|not (?:be )?(?:allowed|permitted|possible|eligible|applicable|modifiable|valid)|is not an?|prohibited|forbidden|refused|not authori[sz]ed|disallowed|prevent(?:s|ed)?|impossible)\b/,
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

  // Contents or histories differ.
  {
    pattern:
      /\bmerge[- ]?conflicts?\b|\bconflicts? (?:during|in|while|on) (?:the )?(?:merg|rebas|cherry)\w{0,5}|\bmerg(?:e|ing)\b[^.]{0,30}\bconflict|\b(?:not|cannot be|could not be|can't be|couldn't be|unable to be|failed to) (?:automatically )?(?:merg|rebas)\w{0,5}|\bnot mergeable\b|\bmergeable\b|\bfast[- ]?forward|\bcherry[- ]?pick|\bdiverged?\b|\bdiverging\b|\bpatch (?:does not|did not|failed to) apply|\brebase\b|\b(?:auto-?)?merge failed\b/,
    means: "two histories do not merge",
    weights: { "file-or-merge": 4.6 },
  },
  {
    pattern: new RegExp(
      `\\b${HASH}\\b[^.]{0,60}?\\b(?:${DIFFERS}|is not|was|supplied|given|error|failed|invalid)\\b|\\b${DIFFERS}\\b[^.]{0,40}?\\b${HASH}\\b|\\b(?:invalid|wrong|bad|missing|unexpected)\\b[^.]{0,12}?\\b${HASH}\\b`,
    ),
    means: "two contents differ",
    weights: { "file-or-merge": 3.8 },
  },
  {
    pattern:
      /\b(?:file|content|contents|branch|head|base|ref|reference|tree|commit|working copy|source branch|target branch)s?\b[^.]{0,30}\b(?:was|has|have|had|is|were)\b(?: been)? (?:modified|changed|moved|updated|edited|advanced|out of date|out-of-date|behind|outdated|stale)\b|\b(?:file|content|branch)\b[^.]{0,20}\bchanged since\b|\b(?:latest|base|parent|head|last) (?:commit|revision sha|sha|branch)\b/,
    means: "the file or branch moved on",
    weights: { "file-or-merge": 3.4, "stale-version": 0.4 },
  },

  // A container does not run.
  {
    pattern:
      /\b(?:container|pod|sandbox|exec)s?\b[^;]{0,110}?\b(?:not (?:currently |yet )?(?:running|started|up)|isn't running|exited|stopped|paused|dead|restarting|crash|has no running)\b|\b(?:no running|not running|stopped|paused|exited|running|completed|terminated|failed|crashed|evicted) (?:container|pod)s?\b|\bonly\b[^.]{0,20}\brunning containers?\b/,
    means: "the container does not run",
    weights: { "container-not-running": 5.2, "invalid-state": -1.5, race: -1 },
  },
  {
    pattern: /\bcrash ?loop ?back ?off\b/,
    means: "the container keeps crashing",
    weights: { "container-not-running": 5 },
  },
  {
    pattern:
      /\b(?:server|instance|vm|virtual machine|machine|service|environment|application|process|node|cluster|session|task|domain|guest)\b[^.;]{0,60}?\b(?:not (?:currently )?(?:running|started|powered on|up)|isn't running|stopped|powered off|shut ?(?:off|down)|offline)\b/,
    means: "what has to run does not",
    weights: { "invalid-state": 2.6, "container-not-running": 1.8 },
  },
  {
    pattern:
      /\b(?:container|pod)s?\b[^.;]{0,60}\b(?:already (?:running|started|stopped|paused)|(?<!until the container |until container |until the pod )(?:is|still) running|not paused)\b|\b(?:remove|delete|removing|deleting) (?:an? )?(?:running|paused) (?:container|pod)\b/,
    means: "the container runs, and it may not",
    weights: { "invalid-state": 3.6, "container-not-running": -4 },
  },
];
