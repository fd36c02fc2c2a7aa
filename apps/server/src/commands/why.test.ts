import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { slotAt } from "@statusquo/core";
import { openStore } from "@statusquo/store";
import { expect, onTestFinished, test } from "vitest";
import { compileDefinitions } from "../definitions/load.ts";
import { readSettings } from "../settings.ts";
import { NO_DEPLOY_FLAGS, NO_REPLAY_FLAGS } from "./command.ts";
import { why } from "./why.ts";

/** Of the monitor's timetable: minutes, each a little after the full one. */
const SLOT = slotAt({ id: "checkout", intervalMs: 60_000 }, Date.UTC(2026, 0, 6, 14, 1));
const YAML = "monitors: [{ id: checkout, url: https://api.example.com/checkout }]";

/** A data folder in which one slot was judged. */
async function folder(): Promise<string> {
  const data = mkdtempSync(join(tmpdir(), "statusquo-why-"));
  onTestFinished(() => rmSync(data, { recursive: true }));
  const store = openStore({ path: join(data, "statusquo.db") });
  const read = await compileDefinitions([{ file: "why.yaml", text: YAML }], {});
  if (!read.ok) throw new Error("the definitions of this test are broken");
  const [monitor] = read.loaded.monitors;
  const reading = { stream: 409, code: 409, lnEvidence: -5, lnThreshold: 0, usualShare: 0.012, bad: 2, of: 6 } as const;
  const strongest = { ...reading, open: false };
  const about = { monitor: "checkout", slot: SLOT, standing: "watching", sampled: 3, missed: 0 } as const;
  store.writer.transaction(() => {
    store.writer.putDefinitions(read.loaded.monitors, SLOT);
    store.writer.putJudgement(
      "checkout",
      SLOT,
      { live: new Uint8Array(1), seasons: null },
      { ...about, subject: monitor?.subject ?? "", reason: "", readings: [strongest], events: [] },
    );
    store.writer.putWhy({ ...about, strongest, learnedMin: 1_440, note: null });
  });
  store.close();
  return data;
}

async function run(data: string, rest: string[], at: string | null, json = false) {
  const printed: string[] = [];
  const errors: string[] = [];
  const code = await why({
    settings: readSettings({ STATUSQUO_DATA: data, STATUSQUO_CONFIG: "why.yaml" }),
    flags: { json, out: null, replay: NO_REPLAY_FLAGS, deploy: { ...NO_DEPLOY_FLAGS, at } },
    rest,
    env: {},
    print: (line) => printed.push(line),
    printError: (line) => errors.push(line),
  });
  return { code, printed, errors };
}

test("why a slot was judged as it was is said in words and numbers", async () => {
  const data = await folder();
  const { code, printed } = await run(data, ["checkout"], "2026-01-06T14:01Z");
  expect(code).toBe(0);
  expect(printed[0]).toBe(`checkout at ${new Date(SLOT).toISOString()}`);
  expect(printed[1]).toMatch(/^watching: 2 of 6 probes 409, usual 1\.2 %, chance 1 in .+, limit 1 in .+$/);
  const json = JSON.parse((await run(data, ["checkout"], "2026-01-06T14:01Z", true)).printed[0] ?? "");
  expect(json).toMatchObject({ standing: "watching", text: printed[1], falseAlarmsPerYear: 1 });
});

test("a time that is not kept, a monitor that is none and a word that is no time are said as such", async () => {
  const data = await folder();
  expect(await run(data, ["checkout"], "2026-01-06T13:00Z")).toMatchObject({
    code: 1,
    errors: ["why: no verdict on checkout at 2026-01-06T13:00:00.000Z is kept; they are kept for 7 days"],
  });
  expect((await run(data, ["chekout"], null)).errors).toEqual([
    'why: nothing was judged of a monitor "chekout"; did you mean "checkout"?',
  ]);
  expect(await run(data, ["checkout"], "noon")).toMatchObject({ code: 2 });
});
