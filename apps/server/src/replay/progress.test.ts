import { expect, test } from "vitest";
import { createProgress } from "./progress.ts";

test("on a terminal one line is written over itself, five times a second at most, and cleared at the end", () => {
  let now = 0;
  const written: string[] = [];
  const progress = createProgress({ write: (text) => written.push(text) }, () => now);
  const report = (samples: number) => () => ({ samples, incidents: 3, share: samples / 4_000_000 });
  for (now = 0; now <= 1_000; now += 50) progress.show(report(now * 1_000));
  expect(written.length).toBeGreaterThan(2);
  expect(written.length).toBeLessThanOrEqual(5);
  expect(written.at(-1)).toBe("\r\x1b[K25 %  1,000,000 samples  1,000,000/s  3 incidents");
  progress.clear();
  expect(written.at(-1)).toBe("\r\x1b[K");
});

test("of standard input no share is known, and elsewhere than on a terminal nothing is written", () => {
  let now = 0;
  const written: string[] = [];
  const report = () => ({ samples: 10, incidents: 0, share: null });
  const progress = createProgress({ write: (text) => written.push(text) }, () => now);
  const silent = createProgress(null, () => now);
  now = 500;
  progress.show(report);
  silent.show(() => {
    throw new Error("asked for a report that nobody sees");
  });
  silent.clear();
  expect(written).toEqual(["\r\x1b[K10 samples  20/s  0 incidents"]);
});
