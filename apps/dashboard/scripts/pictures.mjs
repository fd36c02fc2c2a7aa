// Makes the pictures of the documentation: `node apps/dashboard/scripts/pictures.mjs [minutes of history]`, after the build.
// The real server runs the demo for some minutes, then a fault is switched on, and what a person would see is taken.
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const pictures = join(root, "docs", "pictures");
const historyMs = Number(process.argv[2] ?? 10) * 60_000;
/** So long a fault goes on before the pictures are taken. */
const FAULT_MS = 120_000;
const MOST_BYTES = 300_000;

const folder = mkdtempSync(join(tmpdir(), "statusquo-pictures-"));
const server = spawn(process.execPath, [join(root, "apps/server/bin/statusquo.mjs"), "serve", "--port", "0"], {
  cwd: folder,
  env: { PATH: process.env.PATH, HOME: process.env.HOME, STATUSQUO_DATA: join(folder, "data") },
  stdio: ["ignore", "pipe", "inherit"],
});
const url = await new Promise((resolve, reject) => {
  let output = "";
  server.stdout.on("data", (chunk) => {
    output += chunk;
    const found = /^Dashboard\s+(http:\S+)$/m.exec(output);
    if (found) resolve(found[1]);
  });
  server.once("exit", () => reject(new Error(`the server ended:\n${output}`)));
});
const api = async (path, init) => {
  const response = await fetch(`${url}/api/v1/${path}`, init);
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  return response.json();
};

console.log(`${url}: ${historyMs / 60_000} minutes of history, then a fault`);
await wait(historyMs);
await api("demo/faults/stale-cache", {
  method: "POST",
  headers: { "content-type": "application/json" },
  body: JSON.stringify({ on: true }),
});
await wait(FAULT_MS);
const { incidents } = await api("incidents?state=open&monitor=save-document");
if (incidents.length === 0) throw new Error("the fault opened no incident");

mkdirSync(pictures, { recursive: true });
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium-headless-shell",
  args: ["--no-sandbox", "--disable-dev-shm-usage", "--disable-background-networking"],
});
const shots = [
  ["overview-light", "/", "light", ".row-link", 860],
  ["overview-dark", "/", "dark", ".row-link", 860],
  ["incident-light", `/incidents/${incidents[0].id}`, "light", ".compare", 1_000],
];
for (const [name, path, colorScheme, ready, height] of shots) {
  const page = await browser.newPage({ viewport: { width: 1440, height }, colorScheme });
  await page.goto(url + path);
  await page.locator(ready).first().waitFor();
  await page.locator(".live.on").waitFor();
  await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
  const file = join(pictures, `${name}.png`);
  await page.screenshot({ path: file, animations: "disabled" });
  const { size } = statSync(file);
  console.log(`${name}.png: ${Math.round(size / 1_000)} kB${size > MOST_BYTES ? ", ABOVE 300 kB" : ""}`);
  await page.close();
}
await browser.close();
server.kill();
rmSync(folder, { recursive: true, force: true });
