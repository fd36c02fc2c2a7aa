import { expect, test } from "vitest";
import { NOW, world } from "./testing/world.ts";
import { createUptimes } from "./uptime.ts";

const DAY = 86_400_000;

test("an incident that ended before the last 30 days is no downtime, one that reaches into them is", () => {
  const { ports, memory } = world();
  const [open] = memory.incidents as [(typeof memory.incidents)[0]];
  const past = { ...open, state: "resolved" as const, seen: { bad: 5, of: 9 } };
  const old = { ...past, id: 1, openedAt: NOW - 60 * DAY, resolvedAt: NOW - 45 * DAY };
  const long = { ...past, id: 2, openedAt: NOW - 40 * DAY, resolvedAt: NOW - 20 * DAY };
  memory.incidents = [{ ...past, id: 3, openedAt: NOW - DAY, resolvedAt: NOW }, long, old];
  expect(createUptimes(ports.reader).at(NOW).get("orders")).toEqual({ share: 1 - 10 / 179, down: 10, of: 179 });
});

test("more incidents than one page holds are all counted", () => {
  const { ports, memory } = world();
  const [open] = memory.incidents as [(typeof memory.incidents)[0]];
  memory.incidents = Array.from({ length: 1_001 }, (_, index) => ({
    ...open,
    id: index + 1,
    monitor: index === 0 ? "orders" : "health",
    seen: { bad: 1, of: 1 },
  }));
  expect(createUptimes(ports.reader).at(NOW).get("orders")?.down).toBe(1);
  // Never more down than was probed.
  expect(createUptimes(ports.reader).at(NOW).get("health")).toMatchObject({ share: 0, down: 180 });
});

test("a monitor that was never probed has no uptime", () => {
  const { ports, memory } = world();
  memory.slots = memory.slots.filter(({ state, monitor }) => state === "missed" || monitor === "health");
  expect(createUptimes(ports.reader).at(NOW).get("orders")).toEqual({ share: null, down: 0, of: 0 });
});

test("hours that are over are read once, and give what reading all of them again gives", async () => {
  const { ports } = world();
  const kept = createUptimes(ports.reader);
  expect(kept.isPrepared(NOW)).toBe(false);
  await kept.prepare(NOW);
  expect(kept.isPrepared(NOW)).toBe(true);
  const froms: number[] = [];
  const { counts } = ports.reader;
  ports.reader.counts = (query) => {
    froms.push(query.from);
    return counts(query);
  };
  for (const later of [0, 60_000, 3 * 3_600_000, DAY + 3 * 3_600_000]) {
    froms.length = 0;
    const found = kept.at(NOW + later);
    if (later < DAY) expect(Math.min(...froms), String(later)).toBeGreaterThan(NOW - 4 * 3_600_000);
    expect(found, String(later)).toEqual(createUptimes(ports.reader).at(NOW + later));
  }
});
