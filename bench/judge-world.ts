/** One world through the detector: the incidents that a server would have had. */
import { type DetectorState, feed, followEvents, type Incident, startDetector } from "../packages/core/src/index.ts";
import { dice, seedOf, type World } from "./worlds.ts";

/** A Monday. */
const START = 1_704_067_200_000;
const MINUTE = 60_000;

/** Minutes since the world's start. */
export interface Happened {
  openedMin: number;
  closedMin: number | null;
  onsetMin: number;
  onsetUncertaintyMin: number;
}

/** What is done to a detector each time a quarter of an hour begins: how parts of it are left out. */
export type Without = (state: DetectorState) => void;

export function judgeWorld(world: World, seed: number, falseAlarmsPerYear: number, without: Without[]): Happened[] {
  const roll = dice(seedOf(seed, world.name));
  const regions = Array.from({ length: world.regions }, (_, index) => `region-${index}`);
  const offsets = regions.map(() => roll() * world.intervalMin).sort((a, b) => a - b);
  const state = startDetector({ regions, intervalMs: world.intervalMin * MINUTE, falseAlarmsPerYear });
  const codeAt = world.codes(roll);
  const found: Happened[] = [];
  let open: Incident | null = null;
  let quarter = -1;
  for (let slot = 0; slot < world.minutes; slot += world.intervalMin) {
    for (const [region, name] of regions.entries()) {
      const minute = slot + offsets[region]!;
      const code = codeAt(minute, region);
      if (code === null) continue;
      const at = START + Math.round(minute * MINUTE);
      if (without.length > 0 && Math.floor(minute / 15) !== quarter) {
        quarter = Math.floor(minute / 15);
        for (const leaveOut of without) leaveOut(state);
      }
      for (const event of feed(state, { at, region: name, code, expected: code === 200 })) {
        const { incident, transition } = followEvents(open, world.name, [event], { bad: 0, of: 0 }, at);
        if (transition?.kind === "opened" && incident !== null) {
          const onsetMin = (incident.onsetAt - START) / MINUTE;
          const onsetUncertaintyMin = incident.onsetUncertaintyMs / MINUTE;
          found.push({ openedMin: minute, closedMin: null, onsetMin, onsetUncertaintyMin });
        }
        if (transition?.kind === "resolved") found.at(-1)!.closedMin = minute;
        open = incident?.state === "open" ? incident : null;
      }
    }
  }
  return found;
}
