import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Incident } from "@statusquo/core";
import { expect, test } from "vitest";
import { NO_REPLAY_FLAGS, type ReplayFlags } from "../src/commands/command.ts";
import { replay } from "../src/commands/replay.ts";
import type { IncidentLine } from "../src/replay/incident-line.ts";
import { readSettings } from "../src/settings.ts";
import { dice } from "./recording.ts";
import { CONFLICT, OK, type Script, type Story, startStory } from "./story.ts";

const MINUTE = 60_000;

const TWO_MONITORS = ({ target }: Story["places"]) => `
regions: [eu-west, us-east, ap-south]
defaults: { every: 1m, timeout: 5s, allow_private: true, headers: { x-region: "{{region}}" } }
monitors:
  - { id: edit-document, method: PUT, url: "${target}/documents/7", usual: { 409: "2%" } }
  - { id: list-documents, url: "${target}/documents", every: 30s, expect: [200, 404], false_alarms: 2/month }
`;

async function replayed(data: string, flags: Partial<ReplayFlags>): Promise<IncidentLine[]> {
  const printed: string[] = [];
  const code = await replay({
    settings: { ...readSettings({}, { data }), config: null },
    flags: { json: false, out: null, replay: { ...NO_REPLAY_FLAGS, ...flags } },
    rest: [],
    env: {},
    print: (line) => void printed.push(line),
    printError: () => {},
  });
  expect(code).toBe(0);
  return printed.map((line) => JSON.parse(line) as IncidentLine);
}

/** What live and replay have in common: all but when it was that somebody looked. */
const ofLive = ({ monitor, code, codes, scope, onsetAt, evidence, seen, state }: Incident) => ({
  ...{ monitor, code, codes, scope, evidence, seen },
  began: onsetAt,
  isOpen: state === "open",
});
const ofReplay = ({ monitor, code, codes, scope, began, evidence, seen, closed }: IncidentLine) => {
  const { chance, ...numbers } = evidence;
  return { monitor, code, codes, scope, evidence: numbers, seen, began, isOpen: closed === null };
};

test("what was judged live is judged the same from the data folder, and from a file of the same samples", async () => {
  const story = await startStory({ definitions: TWO_MONITORS });
  const roll = dice(11);
  let script: Script = () => OK;
  story.answer((request) => (roll() < 0.02 && request.method === "PUT" ? CONFLICT : script(request)));
  await story.advance(60 * MINUTE);
  // One region, then all of them, then another code, then well; the second monitor is down twice, at last for good.
  script = ({ region, path }) => (region === "eu-west" && path === "/documents/7" ? CONFLICT : OK);
  await story.advance(10 * MINUTE);
  script = ({ path }) => (path === "/documents/7" ? CONFLICT : "reset");
  await story.advance(5 * MINUTE);
  script = ({ path }) => (path === "/documents/7" ? { status: 503 } : { status: 404 });
  await story.advance(10 * MINUTE);
  script = () => OK;
  await story.restart();
  await story.advance(40 * MINUTE);
  script = ({ path }) => (path === "/documents" ? { status: 500 } : OK);
  await story.advance(6 * MINUTE);

  const { data } = story;
  const live = story.server.store.reader.incidents({ limit: 100 });
  expect(live.length).toBeGreaterThanOrEqual(3);
  const recorded = ["edit-document", "list-documents"].map((monitor) => replayed(data, { monitor }));
  const again = (await Promise.all(recorded)).flat();
  const inOrder = (one: { monitor: string; began: number }, other: { monitor: string; began: number }) =>
    one.monitor.localeCompare(other.monitor) || one.began - other.began;
  expect(again.map(ofReplay).sort(inOrder)).toEqual(live.map(ofLive).sort(inOrder));
  // Replay has nobody who looks a moment later: its times are the slots'.
  for (const { monitor, began, opened, closed } of again) {
    const found = live.find((incident) => incident.monitor === monitor && incident.onsetAt === began);
    expect((found?.openedAt ?? 0) - opened).toBeGreaterThanOrEqual(0);
    expect((found?.openedAt ?? 0) - opened).toBeLessThan(30_000);
    if (closed !== null) expect((found?.resolvedAt ?? 0) - closed).toBeLessThan(30_000);
  }

  const config = { expect: [200, 404], regions: ["ap-south", "eu-west", "us-east"], interval_ms: 30_000 };
  const lines = story.server.store.reader
    .samples({ monitor: "list-documents", limit: 10_000 })
    .toReversed()
    .map(({ slot, monitor, region, code }) => JSON.stringify({ t: slot, monitor, region, status: code, held: false }));
  const file = join(data, "samples.ndjson");
  writeFileSync(file, [JSON.stringify({ config }), ...lines].join("\n"));
  const fromFile = await replayed(data, { samples: [file], falseAlarms: "2/month" });
  expect(fromFile).toEqual(again.filter(({ monitor }) => monitor === "list-documents"));
});

test("a stretch of a monitor's history can be replayed by itself; an unknown monitor is said with those there are", async () => {
  const story = await startStory({ definitions: TWO_MONITORS });
  await story.advance(30 * MINUTE);
  story.answer(() => ({ status: 500 }));
  await story.advance(5 * MINUTE);
  const from = new Date(story.clock.now() - 20 * MINUTE).toISOString();
  const to = String(story.clock.now() - 10 * MINUTE);
  const { data } = story;
  expect(await replayed(data, { monitor: "list-documents", from })).toHaveLength(1);
  expect(await replayed(data, { monitor: "list-documents", from, to })).toEqual([]);
  await expect(replayed(data, { monitor: "list-document" })).rejects.toThrow(
    'nothing was judged of a monitor "list-document"; there are edit-document, list-documents',
  );
});
