// The last lines of `npm test`: which tests could not run on this machine, and what would let them.
import { spawnSync } from "node:child_process";

const onPath = (name) => spawnSync("sh", ["-c", `command -v ${name}`], { stdio: "ignore" }).status === 0;
const redis = process.env.REDIS_SERVER || onPath("redis-server") || onPath("redis-check-rdb");
const browser =
  process.env.CHROMIUM || onPath("chromium-headless-shell") || onPath("chromium") || onPath("google-chrome");
if (redis && browser) console.log("statusquo: everything ran, Redis and browser tests included");
if (!redis)
  console.log("statusquo: SKIPPED the Redis tests: no redis-server (apt-get install redis-tools, or set REDIS_SERVER)");
if (!browser)
  console.log(
    "statusquo: SKIPPED the browser tests: no Chromium (apt-get install chromium-headless-shell, or set CHROMIUM)",
  );
