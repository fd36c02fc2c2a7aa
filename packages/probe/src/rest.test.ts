import type { Sample } from "@statusquo/core";
import { expect, test } from "vitest";
import { createProber } from "./prober.ts";
import { monitor, SLOT, service, step } from "./testing/service.ts";

const look = async (one: ReturnType<typeof monitor>) =>
  (await createProber({ region: "eu-west", env: {}, now: () => SLOT }).probe(one, SLOT)) as Sample;

test("a second look is taken only after an unexpected answer, and the first one stays the sample", async () => {
  const { got, origin } = await service((_, response, nth) => response.writeHead(nth === 1 ? 409 : 200).end());
  const one = monitor([step("GET", `${origin}/a`)], { confirmAfterMs: 1 });
  const first = await look(one);
  expect(first).toMatchObject({ outcome: { status: 409 }, confirmation: { code: 200, expected: true } });
  expect(first.evidence?.response?.status).toBe(409);
  expect((await look(one)).confirmation).toBeUndefined();
  expect(got).toHaveLength(3);
});

test("a target that answers 429 is left alone as long as it asks, three slots at most, and no second look is taken", async () => {
  let after = "120";
  const { got, origin } = await service((_, response) => response.writeHead(429, { "retry-after": after }).end());
  let now = SLOT;
  const prober = createProber({ region: "eu-west", env: {}, now: () => now });
  const one = monitor([step("GET", `${origin}/a`)], { confirmAfterMs: 1 });
  const kinds: string[] = [];
  const next = async () => {
    const result = await prober.probe(one, now);
    kinds.push(result.kind === "missed" ? result.reason : String((result.outcome as { status: number }).status));
    now += 60_000;
  };
  for (let slot = 0; slot < 3; slot++) await next();
  expect(kinds).toEqual(["429", "retry_after", "429"]);
  after = "86400";
  for (let slot = 0; slot < 6; slot++) await next();
  expect(kinds.slice(3)).toEqual(["retry_after", "429", "retry_after", "retry_after", "retry_after", "429"]);
  expect(got).toHaveLength(4);
});

test("a 503 says when it will be back, and is probed all the same", async () => {
  const { got, origin } = await service((_, response) => response.writeHead(503, { "retry-after": "3600" }).end());
  const prober = createProber({ region: "eu-west", env: {}, now: () => SLOT });
  const one = monitor([step("GET", `${origin}/a`)], { confirmAfterMs: 1 });
  await prober.probe(one, SLOT);
  await prober.probe(one, SLOT + 60_000);
  expect(got).toHaveLength(2);
});
