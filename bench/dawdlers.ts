/**
 * What an API costs its callers while others dawdle: `node bench/dawdlers.ts [--sockets 200] [--seconds 30]`.
 *
 * The demo's server runs as its own process. That many sockets are kept open and never finish a request: a third sends
 * nothing, a third a byte of a head every second, a third a byte of a body. Beside them one caller after the other asks
 * for the overview over a connection of its own. Printed are how long they waited, and how many slots were missed
 * meanwhile. Exits 1 when the 99th percentile is 200 ms or more, a call failed, or a slot was missed.
 */
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { get } from "node:http";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";

const { values } = parseArgs({
  options: { sockets: { type: "string", default: "200" }, seconds: { type: "string", default: "30" } },
});
const LIMIT_MS = 200;
const data = mkdtempSync(join(tmpdir(), "statusquo-dawdlers-"));
const program = new URL("../apps/server/bin/statusquo.mjs", import.meta.url).pathname;
const server = spawn(process.execPath, [program, "serve", "--data", data, "--port", "0"], {
  env: { PATH: process.env.PATH },
  cwd: data,
  stdio: ["ignore", "pipe", "inherit"],
});
const url = await new Promise<string>((resolve) => {
  let said = "";
  server.stdout.on("data", (part) => {
    said += part;
    const found = /Dashboard\s+(http:\S+)/.exec(said)?.[1];
    if (found) resolve(found);
  });
});
const { hostname, port } = new URL(url);

const BEGINNINGS = [
  "",
  `GET /api/v1/monitors HTTP/1.1\r\nHost: ${hostname}\r\nx-slow: `,
  `POST /api/v1/session HTTP/1.1\r\nHost: ${hostname}\r\ncontent-type: application/json\r\ncontent-length: 900\r\n\r\n`,
];
let isOver = false;
function dawdle(kind: number): void {
  if (isOver) return;
  const socket = connect(Number(port), hostname);
  const beginning = BEGINNINGS[kind % BEGINNINGS.length] ?? "";
  socket.write(beginning);
  const drip = setInterval(() => beginning !== "" && socket.write(" "), 1_000);
  socket
    .on("error", () => undefined)
    .on("close", () => {
      clearInterval(drip);
      // Who is thrown out comes back.
      setTimeout(dawdle, 100, kind).unref();
    });
  socket.unref();
}

const ask = (path: string) =>
  new Promise<{ status: number; text: string; ms: number }>((resolve, reject) => {
    const begun = performance.now();
    get(`${url}${path}`, { agent: false }, async (answer) => {
      let text = "";
      for await (const part of answer.setEncoding("utf8")) text += part;
      resolve({ status: answer.statusCode ?? 0, text, ms: performance.now() - begun });
    }).on("error", reject);
  });
const missed = async () =>
  new Map(
    [...(await ask("/metrics")).text.matchAll(/^statusquo_missed_total\{reason="(\w+)"\} (\d+)$/gm)].map(
      ([, reason = "", times]) => [reason, Number(times)],
    ),
  );

const missedBefore = await missed();
for (let kind = 0; kind < Number(values.sockets); kind++) dawdle(kind);
const waits: number[] = [];
let failed = 0;
for (const end = performance.now() + Number(values.seconds) * 1_000; performance.now() < end; ) {
  const answer = await ask("/api/v1/monitors").catch(() => null);
  if (answer?.status === 200) waits.push(answer.ms);
  else failed += 1;
  await new Promise((resolve) => setTimeout(resolve, 20));
}
const reasons = [...(await missed())].flatMap(([reason, times]) => {
  const meanwhile = times - (missedBefore.get(reason) ?? 0);
  return meanwhile > 0 ? [`${meanwhile} ${reason}`] : [];
});
isOver = true;
waits.sort((a, b) => a - b);
const at = (share: number) => waits[Math.min(waits.length - 1, Math.floor(waits.length * share))] ?? Number.NaN;
process.stdout.write(
  `${values.sockets} dawdling sockets, ${waits.length} calls: median ${at(0.5).toFixed(1)} ms, p99 ${at(0.99).toFixed(1)} ms, ` +
    `${failed} failed, slots missed: ${reasons.join(", ") || "none"}\n`,
);
server.kill("SIGTERM");
await new Promise((resolve) => server.once("close", resolve));
rmSync(data, { recursive: true, force: true });
process.exit(at(0.99) < LIMIT_MS && failed === 0 && reasons.length === 0 ? 0 : 1);
