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
  return (await answer.text()).includes("\nstatusquo_definitions_ok 1\n");
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

const removed: Scenario = {
  name: "config-monitor-removed",
  what: "a monitor that is removed or edited while its incident is open ends it, with one notice, and leaves no row astray",
  rows: "F63",
  times: { quick: 0, full: 6 },
  perWorld: 2,
  takesS: 45,
  async run(stage, times) {
    const world = await stage.world({ transport: "redis", healthy: 6, ill: times });
    await startAll(world);
    for (let round = 0; round < times; round++) {
      const id = `ill-${round}`;
      await world.target.order({ path: `/${id}`, status: 409, delayMs: 1_000 });
      const of = () => world.tables()?.incidents.filter(({ monitor }) => monitor === id) ?? [];
      await world.until(`an incident of ${id}`, () => of().length > 0);
      const text = readFileSync(world.config, "utf8");
      await stage.waitBetween(0, 5_000);
      if (stage.dice.throw() < 0.5) {
        stage.fault(`${id} is removed while its incident is open and its probes are under way`);
        const from = text.indexOf(`  - id: ${id}\n`);
        const next = text.indexOf("  - id: ", from + 1);
        writeFileSync(world.config, text.slice(0, from) + (next === -1 ? "" : text.slice(next)));
        world.monitors.splice(world.monitors.indexOf(id), 1);
      } else {
        stage.fault(`${id} asks for another path from now on, while its incident is open`);
        writeFileSync(world.config, text.replace(`/${id}\n`, `/${id}?edited=1\n`));
      }
      await world.until(`the end of the incident of ${id}`, () => of().every(({ state }) => state === "resolved"));
      const [{ id: incident } = { id: 0 }] = of();
      const ends = () => world.tables()?.notifications.filter((row) => row.incident === incident && row.seq > 1) ?? [];
      await world.until("word of it", () => ends().every(({ state }) => state === "delivered") && ends().length > 0);
      const channels = new Set(ends().map(({ channel }) => channel)).size;
      stage.demand(ends().length === channels, `${ends().length} notices of its end at ${channels} channels`);
    }
    await world.untilSampled();
    await stage.judge(world);
  },
};

export const CONFIG = [broken, replaced, removed];
