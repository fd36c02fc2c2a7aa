/** H48: what passes through Redis, word for word, holds no secret: it is a clear text that others may be able to read. */
import { readFileSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { findRedis, startRedis } from "@statusquo/transport/testing";
import { expect, test } from "vitest";
import { startServerProgram, startWorkerProgram, startWorld } from "./process.ts";

const found = findRedis();
const here = found.kind === "none" ? test.skip : test;
if (found.kind === "none") console.log(`skipped: secrets and Redis: ${found.reason}`);
const CANARY = "canary-9b41ce07";

here(
  "H48: references travel as references; the worker puts the secrets in, and what comes home holds none",
  async (context) => {
    const redis = await startRedis({ "maxmemory-policy": "noeviction" });
    context.onTestFinished(() => redis.close());
    const world = await startWorld(context, ["eu"]);
    const definitions = readFileSync(world.config, "utf8");
    writeFileSync(
      world.config,
      definitions.replace(
        "slot_header: true",
        'slot_header: true\n    method: POST\n    headers: { authorization: "Bearer ${env:KEY}" }\n    json: { password: "${env:KEY}" }',
      ),
    );
    world.status = 409;
    const { hostname, port } = new URL(redis.url);
    const heard: string[] = [];
    const monitor = connect(Number(port), hostname, () => monitor.write("MONITOR\r\n"));
    monitor.on("error", () => undefined).on("data", (part: Buffer) => heard.push(part.toString("latin1")));
    context.onTestFinished(() => void monitor.destroy());

    const env = { REDIS_URL: redis.url, KEY: CANARY };
    const args = ["serve", "--config", world.config, "--data", join(world.folder, "data"), "--port", "0"];
    const server = startServerProgram(context, args, env);
    const url = await server.says(/Dashboard\s+(http:\S+)/);
    startWorkerProgram(context, ["--region", "eu"], env);
    await world.until("two samples are home", () => world.rows().filter(({ code }) => code === 409).length >= 2);

    const asking = { method: "POST", headers: { "content-type": "application/json" }, body: "{}" };
    const probed = await fetch(`${url}/api/v1/monitors/orders/probe`, asking);
    expect(probed.status).toBe(200);
    expect(await probed.text()).not.toContain(CANARY);

    const everything = heard.join("");
    expect(everything).toContain('"statusquo:answers:ask-');
    expect(everything).toContain("${env:KEY}");
    expect(everything).toContain("already exists");
    expect(everything).not.toContain(CANARY);
    expect(server.output()).not.toContain(CANARY);
  },
);
