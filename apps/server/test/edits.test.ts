import { expect, onTestFinished, test } from "vitest";
import { CONFLICT, OK, START, type Story, startStory } from "./story.ts";

const MINUTE = 60_000;
const QUIET = 15 * MINUTE;
/** Until an incident is open, and a little longer. */
const BAD = 4 * MINUTE;

const shop = ({ target, slack }: { target: string; slack: string }) => `
regions: [eu-west, us-east, ap-south]
channels:
  oncall: { slack: { webhook: "${slack}" } }
maintenance:
  - { name: weekly, monitors: [edit-document], cron: "0 3 * * sun", for: 1h, timezone: UTC }
defaults: { every: 1m, timeout: 5s, allow_private: true, notify: [oncall], usual: { 409: "0.1%" }, headers: { x-region: "{{region}}" } }
monitors:
  - id: edit-document
    method: PUT
    url: ${target}/documents/7
    headers: { if-match: '"17-a91f"' }
    json: { title: hello }
    publish: { name: Saving documents, group: Editor, places: { eu-west: Europe } }
  - { id: hidden, url: "${target}/hidden" }
`;

async function send(
  story: Story,
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<{ status: number; etag: string | null; body: Record<string, never> & { [key: string]: unknown } }> {
  const response = await fetch(`${story.server.url}/api/v1/${path}`, {
    method,
    headers: { "content-type": "application/json", host: "statusquo.example.com", ...headers },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  return { status: response.status, etag: response.headers.get("etag"), body: (await response.json()) as never };
}

/** A quiet quarter of an hour, then 409 everywhere until an incident is open. */
async function withIncident(): Promise<{ story: Story; id: number; etag: string }> {
  const story = await startStory({ definitions: shop });
  story.answer(() => OK);
  await story.advance(QUIET);
  story.answer(({ path }) => (path === "/hidden" ? OK : CONFLICT));
  await story.advance(BAD);
  const { incidents } = await story.api<{ incidents: { id: number; revision: number }[] }>("incidents?state=open");
  const [incident] = incidents as [{ id: number; revision: number }];
  return { story, id: incident.id, etag: `"${incident.revision}"` };
}

test("a person acknowledges, takes it back, notes, marks a deploy, and the incident tells it all in order", async () => {
  const { story, id, etag } = await withIncident();
  const acknowledged = await send(story, "POST", `incidents/${id}/acknowledge`, { by: "ana" }, { "if-match": etag });
  expect(acknowledged).toMatchObject({ status: 200, body: { acknowledgedBy: "ana" } });
  const undone = await send(
    story,
    "POST",
    `incidents/${id}/acknowledge`,
    { undo: true },
    { "if-match": acknowledged.etag ?? "" },
  );
  expect(undone).toMatchObject({ status: 200, body: { acknowledgedAt: null, acknowledgedBy: null } });
  const at = START + QUIET - 2 * MINUTE;
  const deploy = await send(story, "POST", "deploys", { service: "editor", version: "2.4", at });
  expect(deploy).toMatchObject({ status: 201, body: { service: "editor", regions: [] } });
  const note = await send(story, "POST", `incidents/${id}/notes`, { text: "rolled back", by: "ana" });
  expect(note.status).toBe(201);

  const detail = await story.api<{
    timeline: { kind: string }[];
    deploys: unknown[];
    notes: { text: string }[];
  }>(`incidents/${id}`);
  expect(detail.timeline.map(({ kind }) => kind)).toEqual(["deploy", "onset", "opened", "note"]);
  expect(detail.notes).toMatchObject([{ text: "rolled back", by: "ana" }]);
  const series = await story.api<{ deploys: unknown[] }>(
    `monitors/edit-document/series?from=${at - MINUTE}&to=${at + MINUTE}`,
  );
  expect(series.deploys).toHaveLength(1);
});

test("accepting closes the incident and is undone within the week; then the rate is above usual again", async () => {
  const { story, id, etag } = await withIncident();
  const body = { reason: "by design since 2.4", by: "ana" };
  const accepted = await send(story, "POST", `incidents/${id}/accept`, body, { "if-match": etag });
  expect(accepted).toMatchObject({ status: 201, body: { reason: body.reason, by: "ana", undoable: true } });
  expect(await story.api(`incidents/${id}`)).toMatchObject({ state: "resolved", closedAs: "accepted" });
  const again = await send(story, "POST", `incidents/${id}/accept`, body, { "if-match": "*" });
  expect(again).toMatchObject({ status: 409, body: { conflict: { current: "resolved" } } });

  const undo = `accepts/${String(accepted.body.id)}/undo`;
  expect(await send(story, "POST", undo, {})).toMatchObject({ status: 200, body: { undoable: false } });
  expect((await send(story, "POST", undo, {})).status).toBe(409);
  await story.advance(10 * MINUTE);
  const { incidents } = await story.api<{ incidents: unknown[] }>("incidents?state=open");
  expect(incidents).toHaveLength(1);
});

test("a silence of an incident is kept, shown and ended; the monitor says it is muted", async () => {
  const { story, id, etag } = await withIncident();
  const path = `incidents/${id}/silence`;
  const asked = { for: "4h", reason: "known, OPS-12", scope: "monitor" };
  expect((await send(story, "POST", path, asked)).status).toBe(428);
  const silence = await send(story, "POST", path, asked, { "if-match": etag });
  expect(silence).toMatchObject({ status: 201, body: { match: { monitors: ["edit-document"] }, active: true } });
  await story.advance(MINUTE);
  const row = async () => {
    const answer = await story.api<{ monitors: { mute: { kind: string } | null }[] }>("monitors");
    return answer.monitors[0]?.mute;
  };
  expect(await row()).toMatchObject({ kind: "silence", reason: "known, OPS-12" });
  const ended = await send(story, "DELETE", `silences/${String(silence.body.id)}`);
  expect(ended).toMatchObject({ status: 200, body: { active: false } });
  await story.advance(MINUTE);
  expect(await row()).toBeNull();
});

test("a silence shows on an open incident at once, also on one that was acknowledged, and so does its end", async () => {
  const { story, id, etag } = await withIncident();
  const events = await listening(story);
  await send(story, "POST", `incidents/${id}/acknowledge`, {}, { "if-match": etag });
  const muted = async () => {
    const incident = await story.api<{ muted: { until: number; reason: string } | null }>(`incidents/${id}`);
    const { incidents } = await story.api<{ incidents: { muted: unknown }[] }>("incidents?state=open");
    const { monitors } = await story.api<{ monitors: { mute: unknown; incident: { muted: unknown } }[] }>("monitors");
    expect([incidents[0]?.muted, monitors[0]?.incident.muted, monitors[0]?.mute]).toEqual(
      Array(3).fill(incident.muted),
    );
    return incident.muted;
  };
  expect(await muted()).toBeNull();
  const asked = { match: { tags: ["nobody"] }, for: "1h", reason: "of others" };
  await send(story, "POST", "silences", asked);
  expect(await muted()).toBeNull();
  const silence = await send(story, "POST", "silences", { ...asked, match: { codes: [409] }, reason: "known, OPS-12" });
  expect(await muted()).toMatchObject({ kind: "silence", reason: "known, OPS-12" });
  await send(story, "DELETE", `silences/${String(silence.body.id)}`);
  expect(await muted()).toBeNull();
  await expect
    .poll(() => events().flatMap(({ event, data }) => (event === "incident" ? [data] : [])))
    .toMatchObject([
      { change: "acknowledged", incident: { muted: null } },
      { change: "silenced", incident: { id, muted: { reason: "known, OPS-12" } } },
      { change: "unsilenced", incident: { id, muted: null } },
    ]);
});

/** What the stream says from now on. */
async function listening(story: Story): Promise<() => { event: string; data: Record<string, unknown> }[]> {
  const ending = new AbortController();
  onTestFinished(() => ending.abort());
  const { body } = await fetch(`${story.server.url}/api/v1/stream`, { signal: ending.signal });
  let text = "";
  void body!
    .pipeThrough(new TextDecoderStream())
    .pipeTo(new WritableStream({ write: (part) => void (text += part) }))
    .catch(() => undefined);
  await expect.poll(() => text).toContain("event: hello");
  return () =>
    text.split("\n\n").flatMap((message) => {
      const [, event] = /^event: (.*)$/m.exec(message) ?? [];
      const [, data] = /^data: (.*)$/m.exec(message) ?? [];
      return event && data ? [{ event, data: JSON.parse(data) as Record<string, unknown> }] : [];
    });
}

test("why a slot was judged as it was is said in words and numbers, for every slot", async () => {
  const { story } = await withIncident();
  const { why } = await story.api<{ why: { standing: string; text: string; limit: string } }>(
    "monitors/edit-document/why",
  );
  expect(why).toMatchObject({ standing: "spike" });
  expect(why.text).toMatch(/^spike: \d+ of \d+ probes 409, usual .+, chance 1 in .+, limit 1 in .+/);
  const { whys } = await story.api<{ whys: { slot: number }[] }>("monitors/edit-document/whys?limit=5");
  expect(whys).toHaveLength(5);
});

test("a probe now is one exchange that leaves nothing behind", async () => {
  const { story } = await withIncident();
  const before = await story.api<{ samples: unknown[] }>("monitors/edit-document/samples?limit=500");
  const probed = await send(story, "POST", "monitors/edit-document/probe", { region: "us-east" });
  expect(probed).toMatchObject({ status: 200, body: { code: 409, expected: false, region: "us-east" } });
  expect(probed.body.evidence).toMatchObject({ response: { status: 409 } });
  const after = await story.api<{ samples: unknown[] }>("monitors/edit-document/samples?limit=500");
  expect(after.samples).toEqual(before.samples);
});

test("a smaller budget would have told later or not at all: the stored samples say so, judged in their own thread", async () => {
  const { story, id } = await withIncident();
  const incident = await story.api<{ openedAt: number }>(`incidents/${id}`);
  const replay = await story.api<{
    samples: number;
    wereTold: number;
    incidents: { openedAt: number; code: number }[];
  }>("monitors/edit-document/replay?budget=1/year");
  expect(replay).toMatchObject({ samples: 3 * 19, wereTold: 1, incidents: [{ code: 409 }] });
  expect(replay.incidents[0]?.openedAt).toBeLessThanOrEqual(incident.openedAt);
});

test("a replay at another budget judges answers that were wrong with an expected status as live judging does", async () => {
  const story = await startStory({
    definitions: (places) =>
      shop(places).replace(
        /- \{ id: hidden, url: "([^"]+)" \}/,
        '- { id: hidden, url: "$1", expect: { status: 200, json: { "$.state": open } } }',
      ),
  });
  story.answer(() => ({ status: 200, body: '{"state":"open"}' }));
  await story.advance(QUIET);
  story.answer(() => ({ status: 200, body: '{"state":"shut"}' }));
  await story.advance(BAD);
  const { incidents } = await story.api<{ incidents: unknown[] }>("incidents?monitor=hidden");
  expect(incidents).toHaveLength(1);
  const replay = await story.api("monitors/hidden/replay?budget=1/year");
  expect(replay).toMatchObject({ wereTold: 1, incidents: [{ code: 200 }] });
});

test("the public page names what is published and nothing else, and needs no token", async () => {
  const { story } = await withIncident();
  const response = await fetch(`${story.server.url}/status.json`, { headers: { host: "statusquo.example.com" } });
  const text = await response.text();
  expect(JSON.parse(text)).toMatchObject({
    state: "down",
    places: ["Europe"],
    groups: [{ name: "Editor", services: [{ name: "Saving documents", state: "down" }] }],
    disruptions: [{ service: "Saving documents", until: null }],
  });
  for (const hidden of ["409", "edit-document", "hidden", "127.0.0.1", "us-east", "eu-west", "/documents", "weekly"])
    expect(text.includes(hidden), hidden).toBe(false);
});

test("definitions say what stands where, and why a newer edit is not in force", async () => {
  const { story } = await withIncident();
  await story.server.redefine({
    ok: false,
    problems: [{ file: "story.yaml", line: 7, column: 5, message: 'unknown key "evry"' }],
  });
  expect(await story.api("definitions")).toMatchObject({
    files: [{ file: "story.yaml", monitors: 2, channels: 1 }],
    monitors: [{ id: "edit-document", file: "story.yaml", line: 9, method: "PUT" }, { id: "hidden" }],
    channels: [{ id: "oncall", kind: "slack", monitors: 2 }],
    broken: { problems: [{ file: "story.yaml", line: 7, column: 5, message: 'unknown key "evry"' }] },
  });
  expect(await story.api("internal-alerts?state=open")).toMatchObject({
    alerts: [{ kind: "definitions_broken", title: "the definitions are broken" }],
  });
});

test("a channel is tried, and says what its provider said", async () => {
  const { story } = await withIncident();
  const told = story.slacks().length;
  const tried = await send(story, "POST", "channels/oncall/test", {});
  expect(tried).toMatchObject({ status: 200, body: { results: [{ recipient: "oncall", result: "delivered" }] } });
  expect(story.slacks()).toHaveLength(told + 1);
  expect((await send(story, "POST", "channels/nobody/test", {})).status).toBe(404);
});
