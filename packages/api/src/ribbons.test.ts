import { expect, test } from "vitest";
import { unpackCells } from "./client.ts";
import { createRibbons } from "./ribbons.ts";
import { ONSET, slotOf, world } from "./testing/world.ts";
import type { PackedOverview } from "./views.ts";

async function conflictsOf({ get }: ReturnType<typeof world>) {
  const answer = (await (await get("/api/v1/monitors?window=1h")).json()) as PackedOverview;
  const [orders] = answer.monitors as [PackedOverview["monitors"][0]];
  return { from: answer.ribbon.from, cells: unpackCells(orders.cells) };
}

test("what comes late into a cell that is over is in the next overview", async () => {
  const here = world();
  const before = await conflictsOf(here);
  const late = here.memory.slots.find(({ slot, region }) => slot === ONSET && region === "us-east");
  if (!late) throw new Error("the world lost its sample");
  late.code = 409;
  here.clock.advance(2_000);
  const unheard = await conflictsOf(here);
  expect(unheard.cells.c409).toEqual(before.cells.c409);
  const { monitor, region, slot } = late;
  here.emit({
    kind: "committed",
    judgements: [],
    results: [{ kind: "missed", monitor, region, slot, reason: "no_result" }],
  });
  here.clock.advance(2_000);
  const after = await conflictsOf(here);
  const cell = Math.floor((ONSET - after.from) / 60_000);
  expect(after.cells.c409[cell]).toBe(3);
});

test("cells that are kept move with the ribbon, and are what a first overview would say", async () => {
  const here = world();
  await conflictsOf(here);
  here.clock.advance(5 * 60_000);
  const kept = await conflictsOf(here);
  const fresh = world();
  fresh.clock.advance(5 * 60_000);
  expect(kept).toEqual(await conflictsOf(fresh));
  const cell = Math.floor((slotOf(here.monitors.orders, 30) - kept.from) / 60_000);
  expect(kept.cells.c5xx[cell]).toBe(3);
});

test("what is read ahead stands back for what somebody waits for", async () => {
  const here = world();
  const read: number[] = [];
  const { counts } = here.ports.reader;
  here.ports.reader.counts = (query) => {
    read.push(query.stepMs);
    return counts(query);
  };
  const ribbons = createRibbons(here.ports);
  const ahead = ribbons.prepare("24h", false);
  await ribbons.prepare("1h", true);
  const before = read.filter((stepMs) => stepMs === 900_000).length;
  expect(before).toBeLessThan(3);
  await ahead;
  expect(read.filter((stepMs) => stepMs === 900_000).length).toBeGreaterThan(20);
});
