import { costText, deployText, type InternalFacts, type Silence, slotWhyText } from "@statusquo/core";
import { expect, test } from "vitest";
import { type Heart, HOUR, MINUTE, SECOND, START, startHeart } from "./heart.ts";

const YAML = `channels:
  ops: { slack: { webhook: "https://hooks.example.com/a" } }
  oncall: { slack: { webhook: "https://hooks.example.com/b" } }
  boss: { slack: { webhook: "https://hooks.example.com/c" } }
regions: [eu, us, ap]
self: { notify: [ops] }
defaults: { timeout: 5s, notify: [oncall], tags: [billing], usual: { 409: "0.1%", 503: "0.1%" } }
monitors:
  - { id: checkout, url: "https://api.example.com/checkout" }
`;
const withKeys = (keys: string) => YAML.replace('checkout" }', `checkout", ${keys} }`);

const only = (heart: Heart) => heart.store.reader.incidents({ limit: 9 })[0]!;
const facts = (heart: Heart, index: number) => {
  const { bundle } = heart.told[index]!;
  if (bundle.form !== "incident") throw new Error(`message ${index} is a ${bundle.form}`);
  return bundle.incident.facts;
};

/** Learns for a while, then lets every region answer `code`. */
async function broken(yaml = YAML, code = 409): Promise<Heart> {
  const heart = await startHeart(yaml);
  await heart.advance(20 * MINUTE);
  heart.answer(() => code);
  await heart.advance(5 * MINUTE);
  expect(only(heart).state).toBe("open");
  return heart;
}

/** A silence as a person makes one. */
function silence(heart: Heart, forMs: number, match: Silence["match"] = { monitors: ["checkout"] }): Silence {
  const createdAt = heart.clock.now();
  const { writer } = heart.store;
  return writer.transaction(() => {
    const asked = { id: 0, match, createdAt, endsAt: createdAt + forMs, reason: "known", by: "ada", endedAt: null };
    const stored = writer.putSilence(asked);
    writer.followAnew(createdAt);
    return stored;
  });
}

test("one incident, one opening, one recovery, whatever joins in between; the recovery says what it cost", async () => {
  const heart = await broken(YAML, 503);
  let turn = 0;
  heart.answer(() => (turn++ % 2 ? 503 : 502));
  await heart.advance(30 * MINUTE);
  heart.answer(() => 200);
  await heart.advance(60 * MINUTE);
  expect(heart.store.reader.incidents({ limit: 9 })).toHaveLength(1);
  expect(heart.heard()).toEqual(["oncall opened 1", "oncall changed 1", "oncall resolved 1"]);
  const over = facts(heart, 2);
  expect(over.closedAs).toBe("recovered");
  // 35 minutes of nothing but 5xx in 3 regions, and then some minutes until it was sure.
  expect(over.cost!.failed).toBeGreaterThanOrEqual(100);
  expect(over.cost!.downMs / MINUTE).toBeGreaterThan(30);
  expect(costText(over.cost!)).toMatch(/^3\d min of downtime, 1\d\d of \d+ probes failed$/);
});

test("what a restart finds open is neither told again nor reminded early", async () => {
  const heart = await broken();
  await heart.crash();
  await heart.advance(3 * HOUR);
  expect(heart.heard()).toEqual(["oncall opened 1"]);
});

test("under a silence nobody hears of an opening; when it ends while it is still open it is told, and why so late", async () => {
  const heart = await startHeart(YAML);
  await heart.advance(20 * MINUTE);
  silence(heart, HOUR, { tags: ["billing"] });
  heart.answer(() => 409);
  await heart.advance(30 * MINUTE);
  expect(only(heart)).toMatchObject({ state: "open", muted: { kind: "silence", reason: "known" } });
  expect(heart.store.reader.transitions(1)).toMatchObject([{ kind: "opened", muted: "silence 1: known" }]);
  expect(heart.heard()).toEqual([]);
  await heart.advance(31 * MINUTE);
  expect(heart.heard()).toEqual(["oncall opened 1"]);
  expect(facts(heart, 0).heldBack).toBe("a silence kept this back (known)");
  expect(only(heart).muted).toBeNull();
});

test("what resolved under a silence is told to nobody, and stands in the list", async () => {
  const heart = await startHeart(YAML);
  await heart.advance(20 * MINUTE);
  silence(heart, 2 * HOUR);
  heart.answer(() => 409);
  await heart.advance(10 * MINUTE);
  heart.answer(() => 200);
  await heart.advance(3 * HOUR);
  expect(only(heart).state).toBe("resolved");
  expect(heart.told).toEqual([]);
});

