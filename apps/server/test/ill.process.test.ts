/** The real program, made ill: held up, thrown at, and with nobody to take its log. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, type TestContext, test } from "vitest";
import { startServerProgram, startWorld, type World } from "./process.ts";

const options = { timeout: 90_000 };
const SERVER = fileURLToPath(new URL("../bin/statusquo.mjs", import.meta.url));
const argsOf = (world: World) => ["serve", "--config", world.config, "--data", world.data, "--port", "0"];
const serve = (context: TestContext, world: World, env: NodeJS.ProcessEnv = {}) =>
  startServerProgram(context, argsOf(world), env);

for (const [deed, code] of [
  ["throw", 70],
  ["reject", 70],
] as const)
  test.concurrent(
    `F11: a fault that nobody expected (${deed}) ends the process, and the log says why`,
    options,
    async (context) => {
      const world = await startWorld(context, ["eu"]);
      const server = serve(context, world, { STATUSQUO_FAILPOINT: `core.in_txn:2:${deed}` });
      expect(await server.ended).toMatchObject({ code });
      expect(server.output()).toMatch(/an unexpected fault; ending/);
      expect(server.output()).toMatch(/a failpoint (threw|rejected)/);
      const asked = world.asked.length;
      serve(context, world);
      await world.until("probes after the restart", () => world.asked.length > asked + 1);
    },
  );

test.concurrent("F8: a process that is held up takes no target for slow", options, async (context) => {
  const world = await startWorld(context, ["eu", "us"]);
  // Held up for longer than the timeout of its probes, while some are under way.
  const server = serve(context, world, { STATUSQUO_FAILPOINT: "worker.before_request:3:hold:12000" });
  await world.until("a first probe", () => world.asked.length >= 1);
  await world.until("probes after it", () => world.rows().filter(({ state }) => state === "sampled").length >= 8);
  await server.kill("SIGTERM");
  const rows = world.rows();
  expect(rows.filter(({ code }) => code !== null && code !== 200)).toEqual([]);
  expect(rows.some(({ missed }) => missed === "stalled" || missed === "resource")).toBe(true);
  expect(world.slacks()).toEqual([]);
});

for (const [name, reader] of [
  ["never reads", "sleep 600"],
  ["has gone", "true"],
] as const)
  test.concurrent(
    `F69: a reader of the log that ${name} neither stops nor ends the watching`,
    options,
    async (context) => {
      const world = await startWorld(context, ["eu"]);
      // A pipe holds 64 KiB: it is full before the program says its first word.
      const line = `(head -c 65536 /dev/zero; exec "$0" "$@" 2>&1) | ${reader}`;
      const child = spawn("bash", ["-c", line, process.execPath, SERVER, ...argsOf(world)], {
        env: { PATH: process.env.PATH, HOME: process.env.HOME },
        detached: true,
        stdio: "ignore",
      });
      const ended = once(child, "exit");
      context.onTestFinished(async () => {
        if (child.exitCode === null) process.kill(-(child.pid as number), "SIGKILL");
        await ended;
      });
      await world.until("a first probe", () => world.asked.length >= 1);
      // Something to log.
      writeFileSync(world.config, readFileSync(world.config, "utf8").replace("timeout: 2s", "timeout: 2 seconds"));
      await world.until("probes after it", () => world.asked.length >= 5);
      expect(world.rows().filter(({ state }) => state === "sampled").length).toBeGreaterThanOrEqual(3);
    },
  );
