/** What the detector's benchmarks are asked: seed, size, and which parts of the detector to leave out. */
import { parseArgs } from "node:util";
import type { DetectorState } from "../packages/core/src/index.ts";
import type { Without } from "./judge-world.ts";

const streamsOf = (state: DetectorState) => [...state.codes, state.any];
const NEVER_BELIEVED = -1e3;

/** Parts that can be left out, each by what it does to the state at every quarter of an hour. */
const PARTS: Record<string, Without> = {
  pairs({ scopes }) {
    const isPair = scopes.members.map((members) => members.length === 2 && scopes.regions.length > 2);
    for (let scope = 0; scope < isPair.length; scope++) if (isPair[scope]) scopes.weights[scope] = 0;
    const total = scopes.weights.reduce((sum, weight) => sum + weight, 0);
    for (let scope = 0; scope < isPair.length; scope++) scopes.weights[scope]! /= total;
  },
  day(state) {
    for (const { seasons } of streamsOf(state)) seasons.dayTrust.fill(NEVER_BELIEVED);
  },
  week(state) {
    for (const { seasons } of streamsOf(state)) seasons.weekTrust.fill(NEVER_BELIEVED);
  },
  local(state) {
    for (const { localTrust } of streamsOf(state)) localTrust.logOdds.fill(NEVER_BELIEVED);
  },
  bursts(state) {
    for (const { bursts } of streamsOf(state)) for (const counts of bursts.counts) counts.intervals = 1e300;
  },
  audit(state) {
    for (const { audit } of streamsOf(state)) audit.watchedMin = 1e300;
  },
  flapping(state) {
    state.flapping.returns = 0;
  },
};

export function options() {
  const { values } = parseArgs({
    options: {
      quick: { type: "boolean", default: false },
      seed: { type: "string", default: "1" },
      budget: { type: "string", default: "1" },
      without: { type: "string", default: "" },
    },
  });
  const names = values.without === "" ? [] : values.without.split(",");
  const without = names.map((name) => {
    const part = PARTS[name];
    if (!part) throw new Error(`--without must be of ${Object.keys(PARTS).join(", ")}; got "${name}"`);
    return part;
  });
  const name = `${values.quick ? ", quick" : ""}${names.length > 0 ? `, without ${names.join(", ")}` : ""}`;
  return { quick: values.quick, seed: Number(values.seed), budget: Number(values.budget), without, name };
}
