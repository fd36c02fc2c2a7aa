import { expect, test } from "vitest";
import { CONFLICT, OK, oneMonitor, START, startStory } from "./story.ts";

const MINUTE = 60_000;
type Incidents = {
  incidents: {
    id: number;
    state: string;
    code: number;
    codes: number[];
    cause: string | null;
    scope: { regions: string[] };
    seen: { bad: number; of: number };
  }[];
};

test("a usual hour is one sample for each slot and region, and tells nobody", async () => {
  const story = await startStory({ definitions: oneMonitor });
  await story.advance(60 * MINUTE);
  expect(story.requests).toHaveLength(180);
  expect(new Set(story.requests.map(({ slot }) => slot)).size).toBe(180);
  const rows = story.server.store.reader.samples({ monitor: "edit-document", from: START - MINUTE, limit: 1_000 });
  expect(rows.filter(({ state }) => state === "sampled")).toHaveLength(180);
  expect(story.mails()).toEqual([]);
  expect(story.slacks()).toEqual([]);
});

test("409s that begin in all regions open one incident, told once by Slack and once by mail, with cause and fix", async () => {
  const story = await startStory({ definitions: oneMonitor });
  await story.advance(60 * MINUTE);
  story.answer(() => CONFLICT);
  await story.advance(10 * MINUTE);
  const { incidents } = await story.api<Incidents>("incidents");
  expect(incidents).toHaveLength(1);
  expect(incidents[0]).toMatchObject({ state: "open", code: 409, cause: expect.stringMatching(/stale/i) });
  const [mail, ...more] = story.mails();
  expect(more).toEqual([]);
  expect(mail?.subject).toMatch(/^\[409\] Edit document: 409 on \d of \d probes/);
  for (const part of [mail?.text, mail?.html]) {
    expect(part).toContain("PUT /documents/7");
    expect(part).toMatch(/stale/i);
    expect(part).toContain("https://statusquo.example.com/incidents/1");
  }
  expect(story.slacks()).toHaveLength(1);
  expect(story.slacks()[0]?.raw).toContain("PUT /documents/7");
  // The headline counts what the matrix shows: every region of every slot since the onset.
  const counts = [...(mail?.text ?? "").matchAll(/^ {2}(?:eu-west|us-east|ap-south) .* (\d+) of (\d+)$/gm)];
  const bad = counts.reduce((all, [, count]) => all + Number(count), 0);
  expect(counts).toHaveLength(3);
  expect(mail?.subject).toContain(`${bad} of ${bad} probes`);
});

test("when the answers are as usual again the incident resolves, and says so once on each channel", async () => {
  const story = await startStory({ definitions: oneMonitor });
  await story.advance(60 * MINUTE);
  story.answer(() => CONFLICT);
  await story.advance(10 * MINUTE);
  story.answer(() => OK);
  await story.advance(60 * MINUTE);
  const { incidents } = await story.api<Incidents>("incidents");
  expect(incidents).toMatchObject([{ state: "resolved" }]);
  expect(story.mails()).toHaveLength(2);
  expect(story.slacks()).toHaveLength(2);
  const [opened, resolved] = story.mails();
  const messageId = /^message-id: (.*)$/im.exec(opened?.raw ?? "")?.[1]?.trim();
  expect(messageId).toBeTruthy();
  expect(resolved?.raw).toContain(`References: ${messageId}`);
});

test("one region's 409s are an incident there, and the others are said to be as usual", async () => {
  const story = await startStory({ definitions: oneMonitor });
  await story.advance(60 * MINUTE);
  story.answer(({ region }) => (region === "eu-west" ? CONFLICT : OK));
  await story.advance(15 * MINUTE);
  const { incidents } = await story.api<Incidents>("incidents");
  expect(incidents).toMatchObject([{ scope: { regions: ["eu-west"] } }]);
  expect(story.mails()[0]?.text).toMatch(/eu-west/);
});

test("a second code joins the open incident instead of opening another", async () => {
  const story = await startStory({ definitions: oneMonitor });
  await story.advance(60 * MINUTE);
  story.answer(() => CONFLICT);
  await story.advance(10 * MINUTE);
  let turn = 0;
  story.answer(() => (turn++ % 2 ? CONFLICT : { status: 503 }));
  await story.advance(60 * MINUTE);
  const { incidents } = await story.api<Incidents>("incidents");
  expect(incidents).toHaveLength(1);
  expect(incidents[0]?.codes).toEqual([409, 503]);
});

