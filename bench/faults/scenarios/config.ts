/** Definitions half-written, cut off, emptied, replaced, and changed a hundred times. */
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Scenario } from "../scenario.ts";
import { startAll, type World } from "../world.ts";

async function inForce(world: World): Promise<number> {
  const answer = (await (await fetch(`${world.url}/api/v1/monitors`)).json()) as { monitors: unknown[] };
  return answer.monitors.length;
}

/** Whether the newest edit is in force, as the server says it. */
async function areWell(world: World): Promise<boolean> {
  const answer = await fetch(`${world.url}/metrics`);
  return (await answer.text()).includes("statusquo_definitions_ok 1");
}

const broken: Scenario = {
  name: "config-broken",
  what: "definitions that are half-written, cut off, empty, gone or a folder change nothing that runs, and it is said",
  rows: "F61, P8",
  times: { quick: 1, full: 3 },
  takesS: 25,
  async run(stage, times) {
    const world = await stage.world({ transport: "embedded", healthy: 6, ill: 0 });
    await startAll(world);
    const good = readFileSync(world.config, "utf8");
    const all = world.monitors.length;
    const cut = (text: string) => {
      writeFileSync(world.config, text);
    };
    const edits: [string, () => void][] = [
      ["written in three pieces, 1 s apart: the first", () => cut(good.slice(0, good.length / 3))],
      ["the second", () => cut(good.slice(0, (2 * good.length) / 3))],
      ["cut off in the middle of a word", () => cut(good.slice(0, stage.dice.between(50, good.length - 120)))],
      ["cut off between two monitors, so that it is valid", () => cut(good.slice(0, good.indexOf("  - id: well-1")))],
      ["empty", () => cut("")],
      ["no monitors", () => cut(`${good.slice(0, good.indexOf("monitors:"))}monitors: []\n`)],
      ["not UTF-8", () => writeFileSync(world.config, Buffer.from([0xff, 0xfe, 0x00, 0x80, 0x0a]))],
      ["gone", () => rmSync(world.config)],
      [
        "a folder",
        () => {
          rmSync(world.config, { force: true });
          mkdirSync(world.config);
        },
      ],
    ];
    for (let round = 0; round < times; round++)
      for (const [what, edit] of edits) {
        stage.fault(`definitions ${what}`);
        edit();
        await world.until(`word that definitions ${what} cannot be used`, async () => !(await areWell(world)));
        const now = await inForce(world);
        stage.demand(now === all, `${what}: ${now} of ${all} monitors are in force`);
        rmSync(world.config, { recursive: true, force: true });
        writeFileSync(world.config, good);
        await world.until("word that the good definitions are in force again", () => areWell(world));
      }
    stage.demand((await inForce(world)) === all, "the good definitions are not in force again");
    await world.untilSampled();
    await stage.judge(world);
  },
};

const replaced: Scenario = {
  name: "config-replaced",
  what: "definitions that an editor replaces, or a link that is turned, are taken up, and nothing is left open by it",
  rows: "F62",
  times: { quick: 1, full: 3 },
  takesS: 22,
  async run(stage, times) {
    const world = await stage.world({ transport: "embedded", healthy: 3, ill: 0 });
    await startAll(world);
    const good = readFileSync(world.config, "utf8");
    const named = (name: string) => good.replace("id: well-0\n", `id: well-0\n    name: ${name}\n`);
    const isInForce = async (name: string) =>
      (await (await fetch(`${world.url}/api/v1/monitors`)).text()).includes(name);
    const handles = () => readdirSync(`/proc/${world.programs.get("server")?.pid}/fd`).length;
    const put = (text: string) => {
      writeFileSync(`${world.config}.new`, text);
      renameSync(`${world.config}.new`, world.config);
    };
    for (let round = 0; round < times; round++) {
      stage.fault("replaced by rename");
      put(named(`Renamed-${round}`));
      await world.until("the renamed definitions", () => isInForce(`Renamed-${round}`));
      const before = handles();
      stage.fault("a hundred edits in ten seconds");
      for (let edit = 0; edit < 100; edit++) {
        put(named(`Edit-${round}-${edit}.`));
        await sleep(100);
      }
      await world.until("the last of a hundred edits", () => isInForce(`Edit-${round}-99.`));
      await world.untilSampled();
      const after = handles();
      stage.figure("handles more after a hundred edits", after - before);
      stage.demand(after - before <= 10, `${after - before} handles more than before`);
      stage.fault("a link that is turned");
      const other = join(world.folder, `other-${round}.yaml`);
      writeFileSync(other, named(`Linked-${round}`));
      rmSync(world.config);
      symlinkSync(other, world.config);
      await world.until("the linked definitions", () => isInForce(`Linked-${round}`));
    }
    await world.untilSampled();
    await stage.judge(world);
  },
};

export const CONFIG = [broken, replaced];
