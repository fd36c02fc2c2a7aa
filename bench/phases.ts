/**
 * How true the five phases are: `node bench/phases.ts [probes] [load]`.
 *
 * A far end in a process of its own takes as long for each phase as it is asked to, and says how long it really took; the
 * difference to the prober's measure is printed. With `load`, so many processes keep the processors busy meanwhile.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { type PhasePair, startPhaseTarget } from "../packages/probe/src/testing/index.ts";

const [probes, load] = [Number(process.argv[2] ?? 60), Number(process.argv[3] ?? 0)];
const asked = { dns: 40, connect: 50, tls: 60, firstByte: 70, body: 55 };
const busy: ChildProcess[] = Array.from({ length: load }, () =>
  spawn(process.execPath, ["-e", "for (;;);"], { stdio: "ignore" }),
);
const pairs: PhasePair[] = [];
try {
  await using target = await startPhaseTarget(asked);
  for (let count = 0; count < probes + 3; count++) {
    const pair = await target.measure();
    if (count >= 3) pairs.push(pair);
  }
} finally {
  for (const one of busy) one.kill("SIGKILL");
}

const at = (sorted: number[], share: number) => sorted[Math.floor(share * (sorted.length - 1))]!.toFixed(2).padStart(8);
process.stdout.write(`${probes} probes, ${load} busy processes; prober minus far end, ms\n`);
process.stdout.write("phase       asked   median      p95    worst  within 5 ms\n");
for (const name of Object.keys(asked) as (keyof typeof asked)[]) {
  const errors = pairs.map((pair) => pair[name].prober - pair[name].farEnd);
  const sorted = errors.toSorted((a, b) => Math.abs(a) - Math.abs(b));
  const within = errors.filter((error) => Math.abs(error) <= 5).length;
  const share = `${Math.round((100 * within) / errors.length)} %`.padStart(12);
  process.stdout.write(
    `${name.padEnd(10)} ${String(asked[name]).padStart(6)} ${at(sorted, 0.5)} ${at(sorted, 0.95)} ${at(sorted, 1)} ${share}\n`,
  );
}