test("a spike is no less one over a restart: nothing is told twice, and what was learned is kept", async () => {
  const story = await startStory({ definitions: oneMonitor });
  await story.advance(60 * MINUTE);
  story.answer(() => CONFLICT);
  await story.advance(10 * MINUTE);
  await story.restart();
  await story.advance(10 * MINUTE);
  expect(story.mails()).toHaveLength(1);
  story.answer(() => OK);
  await story.restart();
  await story.advance(60 * MINUTE);
  expect(await story.api<Incidents>("incidents")).toMatchObject({ incidents: [{ id: 1, state: "resolved" }] });
  expect(story.mails()).toHaveLength(2);
});

test("what was learned in the first minutes is kept over a restart", async () => {
  const story = await startStory({ definitions: oneMonitor });
  await story.advance(5 * MINUTE);
  const before = story.server.walk.detector("edit-document")?.any.learnedMin;
  await story.restart();
  expect(before).toBeGreaterThan(3);
  expect(story.server.walk.detector("edit-document")?.any.learnedMin).toBe(before);
});

test("a pause of ten minutes leaves ten slots missed for reasons of ours, no burst, and no incident", async () => {
  const story = await startStory({ definitions: oneMonitor });
  await story.advance(10 * MINUTE);
  const before = story.requests.length;
  story.clock.jumpTo(story.clock.now() + 10 * MINUTE);
  await story.advance(MINUTE);
  expect(story.requests.length - before).toBeLessThanOrEqual(6);
  await story.advance(MINUTE);
  const rows = story.server.store.reader.samples({ monitor: "edit-document", from: START - MINUTE, limit: 1_000 });
  const slots = new Map<number, string[]>();
  for (const { slot, state } of rows) slots.set(slot, [...(slots.get(slot) ?? []), state]);
  const instants = [...slots.keys()].sort((a, b) => a - b);
  expect(instants.at(-1)! - instants[0]!).toBe((instants.length - 1) * MINUTE);
  expect([...slots.values()].every((states) => states.length === 3)).toBe(true);
  expect(rows.filter(({ missed }) => missed === "stalled").length).toBeGreaterThanOrEqual(27);
  expect(story.mails()).toEqual([]);
});

test("definitions are swapped while everything runs: a new monitor is probed, a removed one resolves its incident", async () => {
  const story = await startStory({ definitions: oneMonitor });
  await story.advance(30 * MINUTE);
  story.answer(() => CONFLICT);
  await story.advance(10 * MINUTE);
  expect(story.mails()).toHaveLength(1);
  const url = new URL(story.server.walk.monitors()[0]!.request.url).origin;
  story.answer(() => OK);
  await story.redefine(`
regions: [eu-west]
defaults: { every: 1m, timeout: 5s, allow_private: true, headers: { x-region: "{{region}}" } }
monitors: [{ id: health, url: "${url}/health" }]
`);
  await story.advance(3 * MINUTE);
  expect(story.requests.filter(({ path }) => path === "/health").length).toBeGreaterThanOrEqual(2);
  const { incidents } = await story.api<Incidents>("incidents");
  expect(incidents).toMatchObject([{ state: "resolved" }]);
});

test("a changed request is another subject: its open incident ends and says why, and learning begins anew", async () => {
  const story = await startStory({ definitions: oneMonitor });
  await story.advance(30 * MINUTE);
  story.answer(() => CONFLICT);
  await story.advance(10 * MINUTE);
  expect(story.mails()).toHaveLength(1);
  const { target, slack, smtp } = story.places;
  await story.redefine(oneMonitor({ target, slack, smtp }).replace("/documents/7", "/documents/8"));
  story.answer(() => OK);
  await story.advance(5 * MINUTE);
  expect(await story.api<Incidents>("incidents")).toMatchObject({ incidents: [{ state: "resolved" }] });
  expect(story.mails()).toHaveLength(2);
  expect(story.mails()[1]?.text).toMatch(/its request or what it expects has changed/);
  expect(story.server.walk.detector("edit-document")?.any.learnedMin).toBeLessThan(10);
});

test("a broken definition never changes what runs, and everybody can see why", async () => {
  const story = await startStory({ definitions: oneMonitor });
  await story.advance(2 * MINUTE);
  await story.server.redefine({
    ok: false,
    problems: [{ file: "story.yaml", line: 3, column: 1, message: "unknown key" }],
  });
  const before = story.requests.length;
  await story.advance(2 * MINUTE);
  expect(story.requests.length).toBeGreaterThan(before);
  expect(await story.api("health")).toMatchObject({ definitions: { error: "story.yaml:3:1: unknown key" } });
});

test("a target that resets every connection is 'no answer', which is an incident of its own", async () => {
  const story = await startStory({ definitions: oneMonitor });
  await story.advance(60 * MINUTE);
  story.answer(() => "reset");
  await story.advance(10 * MINUTE);
  expect(await story.api<Incidents>("incidents")).toMatchObject({ incidents: [{ code: 0, cause: null }] });
  expect(story.mails()[0]?.subject).toMatch(/no answer/i);
});
