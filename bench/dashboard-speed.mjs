// How fast the overview is with 500 monitors: `node bench/dashboard-speed.mjs [--monitors 500]`, after the dashboard's build.
// A real server on a store filled with a day, a real Chromium that is not throttled; the window is 24 h. Measured are
// navigation to painted ribbons, a search from the key to the frame with its rows, and the scripting of one minute's updates.
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { startFilled } from "./filled-server.ts";

const CHROMIUM = process.env.CHROMIUM ?? "/usr/bin/chromium-headless-shell";
const dashboard = fileURLToPath(new URL("../apps/dashboard/", import.meta.url));
/** ms */
const BUDGETS = { paint: 1_000, search: 50, update: 16 };
const ROUNDS = 5;

const { values } = parseArgs({ options: { monitors: { type: "string", default: "500" } } });
if (!existsSync(join(dashboard, "dist/index.html")) || !existsSync(CHROMIUM)) {
  console.log("dashboard-speed: needs the built dashboard (npx turbo run build) and a Chromium (set CHROMIUM)");
  process.exit(0);
}
const { chromium } = createRequire(join(dashboard, "package.json"))("playwright-core");
const folder = mkdtempSync(join(tmpdir(), "statusquo-bench-speed-"));
const monitors = Number(values.monitors);
const filled = await startFilled({ folder, isFilled: false, monitors, days: 1 });
const browser = await chromium.launch({ executablePath: CHROMIUM, args: ["--no-sandbox", "--disable-dev-shm-usage"] });
const middle = (times) => times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? Number.NaN;

function tell(what, times, budget) {
  const worst = Math.max(...times);
  const verdict = middle(times) <= budget ? "within" : "ABOVE";
  console.log(
    `${what.padEnd(46)} median ${middle(times).toFixed(1)} ms, worst ${worst.toFixed(1)} ms of ${times.length}; ${verdict} ${budget} ms`,
  );
}

try {
  const paints = [];
  const opened = [];
  for (const isOpen of [false, true]) {
    for (let round = 0; round < ROUNDS; round++) {
      const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
      // A search that all match opens no group; the key E opens all of them.
      await page.goto(`${filled.url}/?window=24h`, { waitUntil: "commit" });
      const painted = await page.evaluate(
        () =>
          new Promise((resolve) => {
            const look = () => {
              const canvas = document.querySelector(".list canvas");
              const { width = 0, height = 0 } = canvas ?? {};
              const pixels = width > 300 ? canvas.getContext("2d").getImageData(0, 0, width, height).data : [];
              if (pixels.some((value) => value !== 0)) requestAnimationFrame(() => resolve(performance.now()));
              else requestAnimationFrame(look);
            };
            look();
          }),
      );
      if (!isOpen) paints.push(painted);
      else {
        const took = await page.evaluate(async () => {
          const startedAt = performance.now();
          dispatchEvent(new KeyboardEvent("keydown", { key: "e", bubbles: true }));
          await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
          return performance.now() - startedAt;
        });
        opened.push(took);
      }
      await page.close();
    }
  }
  tell("navigation to painted ribbons", paints, BUDGETS.paint);
  tell("opening every group", opened, BUDGETS.paint);

  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  await page.goto(`${filled.url}/?window=24h`);
  await page.locator(".list tbody tr").first().waitFor();
  await wait(1_500);
  const searches = [];
  for (const text of ["monitor-4", "monitor-49", "GET", "monitor-1", ""]) {
    const took = await page.evaluate(async (typed) => {
      const field = document.querySelector("#search");
      const set = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value").set;
      const startedAt = performance.now();
      set.call(field, typed);
      field.dispatchEvent(new Event("input", { bubbles: true }));
      // What is typed is taken in at once; the frame after it shows the rows.
      await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
      return performance.now() - startedAt;
    }, text);
    searches.push(took);
    await wait(300);
  }
  tell("search, from the key to its rows", searches, BUDGETS.search);

  const session = await page.context().newCDPSession(page);
  await session.send("Performance.enable");
  const scripting = async () => {
    const { metrics } = await session.send("Performance.getMetrics");
    return metrics.find(({ name }) => name === "ScriptDuration").value * 1_000;
  };
  const quiet = [];
  const updates = [];
  for (let round = 0; round < ROUNDS; round++) {
    await wait(1_000);
    const before = await scripting();
    await wait(3_000);
    const idle = await scripting();
    quiet.push(idle - before);
    for (let each = 0; each < monitors; each++) filled.commit();
    await wait(3_000);
    // What the page does anyway in the same time, such as its clock, is not the update's.
    updates.push((await scripting()) - idle - (idle - before));
  }
  tell(`one minute's update of ${monitors} monitors, scripting`, updates, BUDGETS.update);
  console.log(`  beside ${middle(quiet).toFixed(1)} ms in 3 s without updates`);
} finally {
  await browser.close();
  await filled.close();
  rmSync(folder, { recursive: true, force: true });
}
