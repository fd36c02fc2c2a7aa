/**
 * Facts for tests of this package: incidents as the walk would hand them over.
 */
import type { AlertFacts, Bundle, BundledIncident, Cause, InternalFacts } from "@statusquo/core";

const MINUTE = 60_000;
export const FOUND_AT = Date.UTC(2025, 10, 20, 14, 4, 6);
const ONSET_AT = Date.UTC(2025, 10, 20, 14, 2);
const SLOTS = Array.from({ length: 10 }, (_, index) => Date.UTC(2025, 10, 20, 13, 55) + index * MINUTE);

const staleVersion: Cause = {
  cause: "stale-version",
  title: "a stale ETag or version",
  share: 0.78,
  for: ["bodies name a newer version than the one submitted", "x-read-cache: HIT on the read before"],
  against: ["one conflict came on a first attempt"],
  fix: {
    now: "Read the document past the cache, and see whether the conflict goes.",
    inClients: "On 409 read again, apply the change to what came, and send it with the new ETag.",
    later: "Leave GET /documents/probe out of the gateway's cache.",
  },
};
const race: Cause = {
  ...staleVersion,
  cause: "race",
  title: "a race with another writer or operation",
  share: 0.15,
  for: [],
  against: [],
};

/** A 409 in two of three regions, with a cause and an example. */
export function conflictFacts(change: Partial<AlertFacts> = {}): AlertFacts {
  return {
    kind: "opened",
    reason: "409 rose above what is usual",
    at: FOUND_AT,
    incident: 412,
    monitor: {
      id: "save-document",
      name: "Save a document",
      method: "PUT",
      path: "/documents/probe",
      tags: ["documents"],
      source: { file: "monitors/documents.yaml", line: 12, endLine: 20 },
    },
    host: "api.example.com",
    severity: "warning",
    code: 409,
    codes: [409],
    scope: { kind: "regions", regions: ["eu-west", "us-east"], elsewhere: ["ap-south"] },
    onsetAt: ONSET_AT,
    onsetUncertaintyMs: MINUTE,
    openedAt: FOUND_AT,
    resolvedAt: null,
    closedAs: null,
    seen: { bad: 7, of: 9 },
    usual: { share: 0.012, bad: 726.3, of: 60_480.2 },
    lnEvidence: 7.5,
    falseAlarmsPerYear: 1,
    matrix: {
      slots: SLOTS,
      rows: [
        { region: "eu-west", codes: [200, 200, 200, 200, 200, 200, 200, 409, 409, 409], bad: 3, of: 3 },
        { region: "us-east", codes: [200, 200, 200, null, 200, 200, 200, 409, 200, 409], bad: 2, of: 3 },
        { region: "ap-south", codes: [200, 200, 200, 200, 200, 200, 200, 200, 200, 200], bad: 0, of: 3 },
      ],
    },
    causes: [staleVersion, race],
    deploy: null,
    example: {
      region: "eu-west",
      at: Date.UTC(2025, 10, 20, 14, 4, 3),
      totalMs: 81.4,
      evidence: {
        request: {
          method: "PUT",
          url: "https://api.example.com/documents/probe",
          headers: [
            ["if-match", '"17-a91f"'],
            ["authorization", "[removed: authorization]"],
            ["host", "api.example.com"],
          ],
          body: '{"title":"probe"}',
        },
        response: {
          status: 409,
          reason: "Conflict",
          httpVersion: "1.1",
          headers: [
            ["etag", '"18-c02e"'],
            ["x-read-cache", "HIT; age=21"],
          ],
          body: '{"title":"Version conflict",\n "current_version":18,\n "updated_by":"[removed: $.updated_by]"}',
          bodyBytes: 96,
          truncated: false,
        },
        remoteAddress: "203.0.113.7",
        bodyError: null,
      },
    },
    acknowledgedAt: null,
    cost: null,
    round: null,
    heldBack: null,
    publicUrl: "https://statusquo.example.com",
    ...change,
  };
}

/** A 503 everywhere, whose cause nobody reads from a code. */
export function outageFacts(change: Partial<AlertFacts> = {}): AlertFacts {
  return conflictFacts({
    reason: "503 rose above what is usual",
    severity: "critical",
    code: 503,
    codes: [503],
    scope: { kind: "everywhere", regions: ["eu-west", "us-east", "ap-south"], elsewhere: [] },
    seen: { bad: 9, of: 9 },
    usual: { share: 0.00002, bad: 0, of: 60_480 },
    causes: [],
    example: null,
    matrix: {
      slots: SLOTS,
      rows: ["eu-west", "us-east", "ap-south"].map((region) => ({
        region,
        codes: [200, 200, 200, 200, 200, 200, 200, 503, 503, 503],
        bad: 3,
        of: 3,
      })),
    },
    ...change,
  });
}

/** No answer from one region, a few minutes after its first probe. */
export function silentFacts(change: Partial<AlertFacts> = {}): AlertFacts {
  const { example } = conflictFacts();
  return conflictFacts({
    reason: "no answer rose above what is usual",
    code: 0,
    codes: [0],
    scope: { kind: "regions", regions: ["ap-south"], elsewhere: ["eu-west", "us-east"] },
    seen: { bad: 3, of: 3 },
    usual: { share: 0.005, bad: 0, of: 0 },
    causes: [],
    example: { ...example!, region: "ap-south", evidence: { ...example!.evidence, response: null } },
    matrix: {
      slots: SLOTS.slice(-3),
      rows: [
        { region: "ap-south", codes: [0, 0, 0], bad: 3, of: 3 },
        { region: "eu-west", codes: [200, 200, null], bad: 0, of: 2 },
      ],
    },
    ...change,
  });
}

