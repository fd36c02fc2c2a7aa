import { findRedis, startRedis } from "@statusquo/transport/testing";
import { expect, test } from "vitest";
import { startServerProgram } from "./process.ts";

const found = findRedis();
const here = found.kind === "none" ? test.skip : test;
if (found.kind === "none") console.log(`skipped: the self-test over Redis: ${found.reason}`);

here("the self-test goes the whole way over the configured Redis, under a prefix of its own", async (context) => {
  const redis = await startRedis({ "maxmemory-policy": "noeviction" });
  const program = startServerProgram(context, ["selftest", "--json"], { REDIS_URL: redis.url });
  // Registered last, so it runs after the program was killed.
  context.onTestFinished(() => redis.close());
  expect(await program.ended).toMatchObject({ code: 0 });
  const { ok, failed, stages } = JSON.parse(program.output().trim().split("\n").at(-1) ?? "");
  expect({ ok, failed }).toEqual({ ok: true, failed: null });
  expect(stages.find(({ stage }: { stage: string }) => stage === "transport").said).toMatch(
    /^over Redis, under the prefix statusquo-trial-[0-9a-f]{8}$/,
  );
});
