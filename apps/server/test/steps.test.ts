import { type PackedOverview, unpackCells } from "@statusquo/api/client";
import { expect, test } from "vitest";
import { recordedSamples } from "../src/replay/recorded.ts";
import { OK, START, type StoryOptions, startStory } from "./story.ts";

const MINUTE = 60_000;

const definitions =
  (monitor: string): StoryOptions["definitions"] =>
  ({ target, smtp }) =>
    `
regions: [eu-west, us-east, ap-south]
channels:
  team: { email: { to: [team@example.com], from: statusquo@example.com, smtp: "${smtp}" } }
defaults: { every: 1m, timeout: 5s, allow_private: true, notify: [team], headers: { x-region: "{{region}}" } }
monitors:
${monitor.replaceAll("TARGET", target)}
`;

const EDIT = definitions(`
  - id: edit-document
    name: Edit document
    steps:
      - get: TARGET/documents/7
        save: { etag: header.etag }
      - put: TARGET/documents/7
        headers: { if-match: "{{etag}}" }
        json: { title: "probe {{slot}}" }
        expect: [200, 204]
`);

const HEALTH = definitions(`
  - id: health
    name: Health
    url: TARGET/health
    expect: { json: { "$.status": ok } }
`);

interface Incidents {
  incidents: { id: number; state: string; code: number; sentence: string; unmet: { what: string } | null }[];
}
interface Samples {
  samples: {
    id: string;
    code: number;
    expected: boolean;
    unmet: boolean;
    confirmation: unknown;
    hasEvidence: boolean;
  }[];
}

test("a document is read and then written with the tag it had, in every region and slot", async () => {
  const story = await startStory({ definitions: EDIT });
  let tag = 0;
  const refused: string[] = [];
  story.answer(({ method, region }) => {
    if (method === "GET") return { status: 200, headers: { etag: `"${region}-${++tag}"` }, body: "{}" };
    if (tag === 0) refused.push(region);
    return { status: 204 };
  });
  await story.advance(5 * MINUTE);
  expect(refused).toEqual([]);
  expect(story.requests).toHaveLength(30);
  const { samples } = await story.api<Samples>("monitors/edit-document/samples");
  expect(samples).toHaveLength(15);
  expect(samples.every(({ code, expected }) => code === 204 && expected)).toBe(true);
  const kept = samples.find(({ hasEvidence }) => hasEvidence);
  const evidence = await story.api<{ request: { method: string }; steps: unknown[] }>(`samples/${kept?.id}/evidence`);
  expect(evidence).toMatchObject({
    request: { method: "PUT" },
    steps: [
      {
        name: "1 GET /documents/7",
        said: "200",
        saved: [["etag", expect.any(String)]],
        exchange: { response: { status: 200 } },
      },
      { name: "2 PUT /documents/7", said: "204", decided: true, exchange: { request: { method: "PUT" } } },
    ],
  });
});

test("a first step that fails is the sample, even with a code that the last step expects", async () => {
  const story = await startStory({ definitions: EDIT });
  story.answer(() => ({ status: 204 }));
  await story.advance(2 * MINUTE);
  const { samples } = await story.api<Samples>("monitors/edit-document/samples");
  expect(samples[0]).toMatchObject({ code: 204, expected: false, unmet: true, hasEvidence: true });
});

test("a 200 with a wrong answer opens an incident that says what was wrong, everywhere", async () => {
  const story = await startStory({ definitions: HEALTH });
  story.answer(() => ({ status: 200, body: '{"status":"ok"}' }));
  await story.advance(60 * MINUTE);
  story.answer(() => ({ status: 200, body: '{"status":"degraded"}' }));
  await story.advance(10 * MINUTE);
  const { incidents } = await story.api<Incidents>("incidents");
  const what = '$.status was "degraded", expected "ok"';
  expect(incidents).toMatchObject([{ state: "open", code: 200, unmet: { what } }]);
  expect(incidents[0]?.sentence).toContain("unexpected 200 on ");
  expect(incidents[0]?.sentence).toContain(what);
  const [mail] = story.mails();
  expect(mail?.subject).toMatch(/^\[unexpected 200\] Health: unexpected 200 on (\d) of \1 probes in all 3 regions/);
  expect(mail?.text.replace(/\s+/g, " ")).toContain(what);
  expect(mail?.text).not.toContain("200 OK above");

  const from = START + 60 * MINUTE;
  const series = await story.api<{ expected: number[]; codes: Record<string, number[]> }>(
    `monitors/health/series?from=${from - 30 * MINUTE}&to=${from + 10 * MINUTE}&step=60000`,
  );
  expect(series.expected).not.toContain(200);
  expect(series.codes[200]?.reduce((sum, count) => sum + count, 0)).toBe(30);
  const overview = await story.api<PackedOverview>("monitors");
  expect(overview.monitors[0]?.headline).toMatchObject({ code: 200, bad: 30 });
  expect(unpackCells(overview.monitors[0]!.cells).other.reduce((sum, count) => sum + count, 0)).toBe(30);

  // Judging them again takes them for what they were.
  const recorded = [...recordedSamples(story.server.store.reader, "health", { from: null, to: null })];
  expect(recorded.filter(({ unmet }) => unmet)).toHaveLength(30);

  story.answer(() => ({ status: 200, body: '{"status":"ok"}' }));
  await story.advance(60 * MINUTE);
  expect((await story.api<Incidents>("incidents")).incidents).toMatchObject([{ state: "resolved" }]);
  expect(story.mails().at(-1)?.subject).toContain("unexpected 200 is as usual again");
});

test("an incident whose every second look is fine is told a slot later, and its samples stay what they were", async () => {
  const confirmed = (more: string) =>
    definitions(`
  - id: flaky
    url: TARGET/flaky
    every: 1m
    timeout: 5s
    usual: { 409: "0.01%" }
${more}`);
  const toldAfter = async (more: string, again = OK) => {
    const story = await startStory({ definitions: confirmed(more) });
    await story.advance(30 * MINUTE);
    const asked = new Set<string>();
    // Every first look of a region and minute conflicts; asking again brings `again`.
    story.answer(({ region }) => {
      const key = `${region} ${Math.floor(story.clock.now() / MINUTE)}`;
      if (asked.has(key)) return again;
      asked.add(key);
      return { status: 409 };
    });
    for (let minute = 1; minute <= 20; minute++) {
      await story.advance(MINUTE);
      if (story.mails().length > 0) return { minute, story };
    }
    throw new Error("nobody was told");
  };
  const plain = await toldAfter("");
  const held = await toldAfter("    confirm: 100ms\n");
  expect(held.minute).toBe(plain.minute + 1);
  const confirmed409 = await toldAfter("    confirm: 100ms\n", { status: 409 });
  expect(confirmed409.minute).toBe(plain.minute);
  const { samples } = await held.story.api<Samples>("monitors/flaky/samples");
  expect(samples[0]).toMatchObject({ code: 409, expected: false, confirmation: { code: 200, expected: true } });
});
