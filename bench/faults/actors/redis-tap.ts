/** Listens to all that Redis is told (MONITOR), and writes down for which slots it took a sample. */
import { Redis } from "ioredis";
import { openLedger, type RedisEvent } from "../ledger.ts";
import { given, ledgerFile, onOrder, ready } from "./actor.ts";

const write = openLedger<RedisEvent>(ledgerFile);
const port = Number(given[0]);
onOrder(() => {});

async function listen() {
  const client = new Redis({ port, host: "127.0.0.1", retryStrategy: () => 100, maxRetriesPerRequest: null });
  client.on("error", () => {});
  const monitor = await client.monitor();
  monitor.on("error", () => {});
  monitor.on("monitor", (_time: string, args: string[]) => {
    if (args[0]?.toLowerCase() !== "xadd" || args[1] !== "statusquo:results") return;
    for (const slot of sampledIn(args.at(-1) ?? "")) write({ kind: "added", slot });
  });
  monitor.on("close", () => {
    monitor.disconnect();
    client.disconnect();
    setTimeout(() => void listen().catch(() => setTimeout(listen, 200)), 50);
  });
}

/** Keys of the slots that an entry of the stream has samples of. */
function sampledIn(text: string): string[] {
  try {
    const entry = JSON.parse(text) as { results?: { kind: string; monitor: string; region: string; slot: number }[] };
    return (entry.results ?? [])
      .filter(({ kind }) => kind === "sampled")
      .map(({ monitor, region, slot }) => `m-${monitor}.r-${region}.s-${slot}`);
  } catch {
    return [];
  }
}

await listen();
ready(0);
