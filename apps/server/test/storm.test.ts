import { expect, test } from "vitest";
import { type Heart, HOUR, MINUTE, SECOND, startHeart } from "./heart.ts";

const CHANNELS = `channels:
  ops: { slack: { webhook: "https://hooks.example.com/a" } }
  mail: { email: { to: [a@example.com, b@example.com], from: s@example.com, smtp: "smtp://mail.example.com" } }
`;
/** Monitors that alert from their first minutes. */
const many = (count: number, hostOf: (n: number) => string, every = "1m") => `${CHANNELS}regions: [eu]
self: { notify: [ops] }
defaults: { every: ${every}, timeout: 2s, notify: [ops, mail], usual: { 503: "0.1%" }, remind: never }
monitors:
${Array.from({ length: count }, (_, n) => `  - { id: m-${n}, url: "https://${hostOf(n)}/${n}" }`).join("\n")}
`;

const lanesOf = (heart: Heart) => Map.groupBy(heart.told, ({ bundle }) => `${bundle.channel} ${bundle.recipient}`);
const incidentsOf = (heart: Heart) => heart.store.reader.incidents({ limit: 10_000 });
const keysTold = (heart: Heart) =>
  heart.store.reader.deliveries({ limit: 100_000 }).map(({ key, state }) => `${state} ${key.split(".")[0]}`);

test("F54: 500 monitors that fail at once are 500 incidents in the list and a few digests, never more than one a second", async () => {
  const heart = await startHeart(many(500, (n) => `api-${n % 100}.example.com`));
  await heart.advance(3 * MINUTE);
  heart.answer(() => 503);
  await heart.advance(6 * MINUTE);
  expect(incidentsOf(heart)).toHaveLength(500);
  expect(lanesOf(heart).size).toBe(3);
  for (const messages of lanesOf(heart).values()) {
    for (const [index, { at }] of messages.entries()) {
      if (index > 0) expect(at - messages[index - 1]!.at).toBeGreaterThanOrEqual(SECOND);
      const recent = messages.filter((other) => other.at > at - 30 * SECOND && other.at <= at);
      expect(recent.length).toBeLessThanOrEqual(11);
      expect(recent.filter(({ bundle }) => bundle.form === "digest").length).toBeLessThanOrEqual(1);
    }
    // 500 openings within some minutes.
    expect(messages.length).toBeLessThanOrEqual(40);
  }
  // Nothing is missing: every incident was told to every recipient.
  const told = keysTold(heart).filter((key) => key.startsWith("delivered"));
  expect(told).toHaveLength(1_500);
  expect(new Set(told).size).toBe(500);
}, 120_000);

test("monitors of one host that break together are one message that names them", async () => {
  const heart = await startHeart(many(12, () => "api.example.com", "5s"));
  await heart.advance(MINUTE);
  heart.answer(() => 503);
  await heart.advance(MINUTE);
  const groups = heart.told.filter(({ bundle }) => bundle.channel === "ops");
  expect(groups.length).toBeLessThanOrEqual(5);
  const named = groups.flatMap(({ bundle }) =>
    bundle.form === "group" ? bundle.incidents : bundle.form === "incident" ? [bundle.incident] : [],
  );
  expect(named.map(({ facts }) => facts.monitor.id).toSorted()).toEqual(
    Array.from({ length: 12 }, (_, n) => `m-${n}`).toSorted(),
  );
  const [group] = groups.flatMap(({ bundle }) => (bundle.form === "group" ? [bundle] : []));
  expect(group?.together).toEqual({ kind: "host", host: "api.example.com" });
});

