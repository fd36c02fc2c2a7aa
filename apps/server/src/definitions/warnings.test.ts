import { expect, test } from "vitest";
import { compileDefinitions } from "./load.ts";
import { warningsOf } from "./warnings.ts";

async function warnings(text: string): Promise<string[]> {
  const read = await compileDefinitions([{ file: "a.yaml", text }], {});
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  return warningsOf(read.loaded);
}
const monitors = (...lines: string[]) =>
  `regions: [eu, us]\nmonitors:\n${lines.map((line) => `  - ${line}\n`).join("")}`;

test("H15: a host that many monitors ask often is warned of, with how often and what to do; one that few ask is not", async () => {
  const of = (count: number) =>
    monitors(
      ...Array.from(
        { length: count },
        (_, at) => `{ id: m-${at}, url: "https://api.example.com/${at}", every: 5s, timeout: 2s, expect: 200 }`,
      ),
    );
  expect(await warnings(of(25))).toEqual([]);
  expect(await warnings(of(100))).toEqual([
    "api.example.com would be asked 40 times a second, by 100 monitors in all their regions; if that is more than it should bear, raise every (more than 10 is warned of)",
  ]);
});

test("H15: every step and every cleanup counts", async () => {
  const steps = Array.from({ length: 10 }, (_, at) => `{ get: "https://api.example.com/${at}" }`).join(", ");
  const lines = Array.from({ length: 3 }, (_, at) => `{ id: s-${at}, every: 5s, timeout: 2s, steps: [${steps}] }`);
  expect((await warnings(monitors(...lines)))[0]).toMatch(/^api\.example\.com would be asked 12 times a second, by 3 /);
});

test.each([
  ["Checkout", "Сheckout"], // Cyrillic Es
  ["Orders", "ORDERS"],
  ["Orders", "0rders"],
  ["Café", "Cafe"],
  ["Pay-ment", "Payment"],
])("H10: %j and %j are warned of as names that look alike", async (one, other) => {
  const text = monitors(
    `{ id: one, name: "${one}", url: "https://a.example.com/" }`,
    `{ id: two, name: "${other}", url: "https://b.example.com/" }`,
  );
  expect(await warnings(text)).toEqual([`monitors one, two have names that look alike: "${one}", "${other}"`]);
});

test("H10: names that differ are not", async () => {
  const text = monitors(
    ...["Orders", "Order", "支付", "支出", "Orders 2", "!", "?"].map(
      (name, at) => `{ id: m-${at}, name: "${name}", url: "https://a.example.com/" }`,
    ),
  );
  expect(await warnings(text)).toEqual([]);
});
