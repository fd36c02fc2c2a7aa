/** All scenarios, in the order in which they are begun. */
import type { Scenario } from "../scenario.ts";
import { CONFIG } from "./config.ts";
import { DELIVERY } from "./delivery.ts";
import { DISK } from "./disk.ts";
import { FAILPOINTS } from "./failpoints.ts";
import { HARNESS } from "./harness.ts";
import { HOST } from "./host.ts";
import { KILLS } from "./kills.ts";
import { NETWORK } from "./network.ts";
import { REDIS } from "./redis.ts";
import { TIME } from "./time.ts";
import { WORKER } from "./worker.ts";

export const SCENARIOS: Scenario[] = [
  ...KILLS,
  ...FAILPOINTS,
  ...REDIS,
  ...DISK,
  ...DELIVERY,
  ...CONFIG,
  ...TIME,
  ...WORKER,
  ...NETWORK,
  ...HOST,
  ...HARNESS,
];
