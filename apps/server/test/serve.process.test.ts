import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, type TestContext, test } from "vitest";
import { startServerProgram, startWorld, type World } from "./process.ts";

const options = { timeout: 90_000 };

const serve = (context: TestContext, world: World) =>
  startServerProgram(context, ["serve", "--config", world.config, "--data", world.data, "--port", "0"]);

test.concurrent(
  "told to stop, the server ends in order with exit code 0, and a second server on the same data is refused while it runs",
  options,
  async (context) => {
    const world = await startWorld(context, ["eu"]);
    const server = serve(context, world);
    await server.says(/Dashboard\s+(http:\S+)/);
    const second = serve(context, world);
    expect((await second.ended).code).toBe(1);
    expect(second.output()).toContain(world.data);
    expect(await server.kill("SIGTERM")).toEqual({ code: 0, signal: null });
  },
);

test.concurrent(
  "wrong definitions stop serve at its start with all errors and exit code 1",
  options,
  async (context) => {
    const world = await startWorld(context, ["eu"]);
    writeFileSync(world.config, "monitors:\n  - url: ftp://example.com/\n    evry: 1m\n");
    const server = serve(context, world);
    expect((await server.ended).code).toBe(1);
    expect(server.output()).toContain(`${world.config}:2:10`);
    expect(server.output()).toContain(`${world.config}:3:5`);
  },
);

test.concurrent(
  "an unreachable Redis is said with its address and the way out, and never with its password",
  options,
  async (context) => {
    const world = await startWorld(context, ["eu"]);
    const server = startServerProgram(
      context,
      ["serve", "--config", world.config, "--data", world.data, "--port", "0"],
      {
        REDIS_URL: "redis://user:hunter2@127.0.0.1:1",
      },
    );
    expect((await server.ended).code).toBe(1);
    expect(server.output()).toContain("127.0.0.1:1");
    expect(server.output()).toMatch(/REDIS_URL/);
    expect(server.output()).not.toContain("hunter2");
  },
);

test.concurrent("an address that others can reach is refused without a token", options, async (context) => {
  const world = await startWorld(context, ["eu"]);
  const server = startServerProgram(context, [
    "serve",
    "--config",
    world.config,
    "--data",
    world.data,
    "--host",
    "0.0.0.0",
    "--port",
    "0",
  ]);
  expect((await server.ended).code).toBe(1);
  expect(server.output()).toContain("STATUSQUO_TOKEN");
});

test.concurrent(
  "a first start without anything to watch is refused with a file to begin with",
  options,
  async (context) => {
    const { folder } = await startWorld(context, ["eu"]);
    const config = join(folder, "first.yaml");
    const refusal = async (text: string | null) => {
      if (text !== null) writeFileSync(config, text);
      const program = startServerProgram(context, ["serve", "--config", config, "--data", folder, "--port", "0"]);
      expect((await program.ended).code).toBe(1);
      return program.output();
    };
    expect(await refusal(null)).toContain(
      "there is no such file or folder; `npx statusquo init` writes a commented one",
    );
    for (const text of ["", "# nothing yet\n", "monitors: []\n", "regions: [eu]\n"])
      expect(await refusal(text), text).toMatch(
        /first\.yaml:1:\d+: .*such as "- url: https:|the smallest is "monitors: \[\{ url: https:/,
      );
    expect(existsSync(join(folder, "statusquo.db"))).toBe(false);
  },
);

test.concurrent(
  "an edit of the definitions is taken up while it runs; a broken one is refused, said, and changes nothing",
  options,
  async (context) => {
    const world = await startWorld(context, ["eu"]);
    const server = serve(context, world);
    const url = await server.says(/Dashboard\s+(http:\S+)/);
    const good = readFileSync(world.config, "utf8");
    writeFileSync(world.config, good.replace("timeout: 2s", "timeout: 2 seconds"));
    await server.says(/the definitions are broken; the last good ones stay in use/);
    const health = (await (await fetch(`${url}/api/v1/health`)).json()) as { definitions: { error: string } };
    expect(health.definitions.error).toMatch(/statusquo\.yaml:\d+:\d+: monitor "orders": timeout must be a duration/);
    const asked = world.asked.length;
    await world.until("probes go on", () => world.asked.length > asked);
    writeFileSync(world.config, good.replace("id: orders", "id: orders\n    name: All orders"));
    await server.says(/definitions taken up/);
    const overview = await (await fetch(`${url}/api/v1/monitors`)).json();
    expect(overview).toMatchObject({ monitors: [{ id: "orders", name: "All orders" }] });
    expect(await server.kill("SIGTERM")).toMatchObject({ code: 0 });
  },
);

test.concurrent("a data folder that cannot be is said with its path", options, async (context) => {
  const world = await startWorld(context, ["eu"]);
  const data = join(world.config, "below-a-file");
  const server = startServerProgram(context, ["serve", "--config", world.config, "--data", data, "--port", "0"]);
  expect((await server.ended).code).toBe(1);
  expect(server.output()).toContain(data);
  expect(server.output()).not.toMatch(/\n\s+at /);
});

test.concurrent("a port that is taken is said, with what to do", options, async (context) => {
  const world = await startWorld(context, ["eu"]);
  const first = serve(context, world);
  const port = new URL(await first.says(/Dashboard\s+(http:\S+)/)).port;
  const args = ["serve", "--config", world.config, "--data", join(world.folder, "other"), "--port", port];
  const second = startServerProgram(context, args);
  expect((await second.ended).code).toBe(1);
  expect(second.output()).toContain(`127.0.0.1:${port} is taken by another program`);
});

test.concurrent(
  "a command that does not exist and a flag that does not exist are exit code 2",
  options,
  async (context) => {
    for (const args of [["sreve"], ["serve", "--prot", "1"]]) {
      const program = startServerProgram(context, args);
      expect((await program.ended).code).toBe(2);
      expect(program.output()).toMatch(/serve|--help/);
    }
  },
);

test.concurrent(
  "an edit that takes many monitors away is held back, and taken up when a person says so",
  options,
  async (context) => {
    const world = await startWorld(context, ["eu"]);
    const good = readFileSync(world.config, "utf8");
    const more = Array.from(
      { length: 9 },
      (_, at) => `  - { id: more-${at}, url: https://a.example.com/, every: 1h }\n`,
    );
    writeFileSync(world.config, good + more.join(""));
    const server = serve(context, world);
    const url = await server.says(/Dashboard\s+(http:\S+)/);
    const monitors = async () => {
      const overview = (await (await fetch(`${url}/api/v1/monitors`)).json()) as { monitors: unknown[] };
      return overview.monitors.length;
    };
    writeFileSync(world.config, good);
    await server.says(/this edit takes away 9 of 10 monitors .* take it up with: kill -USR2 \d+/);
    expect(await monitors()).toBe(10);
    server.child.kill("SIGUSR2");
    await server.says(/definitions taken up/);
    expect(await monitors()).toBe(1);
    server.child.kill("SIGUSR2");
    await server.says(/no edit of the definitions is held back/);
    expect(await server.kill("SIGTERM")).toMatchObject({ code: 0 });
  },
);
