import fc from "fast-check";
import { expect, test } from "vitest";
import { type Alerting, DEFAULT_ALERTING } from "./alerting.ts";
import { acknowledged, CHANGE_PAUSE_MS, followUp, type News, unacknowledged } from "./follow.ts";
import { type Incident, NOTHING_TOLD } from "./incident.ts";
import type { Mute } from "./silence.ts";

const T = 1_767_225_600_000;
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const QUIET: Alerting = { ...DEFAULT_ALERTING, remindMs: null };

const OPEN: Incident = {
  ...{ id: 1, monitor: "checkout", state: "open", openedAt: T, resolvedAt: null, onsetAt: T, onsetUncertaintyMs: 0 },
  ...{ code: 409, codes: [409], scope: { kind: "regions", regions: ["eu"], elsewhere: ["us"] }, streams: [] },
  evidence: { bad: 3, of: 4, usualShare: 0.01, usualBad: 1, usualOf: 100, lnEvidence: 9, lnThreshold: 0 },
  ...{ seen: { bad: 3, of: 10 }, causes: [], severity: "warning", deploy: null, acknowledgedAt: null },
  ...{ acknowledgedBy: null, muted: null, told: NOTHING_TOLD, followAt: null, closedAs: null, cost: null, revision: 1 },
};
const over = (incident: Incident, at: number): Incident => ({
  ...incident,
  ...{ state: "resolved", resolvedAt: at, closedAs: "recovered" },
});
const silence = (until: number): Mute => ({ kind: "silence", name: "7", until, reason: "known" });

/** Asks at `now`, as often as there is news. */
function ask(incident: Incident, now: number, alerting = QUIET, mute: Mute | null = null) {
  const all: News[] = [];
  let last = followUp(incident, alerting, mute, now);
  while (last.news !== null) {
    all.push(last.news);
    last = followUp(last.incident, alerting, mute, now);
  }
  return { incident: last.incident, news: all, kinds: all.map(({ kind }) => kind) };
}

test("an opening is told once, and a recovery once", () => {
  const opened = ask(OPEN, T);
  expect(opened.kinds).toEqual(["opened"]);
  expect(ask(opened.incident, T + HOUR).kinds).toEqual([]);
  const resolved = ask(over(opened.incident, T + HOUR), T + HOUR);
  expect(resolved.kinds).toEqual(["resolved"]);
  expect(resolved.incident.followAt).toBeNull();
  expect(ask(resolved.incident, T + 2 * HOUR).kinds).toEqual([]);
});

test("a change is told when a code, a region or the severity is news, and not for a stream that says the same", () => {
  const { incident } = ask(OPEN, T);
  expect(ask({ ...incident, streams: [], seen: { bad: 9, of: 20 } }, T + MINUTE).kinds).toEqual([]);
  const [code] = ask({ ...incident, codes: [409, 503] }, T + MINUTE).news;
  expect(code).toMatchObject({ kind: "changed", reason: "503 rose as well" });
  const [wider] = ask({ ...incident, scope: { kind: "everywhere", regions: ["eu", "us"], elsewhere: [] } }, T).news;
  expect(wider).toMatchObject({ kind: "changed", reason: "now in us too" });
  const [graver] = ask({ ...incident, severity: "critical" }, T).news;
  expect(graver).toMatchObject({ kind: "changed", reason: "now critical" });
});

test("changes that follow at once are kept back and told together, a quarter of an hour later", () => {
  const first = ask({ ...ask(OPEN, T).incident, codes: [409, 503] }, T + MINUTE);
  const second = ask({ ...first.incident, codes: [409, 503, 500] }, T + 2 * MINUTE);
  expect(second.kinds).toEqual([]);
  expect(second.incident.followAt).toBe(T + MINUTE + CHANGE_PAUSE_MS);
  const third = ask({ ...second.incident, severity: "critical" }, T + 3 * MINUTE);
  const [told] = ask(third.incident, T + MINUTE + CHANGE_PAUSE_MS).news;
  expect(told).toMatchObject({ kind: "changed", reason: "500 rose as well; now critical" });
});

test("a reminder comes again and again until somebody acknowledges, and goes on when that is taken back", () => {
  const alerting = { ...QUIET, remindMs: 4 * HOUR };
  let { incident } = ask(OPEN, T, alerting);
  expect(incident.followAt).toBe(T + 4 * HOUR);
  for (const round of [1, 2]) {
    const asked = ask(incident, T + round * 4 * HOUR, alerting);
    expect(asked.news).toMatchObject([{ kind: "reminder", round }]);
    expect(asked.news[0]?.reason).toBe(`still open after ${round * 4} h, and nobody has acknowledged it`);
    incident = asked.incident;
  }
  const seen = ask(acknowledged(incident, "ada", T + 9 * HOUR), T + 12 * HOUR, alerting);
  expect(seen.kinds).toEqual([]);
  expect(seen.incident.followAt).toBeNull();
  const again = ask(unacknowledged(seen.incident, T + 20 * HOUR), T + 20 * HOUR, alerting);
  expect(again.kinds).toEqual([]);
  expect(again.incident.followAt).toBe(T + 24 * HOUR);
});