test("F52: six hours without any channel lose nothing, and drain as one message an incident at most, one a second", async () => {
  const heart = await startHeart(many(8, (n) => `api-${n}.example.com`, "5m"));
  await heart.advance(30 * MINUTE);
  heart.say(() => ({ kind: "retry", said: "503 Service Unavailable" }));
  const from = heart.clock.now();
  // One after another fails for an hour.
  heart.answer(({ monitor, slot }) => {
    const began = from + (Number(monitor.slice(2)) % 8) * 30 * MINUTE;
    return slot >= began && slot < began + HOUR ? 503 : 200;
  });
  await heart.advance(6 * HOUR);
  const attempts = heart.told.length;
  expect(heart.heard()).toEqual([]);
  expect(incidentsOf(heart)).toHaveLength(8);
  heart.say(() => ({ kind: "delivered", said: "ok" }));
  await heart.advance(30 * MINUTE);
  const states = new Set(heart.store.reader.deliveries({ limit: 10_000 }).map(({ state }) => state));
  expect([...states]).toEqual(["delivered"]);
  for (const [, messages] of Map.groupBy(heart.told.slice(attempts), ({ bundle }) => bundle.recipient)) {
    for (const [index, { at }] of messages.entries())
      if (index > 0) expect(at - messages[index - 1]!.at).toBeGreaterThanOrEqual(SECOND);
  }
  // What opened and resolved meanwhile is in one accepted message: both rows were settled by the same attempt.
  const byIncident = Map.groupBy(heart.store.reader.deliveries({ limit: 10_000 }), ({ incident, recipient }) =>
    [incident, recipient].join(),
  );
  for (const rows of byIncident.values()) {
    const closed = rows.filter(({ kind }) => kind === "resolved");
    if (closed.length === 0) continue;
    expect(new Set(rows.map(({ attempts }) => attempts.at(-1)?.at)).size).toBe(1);
  }
  expect(byIncident.size).toBe(24);
}, 120_000);

test("F53: a channel that hangs changes nothing for another: told within five seconds of the commit", async () => {
  const heart = await startHeart(many(40, (n) => `api-${n}.example.com`));
  await heart.advance(3 * MINUTE);
  heart.say((bundle) => (bundle.channel === "ops" ? new Promise(() => {}) : { kind: "delivered", said: "250" }));
  heart.answer(({ monitor }) => (monitor === "m-1" ? 503 : 200));
  await heart.advance(10 * MINUTE);
  const mails = heart.store.reader.deliveries({ channel: "mail", limit: 9 });
  expect(mails).toHaveLength(2);
  for (const { createdAt, attempts } of mails) expect(attempts[0]!.at - createdAt).toBeLessThanOrEqual(5 * SECOND);
  expect(heart.store.reader.deliveries({ channel: "ops", limit: 9 })).toMatchObject([
    { state: "pending", attempts: [] },
  ]);
});

test.for(["outbox.after_claim", "outbox.after_accept_before_mark"] as const)(
  "what was under way when the process died at %s is said again, the same, under the same key",
  async (point) => {
    const heart = await startHeart(many(12, () => "api.example.com", "5s").replace("[ops, mail]", "[ops]"));
    await heart.advance(MINUTE);
    const faults: unknown[] = [];
    const note = (error: unknown) => void faults.push(error);
    process.on("unhandledRejection", note);
    heart.failAt(point);
    heart.answer(() => 503);
    while (faults.length === 0) await heart.advance(SECOND);
    process.off("unhandledRejection", note);
    const claimed = heart.store.writer.transaction(() =>
      heart.store.writer.dueNotifications(heart.clock.now(), 100).filter(({ bundle }) => bundle !== null),
    );
    expect(claimed.length).toBeGreaterThan(0);
    const before = heart.told.length;
    await heart.crash();
    await heart.advance(MINUTE);
    const again = heart.told[before]!.bundle;
    expect(again.key).toBe(claimed[0]?.bundle);
    const shown = again.form === "group" ? again.incidents : again.form === "incident" ? [again.incident] : [];
    expect(shown.map(({ incident }) => incident)).toEqual(claimed.map(({ incident }) => incident));
    if (point === "outbox.after_accept_before_mark")
      expect(heart.told[before - 1]!.bundle).toMatchObject({ key: again.key });
    expect(heart.store.reader.deliveries({ state: "pending", limit: 9 })).toEqual([]);
  },
);
