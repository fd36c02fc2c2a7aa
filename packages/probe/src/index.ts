/** One HTTP exchange, truthfully measured. */
export { addressRefusal, dialledHost, type GuardOptions, guardedLookup, literalRefusal } from "./address.ts";
export { isSecretName } from "./evidence.ts";
export { type Exchange, type HttpOptions, type HttpPlan, probeHttp, type ResponseHead } from "./http.ts";
export { jsonPathProblem } from "./json-path.ts";
export { createNameLookup, type Finding, type NameLookup, type NameLookupOptions } from "./lookup.ts";
export { guardedDial, guardedFetch, type OutboundRequest } from "./outbound.ts";
export { patternProblem } from "./pattern.ts";
export { createProber, type EvidenceProber, type ProberOptions } from "./prober.ts";
export {
  type Environment,
  fillReferences,
  findReferences,
  type Reference,
  type ReferenceProblem,
  type ResolvedReferences,
  resolveReferences,
} from "./references.ts";
export { trustProblemOf, type UntrustedPart } from "./trust.ts";