test("a silence that a person ends tells within seconds", async () => {
  const heart = await startHeart(YAML);
  await heart.advance(20 * MINUTE);
  const made = silence(heart, 24 * HOUR);
  heart.answer(() => 409);
  await heart.advance(10 * MINUTE);
  const { writer } = heart.store;
  writer.transaction(() => {
    writer.putSilence({ ...made, endedAt: heart.clock.now() });
    writer.followAnew(heart.clock.now());
  });
  await heart.advance(10 * SECOND);
  expect(heart.heard()).toEqual(["oncall opened 1"]);
});

test("an open incident that is silenced is reminded of no more; its end is told when the silence is over", async () => {
  const heart = await broken(withKeys("remind: 1h"));
  await heart.advance(HOUR);
  expect(heart.heard()).toEqual(["oncall opened 1", "oncall reminder 1"]);
  silence(heart, 5 * HOUR);
  await heart.advance(2 * HOUR);
  heart.answer(() => 200);
  await heart.advance(HOUR);
  expect(only(heart).state).toBe("resolved");
  expect(heart.heard()).toHaveLength(2);
  await heart.advance(3 * HOUR);
  expect(heart.heard()).toEqual(["oncall opened 1", "oncall reminder 1", "oncall resolved 1"]);
});

test("reminders and escalation come in turn until somebody acknowledges; the escalated hear of the end", async () => {
  const heart = await broken(withKeys("remind: 1h, escalate: { after: 30m, notify: [boss] }"));
  await heart.advance(2 * HOUR + 10 * MINUTE);
  expect(heart.heard()).toEqual(["oncall opened 1", "boss escalated 1", "oncall reminder 1", "oncall reminder 1"]);
  const keys = heart.told.map(({ bundle }) => bundle.key);
  expect(keys).toEqual([
    "inc-1.1.oncall.oncall",
    "inc-1.e1.boss.boss",
    "inc-1.r1.oncall.oncall",
    "inc-1.r2.oncall.oncall",
  ]);
  expect(facts(heart, 1).reason).toBe("open for 30 min, and nobody has acknowledged it");
  const { writer } = heart.store;
  writer.transaction(() => {
    const now = heart.clock.now();
    writer.putIncident({ ...only(heart), acknowledgedAt: now, acknowledgedBy: "ada" });
  });
  await heart.advance(3 * HOUR);
  expect(heart.heard()).toHaveLength(4);
  heart.answer(() => 200);
  await heart.advance(HOUR);
  expect(heart.heard().slice(4).toSorted()).toEqual(["boss resolved 1", "oncall resolved 1"]);
});

test("while a maintenance runs nothing is judged, learned or told, also across the change of the clock", async () => {
  // In this night Berlin's clock goes from 02:00 to 03:00; the window begins at 01:30 and lasts 2 hours.
  const night = Date.UTC(2026, 2, 28, 23, 0);
  const window = `maintenance: [{ name: nightly, tags: [billing], cron: "30 1 * * *", for: 2h, timezone: Europe/Berlin }]\n`;
  const heart = await startHeart(window + YAML, night);
  await heart.advance(90 * MINUTE + 10 * SECOND);
  const learned = heart.walk.detector("checkout")!.any.learnedMin;
  heart.answer(() => 503);
  await heart.advance(HOUR);
  expect(heart.store.reader.incidents({ limit: 9 })).toEqual([]);
  expect(heart.walk.detector("checkout")!.any.learnedMin - learned).toBeLessThan(3);
  expect(heart.store.reader.verdict("checkout")).toMatchObject({
    ...{ maintenance: { name: "nightly", until: Date.UTC(2026, 2, 29, 2, 30) } },
    reason: 'maintenance "nightly" until 2026-03-29T02:30Z: stored, not judged',
  });
  expect(heart.store.reader.samples({ monitor: "checkout", code: 503, limit: 999 }).length).toBeGreaterThan(100);
  // 02:30 UTC: the window is over, and what is still wrong is found at once.
  await heart.advance(HOUR + 5 * MINUTE);
  expect(only(heart)).toMatchObject({ state: "open" });
  expect(only(heart).openedAt).toBeGreaterThanOrEqual(Date.UTC(2026, 2, 29, 2, 30));
  expect(heart.heard()).toEqual(["oncall opened 1"]);
});

test("an incident that a maintenance meets stays open, and nobody is reminded of it meanwhile", async () => {
  const window = `maintenance: [{ name: noon, monitors: [checkout], cron: "0 13 * * *", for: 3h, timezone: UTC }]\n`;
  const heart = await broken(window + withKeys("remind: 1h"));
  await heart.advance(3 * HOUR);
  expect(heart.heard()).toEqual(["oncall opened 1"]);
  await heart.advance(HOUR);
  expect(only(heart).state).toBe("open");
  expect(heart.heard()).toEqual(["oncall opened 1", "oncall reminder 1"]);
});

