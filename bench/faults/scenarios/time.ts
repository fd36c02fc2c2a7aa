/** The wall clock set forward and back, across the end of summer time, and wrong at a worker. */
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Scenario } from "../scenario.ts";
import { startAll, type World } from "../world.ts";

/** `FAKETIME_LIBRARY` names another place. */
const { FAKETIME_LIBRARY } = process.env;
const PLACES = [
  FAKETIME_LIBRARY,
  "/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1",
  "/usr/lib/aarch64-linux-gnu/faketime/libfaketimeMT.so.1",
];
const library = PLACES.find((place) => place && existsSync(place)) ?? "";
const lacks = () => (library ? null : "no libfaketime here (apt-get install faketime, or set FAKETIME_LIBRARY)");

/** A clock that can be set while the program runs: the wall clock alone, as somebody setting the time does it. */
function fakeClock(world: World, name: string) {
  const file = join(world.folder, `clock-${name}`);
  writeFileSync(file, "+0");
  return {
    env: {
      ...{ LD_PRELOAD: library, FAKETIME_TIMESTAMP_FILE: file, FAKETIME_NO_CACHE: "1" },
      FAKETIME_DONT_FAKE_MONOTONIC: "1",
    },
    set: (seconds: number) => writeFileSync(file, `${seconds < 0 ? "" : "+"}${seconds}`),
  };
}

const HOUR_S = 3_600;

const forward: Scenario = {
  name: "clock-forward",
  what: "a clock set forward leaves a gap that is accounted for, and no alarm",
  rows: "F56, F60, B14",
  times: { quick: 0, full: 3 },
  perWorld: 3,
  takesS: 15,
  lacks,
  async run(stage, times) {
    const world = await stage.world({ transport: "embedded", healthy: 2, ill: 0 });
    const clock = fakeClock(world, "server");
    await world.serve({ env: clock.env });
    await world.untilSampled(0);
    let ahead = 0;
    for (let round = 0; round < times; round++) {
      await stage.waitBetween(500, 5_000);
      ahead += stage.dice.pick([60, 1_800, HOUR_S]);
      stage.fault(`the clock is ${ahead} s ahead`);
      clock.set(ahead);
      await world.untilSampled(Date.now() + 1_000 * (ahead - 1));
    }
    await stage.judge(world, { otherClock: true, until: Date.now() + 1_000 * ahead });
  },
};

const back: Scenario = {
  name: "clock-back",
  what: "a clock set back repeats no slot, and sampling goes on when it has come to where it was",
  rows: "F56, B14",
  times: { quick: 0, full: 2 },
  takesS: 50,
  lacks,
  async run(stage, times) {
    const world = await stage.world({ transport: "embedded", healthy: 2, ill: 0 });
    const clock = fakeClock(world, "server");
    await world.serve({ env: clock.env });
    await world.untilSampled(0);
    let behind = 0;
    for (let round = 0; round < times; round++) {
      await stage.waitBetween(500, 5_000);
      const by = stage.dice.between(20, 60);
      const newest = Math.max(...(world.tables()?.samples ?? []).map(({ slot }) => slot));
      behind += by;
      stage.fault(`the clock is set back by ${by} s`);
      clock.set(-behind);
      await world.untilSampled(newest);
    }
    const asked = world.asked().filter(({ kind }) => kind === "asked");
    const perSlot = Map.groupBy(asked, ({ slot }) => slot);
    stage.demand(
      [...perSlot.values()].every(({ length }) => length === 1),
      "a slot was asked for twice",
    );
    await stage.judge(world, { otherClock: true, until: Date.now() - 1_000 * behind });
  },
};

/** Summer time ends in New York at this instant. */
const SWITCH = Date.UTC(2026, 10, 1, 6);

const summer: Scenario = {
  name: "clock-summer-time",
  what: "the end of summer time is no event: slots are counted in UTC",
  rows: "F59, B14",
  times: { quick: 0, full: 1 },
  takesS: 50,
  lacks,
  async run(stage) {
    const world = await stage.world({ transport: "embedded", healthy: 2, ill: 0 });
    const clock = fakeClock(world, "server");
    const offset = Math.round((SWITCH - 25_000 - Date.now()) / 1_000);
    clock.set(offset);
    stage.fault("TZ=America/New_York, 25 s before the end of summer time");
    await world.serve({ env: { ...clock.env, TZ: "America/New_York" } });
    await world.untilSampled(0);
    await world.untilSampled(SWITCH + 15_000);
    await stage.judge(world, { otherClock: true, until: Date.now() + 1_000 * offset });
  },
};

const skewed: Scenario = {
  name: "clock-skewed-worker",
  what: "a worker whose clock is wrong by ten minutes probes in time all the same",
  rows: "F58",
  times: { quick: 0, full: 2 },
  takesS: 40,
  lacks,
  async run(stage, times) {
    for (let round = 0; round < times; round++) {
      const world = await stage.world({ transport: "redis", ill: 0 });
      await world.serve();
      const clock = fakeClock(world, "eu");
      const by = round % 2 === 0 ? 600 : -600;
      clock.set(by);
      stage.fault(`the clock of worker eu is ${by} s off`);
      for (const region of world.regions) world.work(region, region === "eu" ? { env: clock.env } : {});
      await world.untilSampled();
      await sleep(15_000);
      stage.remember(world);
      await stage.judge(world);
      await world.close();
    }
  },
};

const FAR: [string, number][] = [
  ["1970", Date.UTC(1970, 0, 2)],
  ["2099", Date.UTC(2099, 5, 1)],
];

const farOff: Scenario = {
  name: "clock-far-off-at-start",
  what: "a start with the clock in 1970 or 2099 writes no slot, says it is not ready, and goes on when the clock is right",
  rows: "F57",
  times: { quick: 0, full: 2 },
  perWorld: 1,
  takesS: 60,
  lacks,
  async run(stage, times) {
    const world = await stage.world({ transport: "embedded", healthy: 2, ill: 0 });
    await startAll(world);
    for (let round = 0; round < times; round++) {
      const [year, instant] = stage.dice.pick(FAR);
      await world.programs.get("server")?.kill("SIGTERM");
      const rows = world.tables()?.samples.length ?? 0;
      const clock = fakeClock(world, `server-${round}`);
      clock.set(Math.round((instant - Date.now()) / 1_000));
      stage.fault(`the server is started with the clock in ${year}`);
      await world.serve({ env: clock.env });
      const answer = await fetch(`${world.url}/readyz`);
      stage.demand(answer.status === 503, `/readyz said ${answer.status}: ${(await answer.text()).slice(0, 200)}`);
      await sleep(12_000);
      const more = (world.tables()?.samples.length ?? 0) - rows;
      stage.demand(more === 0, `${more} rows were written by a clock in ${year}`);
      stage.note("the clock is right again");
      clock.set(0);
      await world.untilSampled();
      const ready = async () => (await fetch(`${world.url}/readyz`)).status === 200;
      await world.until("word that it is ready", ready);
    }
    const now = Date.now();
    const astray = (world.tables()?.samples ?? []).filter(({ slot }) => slot > now + 60_000 || slot < now - 3_600_000);
    stage.demand(astray.length === 0, `${astray.length} rows of another time`);
    await stage.judge(world, { otherClock: true });
  },
};

export const TIME = [farOff, forward, back, summer, skewed];
