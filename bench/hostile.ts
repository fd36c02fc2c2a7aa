/**
 * How hostile peers end: `node --expose-gc bench/hostile.ts [timeout in ms] [times]`.
 *
 * Each peer is met, and it is printed what the sample says, how long after the deadline it was known (negative: before),
 * how much of the body was read, and how much memory the process holds more than before the first of its meetings.
 * Exits 1 when one ends in another class than it should, or later than 250 ms after its deadline.
 */
import { endOf, HOSTILE_PEERS, meetHostile } from "../packages/probe/src/testing/index.ts";

const timeoutMs = Number(process.argv[2] ?? 500);
const times = Number(process.argv[3] ?? 3);
const LATEST_MS = 250;
const MIB = 1024 * 1024;

let wrong = 0;
let worst = Number.NEGATIVE_INFINITY;
let most = 0;
const resident = () => {
  globalThis.gc?.();
  return process.memoryUsage.rss();
};
const warm = HOSTILE_PEERS.filter(({ row }) => row === "H29" || row === "H16");
for (const peer of warm) await meetHostile(peer, timeoutMs);
const atFirst = resident();

process.stdout.write(`deadline ${timeoutMs} ms, each met ${times} times\n`);
process.stdout.write("row  ends as   should    late ms   read B   RSS MiB  peer\n");
for (const peer of HOSTILE_PEERS) {
  let late = Number.NEGATIVE_INFINITY;
  let read = 0;
  const ends = new Set<string>();
  const before = resident();
  let peak = before;
  for (let time = 0; time < times; time++) {
    const exchange = await meetHostile(peer, timeoutMs);
    late = Math.max(late, exchange.totalMs - timeoutMs);
    read = Math.max(read, exchange.bodyBytes);
    ends.add(String(endOf(exchange)));
    peak = Math.max(peak, process.memoryUsage.rss());
  }
  const isWrong = [...ends].join() !== String(peer.end) || late > LATEST_MS;
  if (isWrong) wrong++;
  worst = Math.max(worst, late);
  most = Math.max(most, peak - before);
  process.stdout.write(
    `${peer.row}  ${[...ends].join("/").padEnd(9)} ${String(peer.end).padEnd(9)} ${late.toFixed(0).padStart(7)} ${String(read).padStart(8)} ${((peak - before) / MIB).toFixed(1).padStart(9)}  ${peer.what}${isWrong ? "  <- WRONG" : ""}\n`,
  );
}
process.stdout.write(
  `${HOSTILE_PEERS.length} peers: ${wrong} wrong; latest ${worst.toFixed(0)} ms after its deadline; ` +
    `at most ${(most / MIB).toFixed(1)} MiB more while one was met (target included), ${((resident() - atFirst) / MIB).toFixed(1)} MiB after all\n`,
);
process.exit(wrong > 0 ? 1 : 0);
