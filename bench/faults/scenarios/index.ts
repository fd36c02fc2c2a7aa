/** All scenarios, in the order in which they are begun: long ones first. */
import type { Scenario } from "../scenario.ts";
import { FAILPOINTS } from "./failpoints.ts";
import { KILLS } from "./kills.ts";
import { REDIS } from "./redis.ts";

export const SCENARIOS: Scenario[] = [...KILLS, ...FAILPOINTS, ...REDIS];
