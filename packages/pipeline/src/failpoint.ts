/**
 * Failpoints: places at which a test ends this process as `kill -9` would. Without the variable nothing happens.
 */
import type { Failpoint } from "@statusquo/core";

/** `STATUSQUO_FAILPOINT=core.in_txn:3` ends the process the third time that point is passed. */
export function failpointFrom(env: NodeJS.ProcessEnv): (point: Failpoint) => void {
  const [wanted, count = "1"] = (env.STATUSQUO_FAILPOINT ?? "").split(":");
  if (!wanted) return () => {};
  let left = Number(count);
  return (point) => {
    if (point === wanted && --left === 0) process.kill(process.pid, "SIGKILL");
  };
}
