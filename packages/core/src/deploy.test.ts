import { expect, test } from "vitest";
import { type Deploy, deployBefore, deployText } from "./deploy.ts";

const T = 1_767_225_600_000;
const MINUTE = 60_000;
const ONSET = { at: T, uncertaintyMs: MINUTE };
const IN_EU = { regions: ["eu"], elsewhere: ["us"] };
const CHECKOUT = { id: "checkout", tags: ["billing"] };
const deploy = (id: number, minutesBefore: number, change: Partial<Deploy> = {}): Deploy => ({
  ...{ id, at: T - minutesBefore * MINUTE, service: "gateway", version: `2025.11.${id}`, regions: [] },
  ...{ monitors: [], tags: [], url: null, by: null, ...change },
});
const found = (...deploys: Deploy[]) => deployBefore(ONSET, deploys, IN_EU, CHECKOUT)?.id ?? null;

test("the latest deploy before the onset is looked at first, not more than half an hour before it", () => {
  expect(found(deploy(1, 20), deploy(2, 3))).toBe(2);
  expect(found(deploy(1, 31))).toBeNull();
  expect(found(deploy(1, -2))).toBeNull();
  // The onset is uncertain by a minute.
  expect(found(deploy(1, -1))).toBe(1);
});

test("one that went to exactly the affected regions comes before a later one that did not", () => {
  expect(found(deploy(1, 10, { regions: ["eu"] }), deploy(2, 3), deploy(3, 2, { regions: ["eu", "us"] }))).toBe(1);
});

test("a deploy elsewhere, or of what does not concern the monitor, is none", () => {
  expect(found(deploy(1, 3, { regions: ["us"] }))).toBeNull();
  expect(found(deploy(1, 3, { monitors: ["search"] }))).toBeNull();
  expect(found(deploy(1, 3, { tags: ["media"] }))).toBeNull();
  expect(found(deploy(1, 3, { monitors: ["search"], tags: ["billing"] }))).toBe(1);
});

test("what it says can be checked", () => {
  const text = (one: Deploy) => deployText(deployBefore(ONSET, [one], IN_EU, CHECKOUT)!);
  expect(text(deploy(3, 3, { regions: ["eu"] }))).toBe("began 3 min after gateway 2025.11.3 in the same regions");
  expect(text(deploy(3, 3))).toBe("began 3 min after gateway 2025.11.3");
  expect(text(deploy(3, 0))).toBe("began at the time of gateway 2025.11.3");
  expect(text(deploy(3, -1))).toBe("began about 1 min before gateway 2025.11.3");
});
