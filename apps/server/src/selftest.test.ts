import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Channel, TOLD_ALL } from "@statusquo/core";
import { expect, onTestFinished, test } from "vitest";
import { wallClock } from "./demo/clock.ts";
import { createReceived } from "./demo/received.ts";
import { startSlackSink } from "./demo/sinks.ts";
import { STAGES, type StageReport, selfTest } from "./selftest.ts";

const source = { file: "statusquo.yaml", line: 1, endLine: 1 };
const room = (webhook: string): Channel => ({ id: "room", kind: "slack", webhook, filter: TOLD_ALL, source });
const asked = { redisUrl: null, channels: [], env: {}, publicUrl: null };
const endOf = (reports: readonly StageReport[]) => reports.map(({ stage, ok }) => `${stage} ${ok ? "ok" : "FAILED"}`);

test("a made-up rise of 409 goes the whole way, people are sent a test of it, and nothing is left behind", async () => {
  const received = createReceived();
  const slack = await startSlackSink(received, wallClock);
  onTestFinished(() => slack.close());
  const folder = mkdtempSync(join(tmpdir(), "statusquo-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const begun: string[] = [];
  const reports = await selfTest({
    ...{ ...asked, channels: [room(slack.url)], folder },
    onBegin: (stage) => void begun.push(stage),
  });
  expect(endOf(reports)).toEqual(STAGES.map((stage) => `${stage} ok`));
  expect(begun).toEqual([...STAGES]);
  const [message, ...others] = received.newestFirst();
  expect(others).toEqual([]);
  expect(message?.raw).toContain("This is a test message");
  expect(message?.raw).toContain("npx statusquo selftest");
  expect(message?.raw).not.toMatch(/INC-\d/);
  expect(readdirSync(folder)).toEqual([]);
});

test("a channel that does not work is the stage that fails, with what its provider said", async () => {
  const reports = await selfTest({ ...asked, channels: [room("http://127.0.0.1:1/hook")] });
  expect(endOf(reports).at(-1)).toBe("channels FAILED");
  expect(reports.at(-1)?.said).toContain("room (room): 127.0.0.1:1: no connection (ECONNREFUSED)");
});

test("a Redis that is not there is the stage that fails, without its password", async () => {
  const reports = await selfTest({ ...asked, redisUrl: "redis://:hunter2@127.0.0.1:1" });
  expect(endOf(reports)).toEqual(["target ok", "store ok", "transport FAILED"]);
  expect(reports.at(-1)?.said).toContain("127.0.0.1:1");
  expect(reports.at(-1)?.said).not.toContain("hunter2");
});

test("a stage of which nothing comes has failed in time, and the rest is not tried", async () => {
  const reports = await selfTest({ ...asked, withinMs: 400 });
  expect(endOf(reports)).toEqual(["target ok", "store ok", "transport ok", "probe FAILED"]);
  expect(reports.at(-1)?.said).toBe("nothing came of it within 0.4 s");
});
