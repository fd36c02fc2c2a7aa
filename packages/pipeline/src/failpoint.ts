/**
 * Failpoints: places at which a test ends this process as `kill -9` would, or makes it ill. Without the variable nothing
 * happens.
 */
import type { Failpoint } from "@statusquo/core";

/** What a failpoint does; by default it kills. */
const DEEDS: Record<string, (amount: number) => void> = {
  kill: () => process.kill(process.pid, "SIGKILL"),
  /** Nothing runs for so many ms. */
  hold: (ms) => void Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms),
  /** A fault that nobody expected. */
  throw: () => setImmediate(() => raise("a failpoint threw")),
  reject: () => void Promise.reject(new Error("a failpoint rejected")),
  /** Takes memory until there is none. */
  hoard: () => {
    for (const hoard: unknown[] = []; ; ) hoard.push(new Array(100_000).fill(hoard.length));
  },
};

function raise(what: string): never {
  throw new Error(what);
}

/**
 * `STATUSQUO_FAILPOINT=core.in_txn:3` ends the process the third time that point is passed; `core.in_txn:3:hold:5000`
 * does another of the {@link DEEDS} then, and `core.in_txn:3+:hold:50` does it from then on.
 */
export function failpointFrom(env: NodeJS.ProcessEnv): (point: Failpoint) => void {
  const [wanted, count = "1", name = "kill", amount = "0"] = (env.STATUSQUO_FAILPOINT ?? "").split(":");
  const deed = DEEDS[name];
  if (!wanted || deed === undefined) return () => {};
  const isLasting = count.endsWith("+");
  let left = Number.parseInt(count, 10);
  return (point) => {
    if (point !== wanted) return;
    left--;
    if (left === 0 || (left < 0 && isLasting)) deed(Number(amount));
  };
}
