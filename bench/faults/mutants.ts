/**
 * The harness on trial: the product with one promise broken on purpose, and the law that has to notice it.
 *
 * A mutant is a copy of the source tree with one piece of text replaced; the product itself knows nothing of it.
 */
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Scenario, Stage } from "./scenario.ts";
import { ROOT, startAll, type World, type WorldOptions } from "./world.ts";

interface Mutant {
  name: string;
  law: string;
  edits: Edit[];
  options: WorldOptions;
  provoke(stage: Stage, world: World): Promise<void>;
}

async function dieAt(world: World, point: string, provoke = async () => {}) {
  await world.programs.get("server")?.kill("SIGTERM");
  const doomed = await world.serve({ env: { STATUSQUO_FAILPOINT: point } }).catch(() => world.programs.get("server"));
  await provoke();
  await world.until(`the end at ${point}`, () => !doomed?.running());
  await doomed?.ended;
}

const MUTANTS: Mutant[] = [
  {
    name: "acknowledge-before-commit",
    law: "L3",
    edits: [
      {
        file: "packages/transport/src/redis-results.ts",
        from: "    const handed = handOver(",
        to: "    for (const { id } of fresh) recorded.add(id);\n    await acknowledge();\n    const handed = handOver(",
      },
    ],
    options: { transport: "redis", healthy: 3, ill: 0 },
    async provoke(_stage, world) {
      await dieAt(world, "core.after_read:2");
      await world.serve();
    },
  },
  {
    name: "mark-before-send",
    law: "L5",
    edits: [
      {
        file: "packages/pipeline/src/dispatch.ts",
        from: '      failpoint("outbox.after_claim");',
        to: '      write({ bundle, rows, result: { kind: "delivered", said: "" }, at: clock.now(), dueAt: null });\n      failpoint("outbox.after_claim");',
      },
    ],
    options: { transport: "embedded", healthy: 1, ill: 1 },
    async provoke(_stage, world) {
      await dieAt(world, "outbox.after_claim:1", () => world.target.order({ path: "/ill-0", status: 409 }));
      await world.serve();
    },
  },
  {
    name: "no-primary-key",
    law: "L1",
    edits: [
      {
        file: "migrations/0000_first.sql",
        from: "\t`packed` blob NOT NULL,\n\tPRIMARY KEY(`slot`, `monitor`, `region`)\n) WITHOUT ROWID, STRICT;",
        to: "\t`packed` blob NOT NULL\n) STRICT;",
      },
    ],
    options: { transport: "redis", healthy: 3, ill: 0 },
    async provoke(_stage, world) {
      await dieAt(world, "core.after_commit_before_ack:2");
      await world.serve();
    },
  },
  {
    name: "ignore-ttl",
    law: "L2",
    edits: [
      {
        file: "packages/transport/src/answer.ts",
        from: "else if (now() > job.startBefore)",
        to: "else if (now() > job.startBefore + 3_600_000)",
      },
      {
        file: "packages/pipeline/src/probe.ts",
        from: "if (now() > job.startBefore)",
        to: "if (now() > job.startBefore + 3_600_000)",
      },
    ],
    options: { transport: "redis", healthy: 3, ill: 0 },
    async provoke(_stage, world) {
      await world.programs.get("eu")?.kill("SIGKILL");
      await sleep(20_000);
      world.work("eu");
    },
  },
  {
    name: "swallow-missed",
    law: "L1",
    edits: [
      {
        file: "packages/pipeline/src/record.ts",
        from: "  for (let from = 0; from < missing.length; from += RESULTS_PER_TRANSACTION) {",
        to: "  for (let from = missing.length; from < missing.length; from += RESULTS_PER_TRANSACTION) {",
      },
    ],
    options: { transport: "embedded", healthy: 2, ill: 0 },
    async provoke(_stage, world) {
      await world.programs.get("server")?.kill("SIGKILL");
      await sleep(12_000);
      await world.serve();
    },
  },
];

/** A piece of text of one file of the source, and what stands there instead. */
export interface Edit {
  file: string;
  from: string;
  to: string;
}

/** A copy of what runs, with its own links between packages, and edited. */
export function copyTree(edits: Edit[]): string {
  const tree = mkdtempSync(join(tmpdir(), "statusquo-mutant-"));
  for (const part of ["apps", "packages", "migrations"])
    cpSync(join(ROOT, part), join(tree, part), {
      recursive: true,
      filter: (path) => !/(?:^|\/)(?:node_modules|\.turbo|test|testing)$/.test(path.slice(ROOT.length)),
    });
  cpSync(join(ROOT, "package.json"), join(tree, "package.json"));
  const modules = join(tree, "node_modules");
  mkdirSync(join(modules, "@statusquo"), { recursive: true });
  for (const name of readdirSync(join(ROOT, "node_modules")))
    if (name !== "@statusquo") symlinkSync(join(ROOT, "node_modules", name), join(modules, name));
  for (const part of ["apps", "packages"])
    for (const name of readdirSync(join(tree, part)))
      symlinkSync(join(tree, part, name), join(modules, "@statusquo", name));
  for (const { file, from, to } of edits) {
    const text = readFileSync(join(tree, file), "utf8");
    if (text.split(from).length !== 2)
      throw new Error(
        `the mutant must replace one place of ${file}; it has ${text.split(from).length - 1} of: ${from}`,
      );
    writeFileSync(
      join(tree, file),
      text.replace(from, () => to),
    );
  }
  return tree;
}

const scenarioOf = (mutant: Mutant): Scenario => ({
  name: `mutant-${mutant.name}`,
  what: `the harness notices a product that does this: ${mutant.law} is broken`,
  rows: "self-test",
  times: { quick: 1, full: 2 },
  takesS: 45,
  async run(stage, times) {
    // In a full run the product as it is undergoes the same, and must pass, else it would prove nothing.
    for (const edits of [mutant.edits, []].slice(0, times)) {
      const tree = copyTree(edits);
      try {
        const world = await stage.world({ ...mutant.options, tree });
        await startAll(world);
        if (edits.length > 0) stage.fault(`the product is replaced by the mutant ${mutant.name}`);
        await mutant.provoke(stage, world);
        await world.untilSampled();
        // What a mutant never tells is not waited for.
        if (edits.length === 0) await stage.judge(world);
        else stage.demand(await stage.suspect(world, mutant.law), `${mutant.law} did not notice it`);
        await world.close();
      } finally {
        rmSync(tree, { recursive: true, force: true });
      }
    }
  },
});

export const MUTANT_SCENARIOS = MUTANTS.map(scenarioOf);
