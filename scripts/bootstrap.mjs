// Makes a fresh machine ready: dependencies, the pinned Node, with --build the dashboard, with --test a Redis and a browser.
// Plain JavaScript for Node 18 and later, because it runs before anything is installed.
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, statSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const forTests = process.argv.includes("--test");
process.chdir(root);

const say = (text) => console.log(`statusquo: ${text}`);
const works = (command, args) => spawnSync(command, args, { stdio: "ignore" }).status === 0;

function installDependencies() {
  const installed = "node_modules/.package-lock.json";
  if (existsSync(installed) && statSync(installed).mtimeMs >= statSync("package-lock.json").mtimeMs) return;
  say("installing dependencies (npm ci)");
  // --ignore-scripts: npm would compile better-sqlite3 although it ships its binary (npm/cli issue 9837).
  const npm = process.platform === "win32" ? "npm.cmd" : "npm";
  execFileSync(npm, ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"], {
    stdio: "inherit",
    shell: process.platform === "win32",
  });
}

/** How this process may call apt-get, or null where it may not. */
function aptPrefix() {
  if (process.platform !== "linux" || !works("apt-get", ["--version"])) return null;
  if (process.getuid() === 0) return [];
  return works("sudo", ["-n", "true"]) ? ["sudo", "-n"] : null;
}

let aptUpdated = false;
function aptInstall(packages) {
  const prefix = aptPrefix();
  if (prefix === null) return false;
  const run = (...args) => {
    const [command, ...rest] = [...prefix, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq", ...args];
    return spawnSync(command, rest, { stdio: ["ignore", "ignore", "pipe"], encoding: "utf8" });
  };
  if (!aptUpdated) run("update");
  aptUpdated = true;
  const result = run("install", "-y", "--no-install-recommends", ...packages);
  if (result.status !== 0)
    say(`apt-get install ${packages.join(" ")} failed: ${result.stderr.trim().split("\n").at(-1)}`);
  return result.status === 0;
}

function checkPinnedNode() {
  const node = "node_modules/.bin/node";
  if (process.platform === "win32" || works(node, ["--version"])) return;
  if (!existsSync(node)) {
    if (Number(process.versions.node.split(".")[0]) >= 24) return;
    throw new Error(`no pinned Node for ${process.platform}-${process.arch}: install Node 26 and run this again`);
  }
  // Linux builds of Node 25 and later link libatomic.so.1, which slim systems lack.
  if (aptInstall(["libatomic1"]) && works(node, ["--version"])) return;
  throw new Error("the pinned Node does not start; it needs libatomic.so.1: apt-get install libatomic1");
}

/** Silent while all is well: what a person wants to read comes after it. */
function build() {
  const options = {
    encoding: "utf8",
    env: { ...process.env, TURBO_TELEMETRY_DISABLED: "1" },
    shell: process.platform === "win32",
  };
  const result = spawnSync("node_modules/.bin/turbo", ["run", "build", "--output-logs=errors-only"], options);
  if (result.status === 0) return;
  console.error(`${result.stdout ?? ""}${result.stderr ?? ""}`);
  throw new Error("the dashboard could not be built; see above");
}

const onPath = (names) => names.some((name) => works("sh", ["-c", `command -v ${name}`]));

function bringTestPrograms() {
  const wanted = [];
  if (!process.env.REDIS_SERVER && !onPath(["redis-server", "redis-check-rdb"])) wanted.push("redis-tools");
  if (!process.env.CHROMIUM && !onPath(["chromium-headless-shell", "chromium", "google-chrome"]))
    wanted.push("chromium-headless-shell");
  if (wanted.length === 0) return;
  say(`installing ${wanted.join(" and ")} for the tests`);
  if (aptInstall(wanted)) return;
  const skipped = wanted.map((name) => (name === "redis-tools" ? "the Redis tests" : "the browser tests"));
  say(
    `cannot install ${wanted.join(" and ")} here (neither root nor sudo, or no apt-get): ${skipped.join(" and ")} will be skipped`,
  );
}

try {
  installDependencies();
  checkPinnedNode();
  if (process.argv.includes("--build")) build();
  if (forTests) bringTestPrograms();
} catch (error) {
  say(error.message);
  process.exit(1);
}
