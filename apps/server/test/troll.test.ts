import { expect, test } from "vitest";
import { HOUR, startHeart } from "./heart.ts";

const YAML = `regions: [eu]
channels:
  ops: { slack: { webhook: "https://hooks.example.com/x" } }
monitors:
  - { id: orders, url: https://example.com/, every: 30s, timeout: 5s, notify: [ops] }
`;
const incidents = (heart: Awaited<ReturnType<typeof startHeart>>) => heart.store.reader.incidents({ limit: 100 });

test("H34: a target that answers with another code every time costs one incident, a bounded detector and few messages", async () => {
  const heart = await startHeart(YAML);
  await heart.advance(HOUR);
  let nth = 0;
  heart.answer(() => 400 + (nth++ % 599));
  await heart.advance(3 * HOUR);
  expect(incidents(heart)).toHaveLength(1);
  // Codes of their own: 409 and 16 others; the rest is counted together.
  expect(heart.walk.detector("orders")?.codes.length).toBeLessThanOrEqual(17);
  const detector = heart.store.reader.detector("orders");
  expect((detector?.live.length ?? 0) + (detector?.seasons.length ?? 0)).toBeLessThan(512 * 1024);
  // A change at most every 15 minutes, and a reminder every 4 hours.
  expect(heart.told.length).toBeLessThan(3 * 4 + 4);
  const hour = { monitors: ["orders"], from: heart.clock.now() - HOUR, to: heart.clock.now(), stepMs: HOUR };
  const counts = heart.store.reader.counts(hour)[0];
  expect(Object.keys(counts?.codes ?? {}).length).toBeLessThanOrEqual(counts?.probes ?? 0);
});

test("H34: one that breaks and mends every half hour is one flapping incident and not one an hour", async () => {
  const heart = await startHeart(YAML);
  await heart.advance(HOUR);
  heart.answer(({ slot }) => (Math.floor(slot / (HOUR / 2)) % 2 === 0 ? 409 : 200));
  await heart.advance(6 * HOUR);
  expect(incidents(heart).length).toBeGreaterThan(0);
  expect(incidents(heart).length).toBeLessThan(5);
});
