/** It exists, or a name or key is taken. */
import type { Phrase } from "../phrases.ts";

export const EXISTS_ALREADY: readonly Phrase[] = [
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
      /\balready (?:been )?(?:exist(?:s|ed|ing)?|taken|registered|present|created|uploaded|pushed|imported|owned|own|defined|declared|known|used|listed|stored|tracked|(?:an? )?(?:\w{2,16} ){0,2}member|(?:in|on) (?:the|this|your) (?:\w{2,14} )?(?:list|waitlist|team|group|queue|cart|card|wishlist|account|channel|room|organi[sz]ation|project)\b|an? (?:existing )?\w{1,20} (?:with|named|called|of|for|using)|belongs?)\b/,
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
      /(?<!not |n't |longer |if |never |already )\bexists\b|\b(?:there is|there'?s) already (?:an? |one\b)|(?<!not |n't |never )\bexist\W{0,3}$|\b(?:name|entity|entry|record|user|resource) exist\b/,
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
    pattern: /\bduplicat(?:e|es|ed|ion)\b|\bdup(?:licate)? ?key\b|\bdup(?:e|es|ed)\b|\bnon-?unique\b/,
    means: "a duplicate is named",
    weights: { "duplicate-resource": 3.5 },
  },
  {
    pattern:
      /\b(?:another|an other|other|some other|a different) (?:\w{2,20} ){1,3}?(?:already (?!running|being|process|in |pend|execut|active|open)|with (?:this|that|the)|uses|has (?:this|that|the)|named|called)\b/,
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
    pattern:
      /\b(?:uid|guid|id|name|key|slug|title|alias|path|url|e-?mail|username|address|port|route|number) (?:conflicts?\b|clash|collision)/,
    means: "a name or key meets another one",
    weights: { "duplicate-resource": 2.4 },
  },
  {
    pattern:
      /\b(?:uk|uq|uix|ux|uniq|unique)[ _]\w{2,60}|\b\w{2,60}[ _](?:key|uk|uq|uniq|unique)\b(?= ?['"\])]| constraint)/,
    means: "it has the name of a unique constraint",
    weights: { "duplicate-resource": 2 },
  },
  {
    pattern:
      /\bconstraint (?:violation|violated|error|failed)|\bviolates? (?:an? )?constraint\b|\bintegrity (?:violation|constraint)/,
    means: "a constraint of the data failed",
    weights: { "duplicate-resource": 1.4, "invalid-state": 1 },
  },
  {
    pattern: /\b(?:collision|collides?|colliding|clash(?:es)?)\b/,
    means: "two things collide",
    weights: { "duplicate-resource": 2, race: 0.3 },
  },
];