test("each step of an escalation is taken once, at its time, unless somebody has acknowledged", () => {
  const steps = [
    { afterMs: 30 * MINUTE, notify: ["boss"] },
    { afterMs: 60 * MINUTE, notify: ["board", "boss"] },
  ];
  const alerting = { ...QUIET, escalate: steps };
  const { incident } = ask(OPEN, T, alerting);
  expect(incident.followAt).toBe(T + 30 * MINUTE);
  const first = ask(incident, T + 30 * MINUTE, alerting);
  expect(first.news).toMatchObject([{ kind: "escalated", round: 1, notify: ["boss"] }]);
  const second = ask(first.incident, T + 60 * MINUTE, alerting);
  expect(second.news).toMatchObject([{ kind: "escalated", round: 2, notify: ["board", "boss"] }]);
  expect(second.incident.told.escalatedTo).toEqual(["boss", "board"]);
  expect(ask(acknowledged(first.incident, null, T), T + HOUR, alerting).kinds).toEqual([]);
});

test("under a silence nobody is told; when it ends what is still so is, and why it comes late", () => {
  const muted = ask(OPEN, T, QUIET, silence(T + HOUR));
  expect(muted.kinds).toEqual([]);
  expect(muted.incident).toMatchObject({ followAt: T + HOUR, muted: { name: "7" } });
  const late = ask(muted.incident, T + HOUR);
  expect(late.news).toEqual([{ kind: "opened", reason: null, heldBack: "a silence kept this back (known)" }]);
  expect(late.incident.muted).toBeNull();
});

test("what came and went under a silence is told to nobody", () => {
  const muted = ask(OPEN, T, QUIET, silence(T + HOUR));
  const gone = ask(over(muted.incident, T + MINUTE), T + MINUTE, QUIET, silence(T + HOUR));
  expect(gone.kinds).toEqual([]);
  expect(gone.incident.followAt).toBeNull();
  expect(ask(gone.incident, T + 2 * HOUR).kinds).toEqual([]);
});

test("the end of what people hold to be open is told when the silence ends", () => {
  const opened = ask(OPEN, T).incident;
  const quiet = ask(over(opened, T + MINUTE), T + MINUTE, QUIET, silence(T + HOUR));
  expect(quiet.kinds).toEqual([]);
  expect(quiet.incident.followAt).toBe(T + HOUR);
  expect(ask(quiet.incident, T + HOUR).kinds).toEqual(["resolved"]);
});

test("whatever happens: an opening first and once, a recovery last and once, nothing under a mute, and no endless news", () => {
  const step = fc.record({
    afterMs: fc.integer({ min: 0, max: 6 * HOUR }),
    what: fc.constantFrom("look", "code", "region", "critical", "acknowledge", "silence", "unsilence", "resolve"),
  });
  const alerting = { ...DEFAULT_ALERTING, escalate: [{ afterMs: HOUR, notify: ["boss"] }] };
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
      let now = T;
      let mute: Mute | null = null;
      let incident: Incident = OPEN;
      const heard: News[] = [];
      const look = () => {
        const asked = ask(incident, now, alerting, mute !== null && mute.until > now ? mute : null);
        if (mute !== null && mute.until > now) expect(asked.news).toEqual([]);
        expect(asked.news.length).toBeLessThan(5);
        heard.push(...asked.news);
        incident = asked.incident;
        if (incident.followAt !== null) expect(incident.followAt).toBeGreaterThan(now);
      };
      look();
      for (const { afterMs, what } of steps) {
        now += afterMs;
        if (what === "code") incident = { ...incident, codes: [...incident.codes, 500 + incident.codes.length] };
        if (what === "region")
          incident = { ...incident, scope: { kind: "everywhere", regions: ["eu", "us"], elsewhere: [] } };
        if (what === "critical") incident = { ...incident, severity: "critical" };
        if (what === "acknowledge") incident = acknowledged(incident, null, now);
        if (what === "silence") mute = silence(now + 2 * HOUR);
        if (what === "unsilence") mute = null;
        if (what === "resolve" && incident.state === "open") incident = over(incident, now);
        look();
      }
      now += 100 * HOUR;
      look();
      const kinds = heard.map(({ kind }) => kind);
      if (kinds.length > 0) expect(kinds[0]).toBe("opened");
      expect(kinds.filter((kind) => kind === "opened").length).toBeLessThanOrEqual(1);
      const end = kinds.indexOf("resolved");
      if (end >= 0) expect(end).toBe(kinds.length - 1);
      expect(kinds.includes("resolved")).toBe(incident.state === "resolved" && kinds.includes("opened"));
    }),
    { numRuns: 500 },
  );
});
