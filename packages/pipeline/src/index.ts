/** The walk: one file per step, speaking only to ports. */
export type { Acceptable } from "./accept.ts";
export { systemClock } from "./clock.ts";
export { type Dispatcher, nextAttempt } from "./dispatch.ts";
export { failpointFrom } from "./failpoint.ts";
export type { Judgement } from "./judge.ts";
export { logEnd } from "./log-end.ts";
export { probeBatch } from "./probe.ts";
export { RETENTION } from "./prune.ts";
export { type Definitions, type Heartbeats, startWalk, type Walk, type WalkPorts } from "./run.ts";
export type { BlindChange } from "./sight.ts";
export { type FedSlot, feedSlot, followSlot, type SlotSample } from "./slot-step.ts";
