import { expect, test } from "vitest";
import type { Channel } from "./channel.ts";
import { internalChannels } from "./internal.ts";
import { TOLD_ALL } from "./told.ts";

const channel = (id: string): [string, Channel] => [
  id,
  { id, kind: "slack", webhook: "x", filter: TOLD_ALL, source: { file: "a.yaml", line: 1, endLine: 1 } },
];
const CHANNELS = new Map([channel("ops"), channel("oncall"), channel("team")]);
const told = (kind: "delivery_dead" | "standstill", subject: string, notify: string[]) =>
  internalChannels({ kind, subject }, { notify, heartbeat: null }, CHANNELS).map(({ id }) => id);

test("trouble of our own is told on the channels that self names, and on no other", () => {
  expect(told("standstill", "server", ["ops", "gone"])).toEqual(["ops"]);
  expect(told("standstill", "server", [])).toEqual([]);
});

test("that a channel is dead is told on the others; if self names none besides, on any", () => {
  expect(told("delivery_dead", "ops", ["ops", "team"])).toEqual(["team"]);
  expect(told("delivery_dead", "ops", ["ops"])).toEqual(["oncall", "team"]);
  expect(told("delivery_dead", "ops", [])).toEqual(["oncall", "team"]);
});
