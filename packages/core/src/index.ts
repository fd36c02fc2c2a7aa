/** The heart: what is true about slots, samples and incidents. No I/O, no clock, no dependencies. */
export * from "./backoff.ts";
export * from "./band.ts";
export * from "./conflict.ts";
export {
  acceptAsUsual,
  type DetectorConfig,
  type DetectorSample,
  type DetectorState,
  type Feeding,
  feed,
  MAX_OTHER_CODES,
  startDetector,
} from "./detector.ts";
export * from "./errors.ts";
export * from "./expectation.ts";
export * from "./incident.ts";
export * from "./job.ts";
export * from "./monitor.ts";
export * from "./nearest.ts";
export * from "./notification.ts";
export { packDetector, packLive, packSeasons, unpackDetector } from "./pack.ts";
export * from "./ports.ts";
export { learnedMin, readings, usualCounts, usualShare } from "./reading.ts";
export * from "./sample.ts";
export { scopeText } from "./scope.ts";
export * from "./slot.ts";
export { chanceText, type JudgedSlot, shareText, verdictOf } from "./standing.ts";
export * from "./template.ts";
export * from "./verdict.ts";
