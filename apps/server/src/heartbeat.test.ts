import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Pulse } from "@statusquo/core";
import { manualClock } from "@statusquo/pipeline/testing";
import { guardedFetch } from "@statusquo/probe";
import { expect, onTestFinished, test } from "vitest";
import { startHeartbeat } from "./heartbeat.ts";

const START = Date.UTC(2026, 0, 6, 12);
const MINUTE = 60_000;
const WELL: Omit<Pulse, "scheduledAt" | "committedAt"> = {
  ...{ clockTrouble: null, commitWithinMs: 2 * MINUTE, since: START, waiting: [], deadChannels: [], loopLagMs: 10 },
};

/** A heart whose body is well unless a test says otherwise, and whoever listens to it. */
async function heart(answer: (response: ServerResponse) => void = (response) => void response.end("OK")) {
  const calls: string[] = [];
  const server = createServer((request, response) => {
    calls.push(`${request.method} ${request.url}`);
    answer(response);
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const clock = manualClock(START);
  const said: string[] = [];
  const body: { address: string | null; pulse: Partial<Pulse> } = {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}/ping/s3cret`,
    pulse: {},
  };
  const beating = startHeartbeat({
    clock,
    address: () => body.address,
    pulse: () => ({ ...WELL, scheduledAt: clock.now(), committedAt: clock.now(), ...body.pulse }),
    fetch: guardedFetch({ allowPrivate: true }),
    onTrouble: (sentence) => void said.push(sentence),
    onWell: (sentence) => void said.push(sentence),
  });
  onTestFinished(() => {
    beating.stop();
    server.closeAllConnections();
    return new Promise((resolve) => server.close(() => resolve()));
  });
  return { calls, said, body, pass: (ms: number) => clock.advance(ms) };
}

test("it beats once a minute and no more often", async () => {
  const { calls, pass, said } = await heart();
  await pass(59_000);
  expect(calls).toEqual([]);
  await pass(4 * MINUTE);
  expect(calls).toEqual(Array(4).fill("GET /ping/s3cret"));
  expect(said).toEqual([]);
});

test("it stops with what it speaks for, says why once, and begins again", async () => {
  const { calls, pass, said, body } = await heart();
  await pass(MINUTE);
  body.pulse = { scheduledAt: START };
  await pass(3 * MINUTE);
  expect(calls).toHaveLength(1);
  expect(said).toEqual(["heartbeat withheld: no slots were handed out for 120 s"]);
  body.pulse = {};
  await pass(MINUTE);
  expect(calls).toHaveLength(2);
  expect(said.at(-1)).toBe("heartbeat: well again");
});

test("F70: a listener that is down is a warning, said once, and nothing else", async () => {
  const { calls, pass, said, body } = await heart();
  const { address } = body;
  body.address = "http://127.0.0.1:1/ping/s3cret";
  await pass(3 * MINUTE);
  expect(said).toEqual(["heartbeat: no connection (ECONNREFUSED)"]);
  body.address = address;
  await pass(MINUTE);
  expect(calls).toHaveLength(1);
  expect(said.at(-1)).toBe("heartbeat: well again");
  expect(said.join()).not.toContain("s3cret");
});

test("an answer that is none, a redirect to elsewhere and a blocked address are warnings, none of them followed", async () => {
  const { calls, pass, said, body } = await heart(
    (response) => void response.writeHead(302, { location: "http://169.254.169.254/" }).end(),
  );
  await pass(MINUTE);
  expect(said).toEqual(["heartbeat: its address answered 302"]);
  body.address = "http://169.254.169.254/latest";
  await pass(MINUTE);
  expect(said.at(-1)).toBe("heartbeat: no connection (address_blocked)");
  expect(calls).toHaveLength(1);
});

test("without an address nothing is called and nothing is looked at", async () => {
  const { calls, pass, said, body } = await heart();
  body.address = null;
  body.pulse = { scheduledAt: null };
  await pass(3 * MINUTE);
  expect({ calls, said }).toEqual({ calls: [], said: [] });
});
