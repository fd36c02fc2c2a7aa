/**
 * Memory over hours: `node bench/soak.ts [minutes]`, 480 when absent; 20 is the short form.
 *
 * A server and three workers over a real Redis, 24 monitors every 5 s of which 8 fail, are watched from outside: what
 * each process holds in its heap after everything unused was let go, in memory, and how many handles; and what Redis
 * holds. After the first quarter, which warms up, a line is laid through the lowest value of every minute. Exits 1 when
 * a slope or a size is beyond its limit. What a process holds in memory has no slope in the short form: it follows when
 * the heap was last cleared, not what is kept.
 *
 * The longer it runs, the finer it sees: the limits of the short form are those of a line through fifteen points.
 */
import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { Redis } from "ioredis";
import { startWorld } from "./faults/world.ts";

const minutes = Number(process.argv[2] ?? 480);
if (!(minutes >= 2)) {
  console.error(`soak: minutes must be a number from 2; got "${process.argv[2]}"`);
  process.exit(2);
}
const isShort = minutes < 120;
const MIB = 2 ** 20;
/** Of one hour, and at most at any time. */
const LIMITS = {
  heap: { slope: (isShort ? 12 : 0.2) * MIB, most: 128 * MIB },
  "server memory": { slope: isShort ? Number.POSITIVE_INFINITY : MIB, most: 300 * MIB },
  "worker memory": { slope: isShort ? Number.POSITIVE_INFINITY : MIB, most: 200 * MIB },
  "Redis memory": { slope: (isShort ? 6 : 0.5) * MIB, most: 64 * MIB },
  handles: { slope: isShort ? 30 : 2, most: 500 },
} as const;
type Kind = keyof typeof LIMITS;

const series = new Map<string, { kind: Kind; points: { minute: number; value: number }[] }>();
const add = (name: string, kind: Kind, minute: number, value: number) => {
  const known = series.get(name) ?? { kind, points: [] };
  known.points.push({ minute, value });
  series.set(name, known);
};

const world = await startWorld({ transport: "redis", healthy: 16, ill: 8 });
try {
  const env = { NODE_OPTIONS: "--inspect=127.0.0.1:0" };
  await world.serve({ env });
  for (const region of world.regions) world.work(region, { env });
  await world.untilSampled(0);
  for (let ill = 0; ill < 8; ill++)
    await world.target.order(
      ill % 2 === 0 ? { path: `/ill-${ill}`, status: 409 } : { path: `/ill-${ill}`, status: 200, reset: true },
    );
  const redis = new Redis({ host: "127.0.0.1", port: world.redis?.port ?? 0 });
  const from = Date.now();
  for (let minute = 0; minute < minutes; minute = (Date.now() - from) / 60_000) {
    for (const [name, program] of world.programs) {
      const { pid } = program;
      add(`${name}: heap`, "heap", minute, await heapOf(await program.says(/Debugger listening on (ws:\S+)/)));
      const resident = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
      add(`${name}: memory`, name === "server" ? "server memory" : "worker memory", minute, Number(resident) * 1_024);
      add(`${name}: handles`, "handles", minute, readdirSync(`/proc/${pid}/fd`).length);
    }
    const used = /used_memory:(\d+)/.exec(await redis.info("memory"))?.[1];
    add("Redis: memory", "Redis memory", minute, Number(used));
    if (process.stderr.isTTY) process.stderr.write(`\r${minute.toFixed(1)} of ${minutes} minutes`);
    await sleep(15_000);
  }
  redis.disconnect();
  const rows = world.tables()?.samples ?? [];
  const missed = rows.filter(({ outcome }) => outcome < -100).length;
  console.log(`\n${minutes} minutes: ${rows.length} slots, ${missed} missed`);
} finally {
  await world.close();
}

let beyond = 0;
console.log("what                     first      last      most   an hour   limit an hour");
for (const [name, { kind, points }] of series) {
  const settled = lowestOfMinutes(points.filter(({ minute }) => minute >= minutes / 4));
  const slope = 60 * slopeOf(settled);
  const most = Math.max(...points.map(({ value }) => value));
  const limit = LIMITS[kind];
  const isBeyond = slope > limit.slope || most > limit.most;
  if (isBeyond) beyond++;
  const shown = (value: number) => (kind === "handles" ? value : value / MIB).toFixed(1).padStart(9);
  const values = [points[0]?.value ?? 0, points.at(-1)?.value ?? 0, most, slope, limit.slope].map(shown).join(" ");
  console.log(`${name.padEnd(20)} ${values}${kind === "handles" ? "" : " MiB"}${isBeyond ? "  <- BEYOND" : ""}`);
}
process.exit(beyond > 0 ? 1 : 0);

/** Bytes in use after a collection, asked over the inspector's protocol. */
async function heapOf(address: string): Promise<number> {
  const socket = new WebSocket(address);
  try {
    await new Promise((resolve, reject) => {
      socket.onopen = resolve;
      socket.onerror = () => reject(new Error(`no inspector at ${address}`));
    });
    const ask = (id: number, method: string, params: object = {}) =>
      new Promise<{ usedSize?: number }>((resolve) => {
        socket.addEventListener("message", ({ data }) => {
          const answer = JSON.parse(String(data));
          if (answer.id === id) resolve(answer.result);
        });
        socket.send(JSON.stringify({ id, method, params }));
      });
    await ask(1, "HeapProfiler.collectGarbage");
    return (await ask(2, "Runtime.getHeapUsage")).usedSize ?? 0;
  } finally {
    socket.close();
  }
}

function lowestOfMinutes(points: { minute: number; value: number }[]) {
  return [...Map.groupBy(points, ({ minute }) => Math.floor(minute))].map(([minute, some]) => ({
    minute,
    value: Math.min(...some.map(({ value }) => value)),
  }));
}

/** Least squares. */
function slopeOf(points: { minute: number; value: number }[]): number {
  const mean = (of: (point: { minute: number; value: number }) => number) =>
    points.reduce((sum, point) => sum + of(point), 0) / points.length;
  const at = mean(({ minute }) => minute);
  const level = mean(({ value }) => value);
  const spread = mean(({ minute }) => (minute - at) ** 2);
  return spread === 0 ? 0 : mean(({ minute, value }) => (minute - at) * (value - level)) / spread;
}
