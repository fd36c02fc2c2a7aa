/** Scenarios of the usual shape: a world in which all is well, then trouble and recovery, again and again. */
import type { Allowed } from "../oracle.ts";
import type { Scenario, Stage } from "../scenario.ts";
import { startAll, type World, type WorldOptions } from "../world.ts";

export interface Repeated extends Omit<Scenario, "run"> {
  world: WorldOptions;
  /** One trouble, from its beginning to its end; what it is called is for it to say. */
  trouble(stage: Stage, world: World): Promise<void>;
  /** What has to be so besides the laws, when all of it is over. */
  after?(stage: Stage, world: World): void;
  allowed?: Allowed;
}

/** Each trouble begins at a moment thrown by the dice, and is over when everything is sampled again. */
export const repeated = ({ world: options, trouble, after, allowed = {}, ...scenario }: Repeated): Scenario => ({
  ...scenario,
  async run(stage, times) {
    const world = await stage.world(options);
    await startAll(world);
    for (let round = 0; round < times; round++) {
      await stage.waitBetween(100, 5_000);
      await trouble(stage, world);
      stage.figure("samples of all after it, ms", await world.untilSampled());
    }
    after?.(stage, world);
    await stage.judge(world, allowed);
  },
});

/** Nothing ended that was not told to. */
export function demandAllRunning(stage: Stage, world: World): void {
  const ended = [...world.programs.values()].filter((program) => !program.running()).map(({ name }) => name);
  stage.demand(ended.length === 0, `ended by it: ${ended.join(", ")}`);
}
