import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test, vi } from "vitest";
import { DAY, HOUR, linesOf } from "./recording.ts";

const PROGRAM = fileURLToPath(new URL("../bin/statusquo.mjs", import.meta.url));
const SPIKE = linesOf({ forMs: DAY + HOUR, code: (since) => (since < DAY ? 200 : 409) });

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "statusquo-replay-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

function start(args: readonly string[], cwd: string) {
  const child = spawn(process.execPath, [PROGRAM, "replay", ...args], { cwd, stdio: "pipe" });
  onTestFinished(() => void child.kill("SIGKILL"));
  let said = "";
  child.stderr.on("data", (chunk) => (said += chunk));
  return { child, said: () => said, ended: once(child, "exit").then(([code]) => code as number | null) };
}

test("Ctrl-C while waiting for more on standard input leaves what was found until then, and says so", async () => {
  const folder = newFolder();
  const { child, said, ended } = start(["--samples", "-", "--out", "incidents.ndjson"], folder);
  const out = join(folder, "incidents.ndjson");
  child.stdin.write(`${SPIKE.join("\n")}\n{"t":17`);
  // The file is there before the first sample is read; then all of these have been, soon.
  await vi.waitUntil(() => existsSync(out) && child.stdin.writableLength === 0, { timeout: 30_000 });
  child.kill("SIGINT");
  expect(await ended).toBe(1);
  expect(said()).toContain("replay: stopped before the end; what was found until then is in incidents.ndjson");
  const found = readFileSync(out, "utf8").split("\n").filter(Boolean);
  for (const line of found) expect(JSON.parse(line)).toMatchObject({ code: 409, closed: null });
});

test("a reader that has seen enough is no error", async () => {
  const folder = newFolder();
  writeFileSync(join(folder, "samples.ndjson"), SPIKE.join("\n"));
  const { child, said, ended } = start(["--samples", "samples.ndjson"], folder);
  child.stdout.destroy();
  expect(await ended).toBe(0);
  expect(said()).not.toContain("EPIPE");
});

test("replay has a help of its own, and what is not a flag is asked wrongly", async () => {
  const help = start(["--help"], newFolder());
  let printed = "";
  help.child.stdout.on("data", (chunk) => (printed += chunk));
  expect(await help.ended).toBe(0);
  expect(printed).toContain("--samples FILE");
  expect(await start(["--sample", "a"], newFolder()).ended).toBe(2);
  expect(await start([], newFolder()).ended).toBe(2);
});

test("a place in a recording that cannot be read ends with exit code 1, and says where", async () => {
  const folder = newFolder();
  writeFileSync(join(folder, "samples.ndjson"), `${SPIKE[0]}\n{"t":1}\n`);
  const { said, ended } = start(["--samples", "samples.ndjson"], folder);
  expect(await ended).toBe(1);
  expect(said()).toContain("statusquo: samples.ndjson:2:1: monitor must be a name");
});
