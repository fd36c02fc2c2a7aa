import { join } from "node:path";
import { expect, type TestContext, test } from "vitest";
import { startServerProgram, startWorld, type World } from "./process.ts";

const SECONDS = 1_000;
const options = { timeout: 90 * SECONDS };
const keyOf = ({ region, slot }: { region: string; slot: number }) => `m-orders.r-${region}.s-${slot}`;

function serve(context: TestContext, world: World, failpoint?: string) {
  const args = ["serve", "--config", world.config, "--data", world.data, "--port", "0"];
  return startServerProgram(context, args, failpoint ? { STATUSQUO_FAILPOINT: failpoint } : {});
}

/** What must hold whatever happened: one row a slot, no gap, and no status the target did not send for that very slot. */
async function checkLedgers(context: TestContext, world: World, regions: string[]) {
  const rows = world.rows();
  const keys = rows.map(keyOf);
  expect(new Set(keys).size).toBe(keys.length);
  const slots = [...new Set(rows.map(({ slot }) => slot))].sort((a, b) => a - b);
  expect(slots.at(-1)! - slots[0]!).toBe((slots.length - 1) * 5 * SECONDS);
  expect(rows).toHaveLength(slots.length * regions.length);
  for (const row of rows.filter(({ state }) => state === "sampled")) {
    expect(world.asked.filter(({ slot }) => slot === keyOf(row)).map(({ status }) => status)).toContain(row.code);
  }
  // A copy is examined before it gets its name: integrity_check and foreign keys.
  const copy = startServerProgram(context, ["backup", join(world.folder, "copy.db"), "--data", world.data]);
  expect(await copy.ended).toMatchObject({ code: 0 });
}

const keyIn = (raw: string) => /inc-\d+\.\d+\.[\w.@-]+/.exec(raw)?.[0];

test.concurrent(
  "killed in mid-commit, nothing that was committed is lost and nothing half done is there",
  options,
  async (context) => {
    const regions = ["eu", "us"];
    const world = await startWorld(context, regions);
    const doomed = serve(context, world, "core.in_txn:3");
    expect((await doomed.ended).signal).toBe("SIGKILL");
    const before = world.rows();
    expect(before.length).toBeGreaterThan(0);
    const asked = world.asked.length;
    const next = serve(context, world);
    await world.until("probes after the restart", () => world.asked.length >= asked + 4);
    await next.kill("SIGTERM");
    const after = new Map(world.rows().map((row) => [keyOf(row), row]));
    for (const row of before) expect(after.get(keyOf(row))).toMatchObject({ state: row.state, code: row.code });
    await checkLedgers(context, world, regions);
  },
);

test.concurrent("killed between commit and acknowledgement, every sample is there once", options, async (context) => {
  const regions = ["eu"];
  const world = await startWorld(context, regions);
  const doomed = serve(context, world, "core.after_commit_before_ack:2");
  expect((await doomed.ended).signal).toBe("SIGKILL");
  const before = world.rows().filter(({ state }) => state === "sampled");
  expect(before.length).toBeGreaterThanOrEqual(2);
  const asked = world.asked.length;
  const next = serve(context, world);
  await world.until("probes after the restart", () => world.asked.length >= asked + 2);
  expect(await next.kill("SIGTERM")).toMatchObject({ code: 0 });
  await checkLedgers(context, world, regions);
});

test.concurrent(
  "killed between the commit of an incident and its sending, it is told once after the restart",
  options,
  async (context) => {
    const world = await startWorld(context, ["eu", "us", "ap"]);
    world.status = 409;
    const doomed = serve(context, world, "outbox.after_claim:1");
    expect((await doomed.ended).signal).toBe("SIGKILL");
    expect(world.slacks()).toEqual([]);
    expect(world.mails()).toEqual([]);
    const next = serve(context, world);
    await world.until("one Slack message and one mail", () => world.slacks().length > 0 && world.mails().length > 0);
    const asked = world.asked.length;
    await world.until("two more slots", () => world.asked.length >= asked + 6);
    await next.kill("SIGTERM");
    expect(world.slacks().map(keyIn)).toEqual(["inc-1.1.oncall.oncall"]);
    expect(world.mails().map(keyIn)).toEqual(["inc-1.1.team.team@example.com"]);
  },
);

test.concurrent(
  "killed after the provider accepted and before that was written, it is told again with the same key",
  options,
  async (context) => {
    const world = await startWorld(context, ["eu", "us", "ap"]);
    world.status = 409;
    const doomed = serve(context, world, "outbox.after_accept_before_mark:1");
    expect((await doomed.ended).signal).toBe("SIGKILL");
    const first = [...world.slacks(), ...world.mails()].map(keyIn);
    expect(first.length).toBeGreaterThan(0);
    const next = serve(context, world);
    await world.until(
      "both channels, and a repeat",
      () =>
        world.slacks().length + world.mails().length > first.length &&
        world.slacks().length > 0 &&
        world.mails().length > 0,
    );
    await next.kill("SIGTERM");
    const keys = [...world.slacks(), ...world.mails()].map(keyIn);
    expect(new Set(keys)).toEqual(new Set(["inc-1.1.oncall.oncall", "inc-1.1.team.team@example.com"]));
    const ids = world.mails().map((raw) => /^message-id: (.*)$/im.exec(raw)?.[1]);
    expect(new Set(ids).size).toBe(1);
  },
);
