/** The heart: what is true about slots, samples and incidents. No I/O, no clock, no dependencies. */
export * from "./backoff.ts";
export * from "./band.ts";
export * from "./conflict.ts";
export * from "./errors.ts";
export * from "./expectation.ts";
export * from "./incident.ts";
export * from "./job.ts";
export * from "./monitor.ts";
export * from "./nearest.ts";
export * from "./notification.ts";
export * from "./ports.ts";
export * from "./sample.ts";
export * from "./slot.ts";
export * from "./template.ts";
export * from "./verdict.ts";
