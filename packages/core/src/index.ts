/** The heart: what is true about slots, samples and incidents. No I/O, no clock, no dependencies. */
export * from "./accept.ts";
export * from "./acceptance.ts";
export * from "./alerting.ts";
export * from "./backoff.ts";
export * from "./band.ts";
export * from "./blind.ts";
export { timezoneComplaint } from "./calendar.ts";
export * from "./channel.ts";
export * from "./check.ts";
export * from "./conflict/neighbours.ts";
export * from "./conflict.ts";
export * from "./connection.ts";
export * from "./cost.ts";
export * from "./deploy.ts";
export * from "./detector.ts";
export * from "./errors.ts";
export * from "./expectation.ts";
export * from "./failpoint.ts";
export * from "./follow.ts";
export * from "./heartbeat.ts";
export * from "./incident.ts";
export * from "./inspect.ts";
export * from "./internal.ts";
export * from "./job.ts";
export * from "./lane.ts";
export * from "./log-line.ts";
export * from "./monitor.ts";
export * from "./nearest.ts";
export * from "./notification.ts";
export * from "./pack.ts";
export * from "./ports.ts";
export * from "./reading.ts";
export * from "./rewind.ts";
export * from "./sample.ts";
export * from "./save.ts";
export { byName, scopeText } from "./scope.ts";
export * from "./severity.ts";
export * from "./silence.ts";
export * from "./slot.ts";
export * from "./standing.ts";
export * from "./template.ts";
export * from "./told.ts";
export * from "./verdict.ts";
export * from "./why.ts";
export {
  chanceText,
  type EvidenceFacts,
  evidenceText,
  lnEvidenceOf,
  shareText,
  unexpectedName,
  whyText,
} from "./words.ts";