test("a deploy before the onset, in the same regions, is named", async () => {
  const heart = await startHeart(YAML);
  await heart.advance(20 * MINUTE);
  const { writer } = heart.store;
  const deploy = { id: 0, at: heart.clock.now(), service: "gateway", version: "2025.11.3", regions: ["eu"] };
  writer.transaction(() => writer.putDeploy({ ...deploy, monitors: [], tags: [], url: null, by: "ci" }));
  await heart.advance(3 * MINUTE);
  heart.answer(({ region }) => (region === "eu" ? 409 : 200));
  await heart.advance(15 * MINUTE);
  expect(only(heart)).toMatchObject({ scope: { regions: ["eu"] }, deploy: { service: "gateway", sameRegions: true } });
  expect(deployText(facts(heart, 0).deploy!)).toMatch(/^began [1-4] min after gateway 2025.11.3 in the same regions$/);
});

test("accepting as the new normal ends the incident and says so; undoing it brings the old normal back", async () => {
  const heart = await broken();
  await heart.advance(20 * MINUTE);
  const { acceptance, incident } = heart.walk.accept(1, { scope: {}, by: "ada", reason: "by design since 2.4" });
  expect(incident).toMatchObject({ state: "resolved", closedAs: "accepted" });
  expect(() => heart.walk.accept(1, { scope: {}, by: "ada", reason: "again" })).toThrow(/incident 1 is not open/);
  await heart.advance(HOUR);
  expect(heart.store.reader.incidents({ limit: 9 })).toHaveLength(1);
  expect(heart.heard()).toEqual(["oncall opened 1", "oncall resolved 1"]);
  expect(facts(heart, 1).reason).toMatch(/^accepted as usual by a person: .*\(by design since 2.4\)$/);
  // Also after a restart: what undoing needs is in the file.
  await heart.crash();
  expect(heart.walk.undoAccept(acceptance.id).undoneAt).toBe(heart.clock.now());
  expect(() => heart.walk.undoAccept(acceptance.id)).toThrow(/undone already/);
  await heart.advance(15 * MINUTE);
  expect(heart.store.reader.incidents({ limit: 9, state: "open" })).toHaveLength(1);
});

test("what was accepted can be undone for seven days, and not after", async () => {
  const heart = await broken();
  const { acceptance } = heart.walk.accept(1, { scope: {}, by: "ada", reason: "by design" });
  heart.clock.jumpTo(heart.clock.now() + 7 * 24 * HOUR + 1);
  expect(() => heart.walk.undoAccept(acceptance.id)).toThrow(/older than 7 days/);
  expect(() => heart.walk.undoAccept(99)).toThrow(/no acceptance 99/);
});

test("a channel that is dead is told on another, once, and once more when it works again", async () => {
  const heart = await startHeart(YAML);
  await heart.advance(20 * MINUTE);
  heart.say(({ channel }) =>
    channel === "oncall" ? { kind: "refused", said: "404 no_service" } : { kind: "delivered", said: "ok" },
  );
  heart.answer(() => 409);
  await heart.advance(10 * MINUTE);
  heart.answer(() => 200);
  await heart.advance(HOUR);
  expect(heart.heard()).toEqual(["ops internal delivery_dead opened"]);
  expect(heart.store.reader.internalAlerts({ state: "open", limit: 9 })).toMatchObject([{ subject: "oncall" }]);
  expect(heart.store.reader.deliveries({ state: "dead", limit: 9 })).toHaveLength(2);
  heart.say(() => ({ kind: "delivered", said: "ok" }));
  heart.answer(() => 409);
  await heart.advance(10 * MINUTE);
  expect(heart.heard().slice(1)).toEqual(["oncall opened 2", "ops internal delivery_dead resolved"]);
  const { bundle } = heart.told.at(-1)!;
  const said = bundle.form === "internal" ? bundle.alerts[0] : null;
  expect(said).toMatchObject({ what: "delivery_dead", state: "resolved" } satisfies Partial<InternalFacts>);
});

test("a region from which nothing comes is one message about ourselves, and no incident", async () => {
  const heart = await startHeart(YAML);
  await heart.advance(20 * MINUTE);
  heart.answer(({ region }) => (region === "us" ? null : 200));
  await heart.advance(30 * MINUTE);
  expect(heart.heard()).toEqual(["ops internal region_silent opened"]);
  await heart.crash();
  await heart.advance(10 * MINUTE);
  heart.answer(() => 200);
  await heart.advance(5 * MINUTE);
  expect(heart.heard()).toEqual(["ops internal region_silent opened", "ops internal region_silent resolved"]);
  expect(heart.store.reader.incidents({ limit: 9 })).toEqual([]);
});

