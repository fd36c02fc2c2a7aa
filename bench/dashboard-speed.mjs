// How fast the overview is with 500 monitors: `node bench/dashboard-speed.mjs [--monitors 500]`, after the dashboard's build.
// A real server on a store filled with a day, a real Chromium that is not throttled; the window is 24 h. Measured are
// navigation to painted ribbons (the first since the server's start, and later ones), opening every group, a search from the
// key to the frame with its rows, and the scripting of one minute's updates, in a burst and spread over a real minute.
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
/** ms, and elements */
const BUDGETS = { paint: 1_000, open: 300, search: 50, update: 16, nodes: 15_000 };
const ROUNDS = 5;
/** Longer than the page waits until it takes in what was said. */
const SETTLED_MS = 12_000;
const IDLE_MS = 20_000;

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
  const [cold, ...warm] = paints;
  tell("navigation to painted ribbons, the first", [cold], BUDGETS.paint);
  tell("navigation to painted ribbons, later", warm, BUDGETS.paint);
  tell("opening every group", opened, BUDGETS.open);

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
  // Time of the page's thread alone, whatever else the machine does meanwhile.
  await session.send("Performance.enable", { timeDomain: "threadTicks" });
  const scripting = async () => {
    const { metrics } = await session.send("Performance.getMetrics");
    return metrics.find(({ name }) => name === "ScriptDuration").value * 1_000;
  };
  const during = async (work) => {
    const before = await scripting();
    await work();
    return (await scripting()) - before;
  };
  const quiet = [];
  const updates = [];
  const aheadMs = 60_000 / monitors;
  for (let round = 0; round < ROUNDS; round++) {
    quiet.push(await during(() => wait(SETTLED_MS)));
    const updated = await during(async () => {
      for (let each = 0; each < monitors; each++) filled.commit(aheadMs);
      await wait(SETTLED_MS);
    });
    // What the page does anyway in the same time, such as its clock, is not the update's.
    updates.push(updated - (quiet.at(-1) ?? 0));
  }
  tell(`one minute's update of ${monitors} monitors, scripting`, updates, BUDGETS.update);
  console.log(`  beside ${middle(quiet).toFixed(1)} ms in ${SETTLED_MS / 1_000} s without updates`);

  // The same spread over a real minute, as monitors' phases do it; with the reading anew that each minute has.
  const minute = () =>
    during(async () => {
      const startedAt = performance.now();
      for (let each = 0; each < monitors; each++) {
        await wait(Math.max(0, startedAt + each * aheadMs - performance.now()));
        filled.commit(aheadMs);
      }
    });
  const minuteOf = async (what) => {
    const idle = ((await during(() => wait(IDLE_MS))) / IDLE_MS) * 60_000;
    const whole = await minute();
    const verdict = whole - idle <= BUDGETS.update ? "within" : "ABOVE";
    console.log(
      `${what.padEnd(46)} ${(whole - idle).toFixed(1)} ms of scripting, beside ${idle.toFixed(1)} ms a minute; ${verdict} ${BUDGETS.update} ms`,
    );
  };
  await minuteOf("a real minute, groups closed");
  await page.keyboard.press("e");
  await wait(SETTLED_MS);
  const nodes = await page.evaluate(() => document.querySelectorAll("*").length);
  console.log(
    `DOM nodes with ${monitors} rows open: ${nodes}; ${nodes <= BUDGETS.nodes ? "within" : "ABOVE"} ${BUDGETS.nodes}`,
  );
  await minuteOf("a real minute, groups open");
} finally {
  await browser.close();
  await filled.close();
  rmSync(folder, { recursive: true, force: true });
}
