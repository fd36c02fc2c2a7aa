/**
 * What one probe costs this process: `node bench/probe.ts [probes]`.
 *
 * CPU time per exchange of our probe beside a bare request of node:http and node:https that reads the same answer on a
 * fresh connection too. Both take turns in one run, so their ratio says more than the figures. The target is a process
 * of its own.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import * as http from "node:http";
import * as https from "node:https";
import { createSecureContext } from "node:tls";
import { probeHttp } from "../packages/probe/src/http.ts";

const TURNS = 12;
const fixture = (name: string) =>
  readFileSync(new URL(`../packages/probe/src/testing/test-fixture${name}.pem`, import.meta.url), "utf8");

if (process.argv[2] === "target") {
  const answer: http.RequestListener = (_, response) => response.end('{"status":"ok"}');
  const servers = [
    http.createServer(answer),
    https.createServer({ key: fixture(".key"), cert: fixture("-localhost.cert") }, answer),
  ];
  for (const server of servers) await once(server.listen(0, "127.0.0.1"), "listening");
  process.send?.(servers.map((server) => (server.address() as { port: number }).port));
} else {
  const count = Number(process.argv[2] ?? 1_500);
  const target = spawn(process.execPath, [import.meta.filename, "target"], {
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  try {
    const [[plain, secure]] = (await once(target, "message")) as [[number, number]];
    await compare("http", `http://127.0.0.1:${plain}/`, count);
    await compare("https", `https://127.0.0.1:${secure}/`, count);
  } finally {
    target.kill();
  }
}

async function compare(scheme: string, url: string, count: number): Promise<void> {
  const secureContext = createSecureContext({ ca: fixture("-localhost.cert") });
  const options = { timeoutMs: 10_000, allowPrivate: true, followRedirects: 0, userAgent: "bench", secureContext };
  const plan = { method: "GET", url: new URL(url), headers: {}, body: null };
  const ours = async () => {
    const { end } = await probeHttp(plan, options);
    if (end.kind !== "status" || end.status !== 200) throw new Error(`the target answered ${JSON.stringify(end)}`);
  };
  const bare = () => bareRequest(url, secureContext);
  const spent = { ours: [] as number[], bare: [] as number[] };
  for (const work of [ours, bare]) await cpuOf(work, 200);
  const kinds = Object.entries({ ours, bare }) as ["ours" | "bare", () => Promise<unknown>][];
  for (let turn = 0; turn < TURNS; turn++) {
    for (const [kind, work] of turn % 2 === 0 ? kinds : kinds.toReversed())
      spent[kind].push(await cpuOf(work, Math.ceil(count / TURNS)));
  }
  const [mine, other] = [median(spent.ours), median(spent.bare)];
  process.stdout.write(
    `${scheme.padEnd(5)} ours ${mine.toFixed(0)} us, bare ${other.toFixed(0)} us of CPU per exchange: ratio ${(mine / other).toFixed(2)}\n`,
  );
}

/** Microseconds of CPU per call, ten at a time. */
async function cpuOf(work: () => Promise<unknown>, count: number): Promise<number> {
  const before = process.cpuUsage();
  let left = count;
  const lane = async () => {
    while (left-- > 0) await work();
  };
  await Promise.all(Array.from({ length: 10 }, lane));
  const { user, system } = process.cpuUsage(before);
  return (user + system) / count;
}

function bareRequest(url: string, secureContext: ReturnType<typeof createSecureContext>): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const options = { agent: false, secureContext };
  const request = (url.startsWith("https") ? https : http).get(url, options, (response) => {
    response.on("data", () => undefined);
    response.on("end", resolve);
    response.on("error", reject);
  });
  request.on("error", reject);
  return promise;
}

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