test("trouble with what is not defined any more is over", async () => {
  const heart = await startHeart(YAML);
  await heart.advance(20 * MINUTE);
  heart.answer(({ region }) => (region === "us" ? null : 200));
  await heart.advance(10 * MINUTE);
  await heart.redefine(YAML.replace("regions: [eu, us, ap]", "regions: [eu, ap]"));
  await heart.advance(10 * MINUTE);
  expect(heart.heard()).toEqual(["ops internal region_silent opened", "ops internal region_silent resolved"]);
  expect(heart.store.reader.internalAlerts({ limit: 9 })).toMatchObject([
    { subject: "us", resolution: '"us" is not defined any more' },
  ]);
});

test("a standstill is one message about ourselves, and no incident", async () => {
  const heart = await startHeart(YAML);
  await heart.advance(20 * MINUTE);
  heart.clock.jumpTo(heart.clock.now() + 30 * MINUTE);
  await heart.advance(5 * MINUTE);
  expect(heart.heard()).toEqual(["ops internal standstill opened"]);
  expect(heart.store.reader.internalAlerts({ limit: 9 })).toMatchObject([
    { kind: "standstill", resolvedAt: START + 50 * MINUTE },
  ]);
  expect(heart.store.reader.incidents({ limit: 9 })).toEqual([]);
});

test("F63: a monitor that goes while its incident is open ends it as removed, with one notice; also when it went while we were away", async () => {
  const heart = await broken();
  heart.answer(({ monitor }) => (monitor === "checkout" ? 409 : 200));
  const rest = YAML.replace("id: checkout", "id: search");
  await heart.redefine(rest);
  await heart.advance(10 * MINUTE);
  expect(only(heart)).toMatchObject({ id: 1, state: "resolved", closedAs: "removed" });
  expect(heart.heard()).toEqual(["oncall opened 1", "oncall resolved 1"]);
  expect(facts(heart, 1).reason).toBe("the monitor was removed from the definitions");
  heart.answer(() => 409);
  await heart.advance(10 * MINUTE);
  expect(only(heart)).toMatchObject({ id: 2, monitor: "search", state: "open" });
  await heart.crash(YAML);
  await heart.advance(10 * SECOND);
  expect(heart.store.reader.incident(2)).toMatchObject({ state: "resolved", closedAs: "removed" });
  expect(heart.heard().slice(2)).toEqual(["oncall opened 2", "oncall resolved 2"]);
});

test("F63: another request is another subject: the incident ends as relearned, with one notice", async () => {
  const heart = await broken();
  await heart.redefine(YAML.replace("example.com/checkout", "example.com/v2"));
  heart.answer(() => 200);
  await heart.advance(10 * MINUTE);
  expect(only(heart)).toMatchObject({ state: "resolved", closedAs: "relearned" });
  expect(heart.heard()).toEqual(["oncall opened 1", "oncall resolved 1"]);
});

test("quiet hours keep a message back until they end, and what came meanwhile is one message then", async () => {
  const quiet = YAML.replace(
    'oncall: { slack: { webhook: "https://hooks.example.com/b" } }',
    'oncall: { slack: { webhook: "https://hooks.example.com/b" }, quiet: { from: "12:00", to: "14:00", timezone: UTC } }',
  );
  const heart = await broken(quiet);
  heart.answer(() => 200);
  await heart.advance(HOUR);
  expect(heart.told).toEqual([]);
  await heart.advance(HOUR);
  expect(heart.heard()).toEqual(["oncall opened+resolved 1"]);
  expect(heart.told[0]!.at).toBeGreaterThanOrEqual(START + 2 * HOUR);
});

test("why and why not: the numbers of every judged slot are there, in words", async () => {
  const heart = await startHeart(YAML);
  await heart.advance(30 * MINUTE);
  const { reader } = heart.store;
  const all = reader.whys({ monitor: "checkout", from: START, to: START + HOUR, limit: 999 });
  expect(all.length).toBeGreaterThanOrEqual(29);
  expect(slotWhyText(all[0]!, 1)).toMatch(
    /^learning: 0 of 24 h of quiet history, .*usual .* %, chance 1 in .*, limit 1 in/,
  );
  heart.answer(() => 409);
  await heart.advance(5 * MINUTE);
  const opening = reader.why("checkout", heart.clock.now())!;
  expect(slotWhyText(opening, 1)).toMatch(/^spike: \d+ of \d+ probes 409, usual 0\.\d+ %, chance 1 in/);
});
