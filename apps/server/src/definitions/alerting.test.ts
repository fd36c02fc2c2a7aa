import { DEFAULT_ALERTING } from "@statusquo/core";
import { expect, test } from "vitest";
import { compileDefinitions, problemText } from "./load.ts";

const CHANNELS = `channels:
  ops: { slack: { webhook: "https://hooks.example.com/a" } }
  boss: { slack: { webhook: "https://hooks.example.com/b" } }
`;

async function read(keys: string, rest = "") {
  const text = `${CHANNELS}${rest}monitors: [{ id: checkout, url: https://a.example.com/${keys} }]\n`;
  const result = await compileDefinitions([{ file: "statusquo.yaml", text }], {});
  if (!result.ok) throw new Error(result.problems.map(problemText).join("\n"));
  return result.loaded;
}

test("a monitor that says nothing of it reminds every 4 hours, escalates to nobody, and counts 5xx and no answer", async () => {
  const { monitors, self } = await read("");
  expect(monitors[0]?.alerting).toEqual(DEFAULT_ALERTING);
  expect(self).toEqual({ notify: [], heartbeat: null });
});

test("severity, reminders, escalation and downtime are read, steps in the order of time", async () => {
  const { monitors } = await read(
    ", severity: critical, remind: never, escalate: [{ after: 2h, notify: [boss] }, { after: 30m, notify: [ops] }], uptime: { counts: [409, 5xx] }",
  );
  expect(monitors[0]?.alerting).toEqual({
    severity: "critical",
    remindMs: null,
    escalate: [
      { afterMs: 1_800_000, notify: ["ops"] },
      { afterMs: 7_200_000, notify: ["boss"] },
    ],
    downtime: {
      codes: [
        { from: 409, to: 409, exclude: false },
        { from: 500, to: 599, exclude: false },
      ],
      noAnswer: false,
    },
  });
});

test("what defaults say holds for monitors that do not say it, and is no reason to learn anew", async () => {
  const plain = await read("");
  const { monitors } = await read("", "defaults: { remind: 1h, escalate: { after: 1h, notify: [boss] } }\n");
  expect(monitors[0]?.alerting).toMatchObject({ remindMs: 3_600_000, escalate: [{ notify: ["boss"] }] });
  expect(monitors[0]?.version).toBe(plain.monitors[0]?.version);
});

test("the channels of self are read from every file", async () => {
  const { self } = await read("", 'self: { notify: [ops], heartbeat: "https://hc.example.com/x" }\n');
  expect(self).toEqual({ notify: ["ops"], heartbeat: "https://hc.example.com/x" });
});

test.for([
  [", severity: bad", 'severity must be warning or critical; got "bad"'],
  [", remind: 10s", 'from 5m to 7d, such as "4h", or never; got "10s"'],
  [
    ", escalate: { after: 30m, notify: [bos] }",
    'escalate names a channel that is not defined, "bos"; did you mean "boss"?',
  ],
  [", escalate: { after: 30d, notify: [boss] }", 'from 1m to 7d, such as "30m"; got "30d"'],
  [", uptime: { counts: [6xx] }", "no-answer, in a list"],
] as const)("what is wrong is said with the rule and what came: %s", async ([keys, message]) => {
  await expect(read(keys)).rejects.toThrow(message);
});

test("a channel that self names and nobody defines is refused", async () => {
  await expect(read("", "self: { notify: [opps] }\n")).rejects.toThrow(
    'statusquo.yaml:4:18: self: notify names a channel that is not defined, "opps"; did you mean "ops"?',
  );
});
