import type { Bundle } from "@statusquo/core";
import { expect, test } from "vitest";
import { mailText } from "./mail-text.ts";
import { composeMessage } from "./message.ts";
import { plain } from "./phrase.ts";
import { slackPayload, slackPlainPayload } from "./slack-blocks.ts";
import { smsText } from "./sms-text.ts";
import {
  bundleAbout,
  changedFacts,
  conflictFacts,
  digestBundle,
  escalatedFacts,
  FOUND_AT,
  groupBundle,
  internalBundle,
  outageFacts,
  reminderFacts,
  resolvedFacts,
  severalFacts,
  silentFacts,
} from "./testing/facts.ts";

const deploy = { id: 3, service: "gateway", version: "2025.11.3", at: FOUND_AT - 300_000, url: null };
const STORIES: Record<string, Bundle> = {
  "409 with a cause": bundleAbout(conflictFacts()),
  "503 without one": bundleAbout(outageFacts()),
  "no answer, nothing learned yet": bundleAbout(silentFacts()),
  "several codes": bundleAbout(severalFacts()),
  "503 joins": bundleAbout(changedFacts()),
  "409 is over": bundleAbout(resolvedFacts()),
  "after a deploy": bundleAbout(conflictFacts({ deploy: { ...deploy, afterMs: 180_000, sameRegions: true } })),
  "after a silence": bundleAbout(conflictFacts({ heldBack: "the silence “database move” has ended" })),
  "still open": bundleAbout(reminderFacts()),
  "told to somebody else": bundleAbout(escalatedFacts()),
  "over after downtime": bundleAbout(
    resolvedFacts({ severity: "critical", cost: { downMs: 36 * 60_000, failed: 108, of: 108 } }),
  ),
  "opened and resolved": bundleAbout(resolvedFacts(), "team", "oncall@example.com", ["opened", "changed", "resolved"]),
  "three of one host": groupBundle(),
  "three after a deploy": groupBundle({ together: { kind: "deploy", service: "gateway", version: "2025.11.3" } }),
  "a storm": digestBundle(),
  "a channel is dead": internalBundle(),
  "a channel is well again": internalBundle({
    state: "resolved",
    reason: "a message arrived again",
    at: FOUND_AT + 3_600_000,
  }),
};

for (const [story, bundle] of Object.entries(STORIES)) {
  test(`${story}: the mail in words`, () => {
    const message = composeMessage(bundle);
    expect(`Subject: ${message.subject}\n\n${mailText(message)}`).toMatchSnapshot();
  });

  test(`${story}: what Slack is sent`, () => {
    const message = composeMessage(bundle);
    expect({ payload: slackPayload(message), plain: slackPlainPayload(message) }).toMatchSnapshot();
  });
}

for (const [story, bundle] of Object.entries(STORIES)) {
  test(`${story}: the text`, () => {
    expect(smsText(composeMessage(bundle))).toMatchSnapshot();
  });
}

const compose = (facts = conflictFacts()) => composeMessage(bundleAbout(facts));

test("the subject is the headline with its counts, on one line of at most 200 characters", () => {
  expect(compose().subject).toBe("[409] Save a document: 409 on 7 of 9 probes in eu-west and us-east (usual 1.2 %)");
  const monitor = { ...conflictFacts().monitor, name: `${"Wörter ".repeat(60)}\r\nBcc: thief@example.com` };
  const regions = Array.from({ length: 40 }, (_, index) => `region-${index}`);
  const scope = { kind: "regions" as const, regions, elsewhere: ["home"] };
  const { subject } = compose(conflictFacts({ monitor, scope, codes: [409, 500, 502, 503, 504, 404, 0] }));
  expect([...subject].length).toBeLessThanOrEqual(200);
  expect(subject).not.toMatch(/[\r\n]/);
  expect(subject).toContain("in 40 of 41 regions");
});

test("what codes mean beside each other is said where a conflict is one of them", () => {
  const said = (codes: number[]) => compose(conflictFacts({ codes })).lines.filter(({ label }) => label === "Codes");
  expect(said([409, 429]).map(({ text }) => plain(text))).toEqual([
    "429 says that there were too many requests: back off and honour Retry-After; probes must not make it worse.",
  ]);
  expect(said([409])).toEqual([]);
});

