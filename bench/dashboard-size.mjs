// How much a browser loads before it can show the first screen: `node bench/dashboard-size.mjs`, after the dashboard's build.
// Counted is what index.html names and what those files import at once; what is loaded on demand is listed beside it.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const dist = fileURLToPath(new URL("../apps/dashboard/dist/", import.meta.url));
/** kB of 1,000 bytes after gzip. */
const BUDGETS = { js: 100, css: 12 };

if (!existsSync(join(dist, "index.html"))) {
  console.log("dashboard-size: apps/dashboard/dist is not there; build it first: npx turbo run build");
  process.exit(0);
}

const assets = join(dist, "assets");
const kB = (file) => gzipSync(readFileSync(join(assets, file)), { level: 9 }).length / 1_000;
const first = new Set(
  [...readFileSync(join(dist, "index.html"), "utf8").matchAll(/\/assets\/([\w.-]+)/g)].map(([, file]) => file),
);
for (const file of first) {
  if (!file.endsWith(".js")) continue;
  // An import that is not a call is loaded with the file itself.
  for (const [, path] of readFileSync(join(assets, file), "utf8").matchAll(/(?:import|from)\s*["']\.\/([\w.-]+)["']/g))
    first.add(basename(path));
}

for (const [kind, budget] of Object.entries(BUDGETS)) {
  const files = [...first].filter((file) => file.endsWith(`.${kind}`));
  const total = files.reduce((sum, file) => sum + kB(file), 0);
  const verdict = total <= budget ? "within" : "ABOVE";
  console.log(`first screen ${kind}: ${total.toFixed(1)} kB gzip, ${verdict} its budget of ${budget} kB`);
  for (const file of files) console.log(`  ${kB(file).toFixed(1).padStart(6)} kB  ${file}`);
}
const later = readdirSync(assets).filter((file) => /\.(?:js|css)$/.test(file) && !first.has(file));
console.log("on demand:");
for (const file of later.sort((a, b) => kB(b) - kB(a))) console.log(`  ${kB(file).toFixed(1).padStart(6)} kB  ${file}`);
