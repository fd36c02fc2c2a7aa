import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { BEGIN, DAY, HOUR, linesOf } from "../../test/recording.ts";
import { readSettings } from "../settings.ts";
import { NO_REPLAY_FLAGS, type ReplayFlags } from "./command.ts";
import { replay } from "./replay.ts";

const SPIKE = linesOf({ forMs: DAY + 2 * HOUR, code: (since) => (since >= DAY && since < DAY + HOUR ? 409 : 200) });

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "statusquo-replay-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

function fileOf(lines: readonly string[]): string {
  const file = join(newFolder(), "samples.ndjson");
  writeFileSync(file, lines.join("\n"));
  return file;
}

interface Given extends Partial<ReplayFlags> {
  json?: boolean;
  out?: string;
  config?: string;
  data?: string;
}

async function run({ json = false, out, config, data, ...flags }: Given) {
  const printed: string[] = [];
  const said: string[] = [];
  const code = await replay({
    settings: { ...readSettings({}, { data: data ?? newFolder() }), config: config ?? null },
    flags: { json, out: out ?? null, replay: { ...NO_REPLAY_FLAGS, ...flags } },
    rest: [],
    env: {},
    print: (line) => void printed.push(line),
    printError: (line) => void said.push(line),
  });
  return { code, printed, said: said.join("\n") };
}

test("incidents go to standard output, a line each; the summary does not", async () => {
  const { code, printed, said } = await run({ samples: [fileOf(SPIKE)] });
  expect(code).toBe(0);
  expect(printed.map((line) => JSON.parse(line))).toMatchObject([
    { monitor: "checkout", code: 409, began: BEGIN + DAY },
  ]);
  expect(said).toMatch(/^replay: 1,560 samples of 1 monitor, 2026-01-06T00:00Z to 2026-01-07T01:59Z$/m);
  expect(said).toMatch(/^replay: 1 incident \(0\.92 a day and monitor\), 0 open at the end; [\d,]+ samples\/s$/m);
  expect(said).toContain("checkout: every 60 s from eu, expects 2xx");
});

test("with --out they go to the file, the same bytes each time, over what was there", async () => {
  const out = join(newFolder(), "incidents.ndjson");
  writeFileSync(out, "of last time\n".repeat(100));
  const samples = [fileOf(SPIKE)];
  expect(await run({ samples, out })).toMatchObject({ code: 0, printed: [] });
  const first = readFileSync(out, "utf8");
  expect(JSON.parse(first)).toMatchObject({ code: 409, region: "eu" });
  await run({ samples, out });
  expect(readFileSync(out, "utf8")).toBe(first);
});

test("a recording that is broken leaves the incidents of last time where they are", async () => {
  const out = join(newFolder(), "incidents.ndjson");
  writeFileSync(out, "of last time\n");
  const file = fileOf([...SPIKE, '{"t":']);
  await expect(run({ samples: [file], out })).rejects.toThrow(`${file}:1561:6: a line must be one JSON object`);
  expect(readFileSync(out, "utf8")).toBe("of last time\n");
});

test("a place that cannot be written is said before the work", async () => {
  const out = join(newFolder(), "no-folder", "incidents.ndjson");
  await expect(run({ samples: ["/nowhere.ndjson"], out })).rejects.toThrow(`--out ${out} cannot be written`);
});

test("--json is one object with all of it", async () => {
  const { printed } = await run({ samples: [fileOf(SPIKE)], json: true, compare: true });
  const { summary, incidents, comparison } = JSON.parse(printed.join(""));
  expect(printed).toHaveLength(1);
  expect(summary).toMatchObject({ samples: 1_560, monitors: 1, incidents: 1, stopped: [] });
  expect(incidents).toMatchObject([{ code: 409 }]);
  expect(comparison.rules.map(({ name }: { name: string }) => name)).toContain("gatus 3/2");
});

test("--compare prints the table in place of the incidents", async () => {
  const { code, printed } = await run({ samples: [fileOf(SPIKE)], compare: true });
  expect(code).toBe(0);
  expect(printed[0]).toMatch(/^rule +alerts +a day +found +missed +median delay/);
});

test("definitions say what their monitors expect", async () => {
  const config = join(newFolder(), "statusquo.yaml");
  writeFileSync(config, "monitors: [{ id: checkout, url: https://example.com/, expect: [200, 409], regions: [eu] }]");
  const { printed, said } = await run({ samples: [fileOf(SPIKE)], config });
  expect(printed).toEqual([]);
  expect(said).not.toContain("guessed");
  writeFileSync(config, "monitors: [{ id: checkout }]");
  expect(await run({ samples: [fileOf(SPIKE)], config })).toMatchObject({ code: 1, printed: [] });
});

test("the budget may be a number a year or as in definitions", async () => {
  for (const falseAlarms of ["0.5", "1", "2/month"])
    expect(await run({ samples: [fileOf(SPIKE)], falseAlarms })).toMatchObject({ code: 0 });
});

test.for([
  [{}, "replay: name recorded samples, such as: npx statusquo replay --samples samples.ndjson"],
  [{ samples: ["a"], monitor: "b" }, "replay: give --samples or --monitor, not both"],
  [{ samples: ["a"], from: "2026-01-06" }, "replay: --from and --to are for --monitor"],
  [{ samples: ["a"], falseAlarms: "0" }, 'a number a year above 0, or a budget such as 2/month; got "0"'],
  [{ samples: ["a"], falseAlarms: "1/hour" }, 'or a budget such as 2/month; got "1/hour"'],
  [{ monitor: "b", to: "yesterday" }, 'such as 2026-01-06, 2026-01-06T14:00Z or epoch ms; got "yesterday"'],
  [{ monitor: "b", from: "2026-13-01" }, 'got "2026-13-01"'],
] satisfies [Given, string][])("%j is asked wrongly", async ([given, says]) => {
  const { code, said } = await run(given);
  expect(code).toBe(2);
  expect(said).toContain(says);
});

test("a data folder without a database is said", async () => {
  await expect(run({ monitor: "checkout" })).rejects.toThrow("statusquo.db");
});