/** Several codes at once, none of them alone above usual. */
export function severalFacts(change: Partial<AlertFacts> = {}): AlertFacts {
  return outageFacts({
    reason: "unexpected codes rose above what is usual",
    code: null,
    codes: [],
    usual: { share: 0.35, bad: 21, of: 60 },
    matrix: {
      slots: SLOTS.slice(-4),
      rows: [
        { region: "eu-west", codes: [200, 500, 404, 0], bad: 3, of: 3 },
        { region: "us-east", codes: [409, 302, 500, 200], bad: 3, of: 4 },
      ],
    },
    ...change,
  });
}

/** The change and the end of the conflict above. */
export const changedFacts = (change: Partial<AlertFacts> = {}) =>
  conflictFacts({
    kind: "changed",
    reason: "503 rose as well",
    at: FOUND_AT + 20 * MINUTE,
    codes: [409, 503],
    seen: { bad: 31, of: 60 },
    acknowledgedAt: FOUND_AT + 8 * MINUTE,
    ...change,
  });

export const resolvedFacts = (change: Partial<AlertFacts> = {}) =>
  conflictFacts({
    kind: "resolved",
    reason: "409 is as usual again",
    at: ONSET_AT + 36 * MINUTE,
    resolvedAt: ONSET_AT + 36 * MINUTE,
    seen: { bad: 98, of: 108 },
    closedAs: "recovered",
    cost: { downMs: 0, failed: 98, of: 162 },
    acknowledgedAt: FOUND_AT + 23 * MINUTE,
    ...change,
  });

/** Four hours later, and nobody has acknowledged it. */
export const reminderFacts = (change: Partial<AlertFacts> = {}) =>
  conflictFacts({
    kind: "reminder",
    reason: "still open",
    at: FOUND_AT + 4 * 60 * MINUTE,
    seen: { bad: 480, of: 720 },
    round: 1,
    ...change,
  });

/** Half an hour later, told to somebody else as well. */
export const escalatedFacts = (change: Partial<AlertFacts> = {}) =>
  outageFacts({ kind: "escalated", reason: "not acknowledged", at: FOUND_AT + 30 * MINUTE, round: 1, ...change });

const KEYS = { opened: "1", changed: "2", resolved: "3", reminder: "r1", escalated: "e1" };

/** What goes out about these facts: the only thing told of the incident, or the last of `kinds`. */
export function bundleAbout(
  facts: AlertFacts,
  channel = "team",
  recipient = "oncall@example.com",
  kinds: AlertFacts["kind"][] = [facts.kind],
): Extract<Bundle, { form: "incident" }> {
  return {
    key: `inc-${facts.incident}.${KEYS[kinds[0]!]}.${channel}.${recipient}`,
    ...{ channel, recipient, createdAt: facts.at, attempts: 0 },
    form: "incident",
    incident: { incident: facts.incident, kinds, facts },
  };
}

/** Three monitors of one host that broke together. */
export function groupBundle(change: Partial<Extract<Bundle, { form: "group" }>> = {}): Bundle {
  const incidents = ["Save a document", "Read a document", "Log in"].map((name, index): BundledIncident => {
    const base = index === 0 ? conflictFacts() : outageFacts();
    const facts = { ...base, incident: 412 + index, monitor: { ...base.monitor, id: `monitor-${index}`, name } };
    return { incident: facts.incident, kinds: ["opened"], facts };
  });
  return {
    key: "inc-412.1.team.oncall@example.com",
    ...{ channel: "team", recipient: "oncall@example.com", createdAt: FOUND_AT, attempts: 0 },
    form: "group",
    together: { kind: "host", host: "api.example.com" },
    ...{ incidents, count: 3, hosts: [{ host: "api.example.com", incidents: 3 }] },
    ...change,
  };
}

/** A storm: forty incidents at once, of which twenty are named. */
export function digestBundle(change: Partial<Extract<Bundle, { form: "digest" }>> = {}): Bundle {
  const incidents = Array.from({ length: 20 }, (_, index): BundledIncident => {
    const base = index % 10 === 9 ? resolvedFacts() : outageFacts();
    const facts = { ...base, incident: 500 + index, monitor: { ...base.monitor, name: `Monitor ${index}` } };
    return { incident: facts.incident, kinds: [facts.kind], facts };
  });
  return {
    key: "inc-500.1.team.oncall@example.com",
    ...{ channel: "team", recipient: "oncall@example.com", createdAt: FOUND_AT, attempts: 0 },
    ...{ form: "digest", incidents, count: 40, opened: 36, resolved: 4 },
    hosts: [
      { host: "api.example.com", incidents: 25 },
      { host: "shop.example.com", incidents: 15 },
    ],
    ...change,
  };
}

/** Trouble of our own. */
export function internalBundle(change: Partial<InternalFacts> = {}): Bundle {
  const alert: InternalFacts = {
    ...{ kind: "internal", alert: 17, what: "delivery_dead", subject: "oncall", state: "opened" },
    reason: "the last 3 messages to oncall were given up: hooks.slack.com said 404 no_service",
    ...{ openedAt: FOUND_AT, at: FOUND_AT, publicUrl: "https://statusquo.example.com" },
    ...change,
  };
  return {
    key: `self-${alert.alert}.${alert.state === "opened" ? 1 : 2}.team.oncall@example.com`,
    ...{ channel: "team", recipient: "oncall@example.com", createdAt: alert.at, attempts: 0 },
    form: "internal",
    alerts: [alert],
  };
}
