/** The transport over Redis. Importing it loads BullMQ (an eighth of a second): do so only where REDIS_URL is set. */
export { type BullJobOptions, createBullJobTransport } from "./bullmq-jobs.ts";
export { type BullWorkOptions, createBullWorkTransport } from "./bullmq-work.ts";
export { presenceIn } from "./redis-presence.ts";
export { removeTrial, trialPrefix } from "./redis-trial.ts";