test("an answer that is wrong besides its status is said to be so, and at which step", () => {
  const unmet = { step: "read", what: '$.status was "degraded", expected "ok"' };
  const facts = outageFacts({ code: 200, codes: [200], unmet });
  const message = compose(facts);
  expect(message.subject).toMatch(/^\[unexpected 200\] .*: unexpected 200 on /);
  expect(message.badge.title).toBe("Unexpected 200");
  expect(message.glance).toContain("answered an unexpected 200.");
  expect(message.glance).toContain('In the newest of them at step "read", $.status was "degraded", expected "ok".');
  const inStep = { ...conflictFacts().example!.evidence, unmet: { step: "read", what: "409, expected 2xx" } };
  const example = { ...conflictFacts().example!, evidence: inStep };
  expect(compose(conflictFacts({ example })).glance).toContain('at step "read", 409, expected 2xx.');
});

test("an undetermined cause is said to be undetermined, with the closest reading", () => {
  const [stale, race] = conflictFacts().causes;
  const undetermined = {
    ...stale!,
    cause: "undetermined" as const,
    title: "undetermined",
    share: 0.6,
    for: ["bodies are empty"],
  };
  const said = plain(compose(conflictFacts({ causes: [undetermined, { ...race!, share: 0.3 }] })).cause!);
  expect(said).toMatch(
    /^Cause undetermined: .* Bodies are empty\. Closest is a race with another writer or operation \(30 %\)\.$/,
  );
  expect(said).not.toContain("Probably");
});

test("a cause with less than half the evidence is only a perhaps", () => {
  const [stale] = conflictFacts().causes;
  expect(plain(compose(conflictFacts({ causes: [{ ...stale!, share: 0.4 }] })).cause!)).toMatch(
    /^Perhaps a stale ETag or version \(40 %\)/,
  );
});

test("H60: without a public URL there is no link, and only a web address becomes one", () => {
  expect(compose().link).toBe("https://statusquo.example.com/incidents/412");
  for (const publicUrl of [null, "javascript:alert(1)", "https://a b", "statusquo.example.com"]) {
    const message = compose(conflictFacts({ publicUrl }));
    expect(message.link).toBe(null);
    expect(JSON.stringify(slackPayload(message))).not.toContain('"actions"');
  }
});

test("violet is for 409 alone, and a mixture takes the colour of its gravest code", () => {
  const colour = (facts: Parameters<typeof compose>[0]) => slackPayload(compose(facts)).attachments?.[0]?.color;
  expect(colour(conflictFacts())).toBe("#6900C6");
  expect(colour(outageFacts())).toBe("#B52113");
  expect(colour(outageFacts({ code: 404, codes: [404] }))).toBe("#BA7A18");
  expect(colour(silentFacts())).toBe("#15191A");
  expect(colour(outageFacts({ code: null, codes: [409, 404, 503] }))).toBe("#B52113");
  expect(colour(outageFacts({ code: null, codes: [409, 404] }))).toBe("#BA7A18");
  expect(colour(resolvedFacts())).toBe("#43625C");
});

test("a share that was never seen is not called usual", () => {
  expect(compose(outageFacts()).aside).toBe("usually none");
  expect(compose(silentFacts()).aside).toBe("no history yet");
  expect(compose(severalFacts()).aside).toBe("usual 35 %");
});

test("a slot nobody knows about stays unknown in every channel", () => {
  const message = compose();
  const [, usEast] = message.matrix!.rows;
  expect(usEast!.cells[3]).toMatchObject({ kind: "unknown", text: "?" });
  expect(mailText(message)).toMatch(/us-east +\. +\. +\. +\? /);
  expect(JSON.stringify(slackPayload(message))).toContain("us-east  ···?···X·X");
});

test("what was removed from the example shows with its rule", () => {
  expect(mailText(compose())).toContain("authorization: [removed: authorization]");
});

test("an incident that began the day before says so", () => {
  const at = Date.UTC(2025, 10, 21, 0, 4);
  const lead = plain(compose(conflictFacts({ at, openedAt: at, onsetAt: at - 10 * 60_000 })).lead);
  expect(lead).toContain("Since about 23:54 UTC on Thu 20 Nov,");
});

test("of very many regions the affected ones are drawn first", () => {
  const rows = Array.from({ length: 30 }, (_, index) => ({ region: `r${index}`, codes: [200, 409], bad: 1, of: 2 }));
  const scope = { kind: "regions" as const, regions: ["r29"], elsewhere: ["r0"] };
  const { matrix } = compose(conflictFacts({ scope, matrix: { slots: [0, 60_000], rows } }));
  expect(matrix!.rows).toHaveLength(12);
  expect(matrix!.rows.at(-1)!.region).toBe("r29");
  expect(matrix!.more).toBe(18);
});
