// Makes the pictures of the documentation: `node bench/pictures.mjs [days]`, after the build; two minutes
// or so. What is shown is the real thing in a house that is lived in.
import { mkdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import { startLivedIn } from "./lived-in.ts";

const pictures = fileURLToPath(new URL("../docs/pictures", import.meta.url));
const MOST_BYTES = 300_000;

const house = await startLivedIn({
  days: Number(process.argv[2] ?? 8),
  withSilence: false,
  say: (what) => process.stderr.write(`\r${what}   `),
});
const asked = await fetch(`${house.url}/api/v1/incidents?state=open&monitor=update-order`);
const { incidents } = await asked.json();
if (incidents.length === 0) throw new Error("the story opened no incident");

mkdirSync(pictures, { recursive: true });
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium-headless-shell",
  args: ["--no-sandbox", "--disable-dev-shm-usage", "--disable-background-networking"],
});
const shots = [
  ["overview", "/", ".row-link", 880],
  ["incident", `/incidents/${incidents[0].id}`, ".compare", 1_000],
  ["monitor", "/monitors/update-order", ".evidence .exchange", 1_000],
];
for (const [screen, path, ready, height] of shots)
  for (const colorScheme of ["light", "dark"]) {
    const name = `${screen}-${colorScheme}`;
    const page = await browser.newPage({ viewport: { width: 1440, height }, colorScheme });
    await page.goto(house.url + path);
    await page.locator(ready).first().waitFor();
    await page.locator(".live.on").waitFor();
    await page.waitForLoadState("networkidle", { timeout: 2_000 }).catch(() => undefined);
    await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
    const file = join(pictures, `${name}.png`);
    await page.screenshot({ path: file, animations: "disabled" });
    const { size } = statSync(file);
    console.log(`${name}.png: ${Math.round(size / 1_000)} kB${size > MOST_BYTES ? ", ABOVE 300 kB" : ""}`);
    await page.close();
  }
await browser.close();
await house.close();
