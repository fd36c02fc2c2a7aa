import { expect, test } from "vitest";
import type { DemoRequest } from "./routes.ts";
import { DEMO_REGIONS, type DemoTarget, startDemoTarget } from "./service.ts";
import { createManualClock, type ManualClock, seededRandom } from "./testing/manual-clock.ts";

const SLOTS = 300;
const SLOT_MS = 5_000;

/** The probes of the demo's monitors, one for each region and slot. */
function probesOf(region: string, slot: number): Record<string, DemoRequest> {
  const headers = { "x-demo-region": region };
  const user = { email: `probe-${region}-${slot}@example.com`, nickname: "guest", guest: true };
  return {
    document: { method: "PUT", path: "/documents/shift-plan", headers, body: JSON.stringify({ text: `${slot}` }) },
    user: { method: "POST", path: "/users", headers, body: JSON.stringify(user) },
    order: { method: "POST", path: "/orders/latest/cancel", headers, body: "" },
    file: { method: "PUT", path: "/files/inbox/probe.txt", headers, body: JSON.stringify({ content: `${slot}` }) },
    handbook: { method: "GET", path: "/documents/handbook", headers, body: "" },
  };
}

/** Probes for some slots; gives the codes of each endpoint in the order of slot and region. */
async function probe(target: DemoTarget, clock: ManualClock, slots: number): Promise<Record<string, number[]>> {
  const codes: Record<string, number[]> = {};
  for (let slot = 0; slot < slots; slot++) {
    const pending = DEMO_REGIONS.flatMap((region) =>
      Object.entries(probesOf(region, slot)).map(async ([name, request]) => {
        const answer = await target.answer(request);
        (codes[name] ??= []).push(answer === "reset" ? 0 : answer.status);
      }),
    );
    await clock.advance(SLOT_MS);
    await Promise.all(pending);
  }
  return codes;
}

const shareOf409 = (codes: number[] = []) => codes.filter((code) => code === 409).length / codes.length;

test("clients and probes that meet on the same data conflict a few percent of the time, on every endpoint that writes", async () => {
  const clock = createManualClock();
  const target = startDemoTarget({ clock, random: seededRandom(7) });
  await clock.advance(60_000);

  const codes = await probe(target, clock, SLOTS);
  target.stop();

  for (const name of ["document", "user", "order", "file"]) {
    expect(codes[name]).toHaveLength(SLOTS * DEMO_REGIONS.length);
    expect(shareOf409(codes[name]), name).toBeGreaterThan(0.01);
    expect(shareOf409(codes[name]), name).toBeLessThan(0.08);
    expect(new Set(codes[name]).difference(new Set([200, 201, 409])), name).toEqual(new Set());
  }
  expect(new Set(codes.handbook)).toEqual(new Set([200]));
});

test("the same dice and the same times give the same answers", async () => {
  const run = async (seed: number) => {
    const clock = createManualClock();
    const target = startDemoTarget({ clock, random: seededRandom(seed) });
    const codes = await probe(target, clock, 40);
    target.stop();
    return codes;
  };

  const first = await run(3);

  expect(await run(3)).toEqual(first);
  expect(await run(4)).not.toEqual(first);
});

test("the conflicts come from the clients: without them a probe's saves all go through", async () => {
  const clock = createManualClock();
  const target = startDemoTarget({ clock, random: seededRandom(7) });
  target.stop();

  const codes = await probe(target, clock, 50);

  expect(shareOf409(codes.document)).toBe(0);
  expect(shareOf409(codes.file)).toBe(0);
  expect(shareOf409(codes.user)).toBe(0);
});

test("stopping leaves no timer behind and lets a waiting save out", async () => {
  const clock = createManualClock();
  const target = startDemoTarget({ clock, random: seededRandom(1) });
  const save = target.answer(probesOf("eu-west", 1).document!);
  expect(clock.planned()).toBeGreaterThan(0);

  target.stop();

  expect(await save).toMatchObject({ status: 200 });
  expect(clock.planned()).toBe(0);
});
