/** The journeys of a person with the demo: from a fault to the answer that shows why, with mouse, keys and phone. */
import { type Client, createClient, type IncidentSummary, type Series } from "@statusquo/api/client";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { findBrowser, launch, NARROW, type Running, startProgram, WIDE, watch } from "./testing/browser.ts";

const found = findBrowser();
if (found.kind === "none") console.log(`skipped: journeys in a browser: ${found.reason}`);

/** The monitor that the fault "stale-cache" breaks. */
const MONITOR = "save-document";

describe.skipIf(found.kind === "none")("with the demo", { timeout: 60_000 }, () => {
  let server: Running;
  let browser: Browser;
  let api: Client;

  beforeAll(async () => {
    [server, browser] = await Promise.all([startProgram(), launch(found.kind === "none" ? "" : found.path)]);
    api = createClient({ base: server.url });
  }, 60_000);
  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });

  /** A page of its own; what must never happen on it is checked when `use` is done. */
  async function on(path: string, use: (page: Page) => Promise<void>, options: BrowserContextOptions = WIDE) {
    const context = await browser.newContext(options);
    try {
      const { page, wrongs } = await watch(context, server.url);
      await page.goto(server.url + path);
      await use(page);
      expect(wrongs).toEqual([]);
    } finally {
      await context.close();
    }
  }

  /** The open incident of the broken monitor; breaks it if nobody did before. */
  async function incident(): Promise<IncidentSummary> {
    await api.setDemoFault("stale-cache", true);
    const poll = async () => (await api.incidents({ state: "open", monitor: MONITOR })).incidents[0];
    await expect.poll(poll, { timeout: 40_000 }).toBeDefined();
    return (await poll()) as IncidentSummary;
  }

  const row = (page: Page) => page.locator(".list tr", { hasText: "Save a document" });
  const fits = (page: Page) => page.evaluate(() => document.documentElement.scrollWidth <= innerWidth);

  test("a fault that is switched on turns the row into a spike and brings the incident, without a reload", async () => {
    await on("/", async (page) => {
      await row(page).waitFor();
      expect(await row(page).locator(".tile.spike").count()).toBe(0);
      await page.evaluate(() => Object.assign(window, { isStillThisPage: true }));
      const fault = page.getByRole("button", { name: "Stale read cache" });
      await fault.click();
      await page.locator('.demo [aria-pressed="true"]').waitFor();
      await row(page).locator(".tile.spike").waitFor({ timeout: 40_000 });
      await row(page)
        .getByRole("link", { name: /^INC-\d+$/ })
        .waitFor();
      await page.getByRole("heading", { name: "Save a document: 409 Conflict" }).waitFor();
      await page.getByRole("heading", { name: "One endpoint is misbehaving." }).waitFor();
      expect(await page.evaluate(() => "isStillThisPage" in window)).toBe(true);
      expect(await page.getByRole("link", { name: "Messages" }).getAttribute("href")).toMatch(
        /^http:\/\/127\.0\.0\.1:/,
      );
    });
  });

  test("from the row it is one click to the monitor and one to the body of a conflict", async () => {
    await incident();
    await on("/", async (page) => {
      await row(page)
        .getByRole("link", { name: /Save a document/ })
        .click();
      await page.waitForURL(`**/monitors/${MONITOR}`);
      await page.getByRole("button", { name: "409 only" }).click();
      await page.locator(".open-evidence").first().click();
      const evidence = page.getByRole("complementary", { name: "Evidence" });
      await evidence.getByText('"current_version"').waitFor();
      expect(await evidence.innerText()).toContain("HTTP/1.1 409 Conflict");
      expect(page.url()).toContain("sample=");
      const { warnings } = await api.evidence(new URL(page.url()).searchParams.get("sample") ?? "");
      expect(warnings.length).toBeGreaterThan(0);
      const warned = await evidence.locator(".warnings").innerText();
      for (const { what, why, send } of warnings)
        for (const part of [what, why, send ?? ""]) expect(warned).toContain(part);
    });
  });

  test("the incident's page says what is seen, why probably, what to do, and who was told", async () => {
    const { id } = await incident();
    await on(`/incidents/${id}`, async (page) => {
      await page.getByRole("heading", { level: 1, name: "Save a document: 409 Conflict" }).waitFor();
      expect(await page.title()).toContain("Save a document: 409 Conflict");
      const detail = await api.incident(id);
      const cause = page.locator(".cause");
      expect((await cause.locator("h3").innerText()).toLowerCase()).toBe(detail.causes[0]?.title.toLowerCase());
      expect(await cause.innerText()).toContain(detail.causes[0]?.fix.now);
      await page.locator(".compare .differs").first().waitFor();
      await page.locator(".timeline .told").first().waitFor();
      await page.getByRole("img", { name: /^Probes since .* answered 409: / }).waitFor();
      await page.locator(".matrix .affected").first().waitFor();
    });
  });

  test("what one person acknowledges another sees at once, and a stale edit is shown instead of forced", async () => {
    const { id } = await incident();
    const context = await browser.newContext(WIDE);
    try {
      // The refused edit is an answer of 412, which the browser's console notes.
      const first = await watch(context, server.url, /412 \(Precondition Failed\)/);
      const second = await watch(context, server.url);
      await Promise.all([first, second].map(({ page }) => page.goto(`${server.url}/incidents/${id}`)));
      const button = (page: Page) => page.getByRole("button", { name: "Acknowledge" });
      await Promise.all([first, second].map(({ page }) => button(page).waitFor()));
      // The first tab sends the edit as if somebody else had changed the incident meanwhile.
      await first.page.route("**/acknowledge", (route) =>
        route.continue({ headers: { ...route.request().headers(), "if-match": '"999"' } }),
      );
      await button(first.page).click();
      await first.page.getByText("It has changed since you read it.").waitFor();
      await first.page.unroute("**/acknowledge");
      await first.page.keyboard.press("a");
      await first.page.getByText(/✓ acknowledged \d\d:\d\d/).waitFor();
      await second.page.getByText(/✓ acknowledged \d\d:\d\d/).waitFor();
      await second.page.locator(".timeline .acknowledged").waitFor();
      expect([...first.wrongs, ...second.wrongs]).toEqual([]);
    } finally {
      await context.close();
    }
  });

  test("the overview can be used with keys alone", async () => {
    await on("/", async (page) => {
      await row(page).waitFor();
      const focused = () => page.evaluate(() => document.activeElement?.textContent ?? "");
      await page.keyboard.press("/");
      await page.keyboard.type("front");
      await expect.poll(() => page.locator(".row-link").count()).toBe(1);
      await page.keyboard.press("Escape");
      await page.keyboard.press("j");
      expect(await focused()).toContain("Front door");
      await page.keyboard.press("/");
      await page.keyboard.press("Control+a");
      await page.keyboard.press("Delete");
      await page.keyboard.press("Escape");
      await expect.poll(() => page.locator(".row-link").count()).toBe(6);
      const names = await page.locator(".row-link .name").allInnerTexts();
      await page.keyboard.press("j");
      await page.keyboard.press("j");
      expect(await focused()).toContain(names[1]);
      await page.keyboard.press("k");
      expect(await focused()).toContain(names[0]);
      await page.keyboard.press("?");
      await page.getByRole("dialog", { name: "Keys" }).waitFor();
      await page.keyboard.press("Escape");
      await page.getByRole("dialog").waitFor({ state: "detached" });
      const theme = () => page.evaluate(() => document.documentElement.dataset.theme ?? "");
      await page.keyboard.press("t");
      expect(await theme()).toBe("dark");
      await page.keyboard.press("t");
      expect(await theme()).toBe("light");
      await page.locator(".row-link").first().focus();
      const chosen = await page.evaluate(() => document.activeElement?.querySelector(".name")?.textContent ?? "");
      await page.keyboard.press("Enter");
      await page.getByRole("heading", { level: 1, name: chosen, exact: true }).waitFor();
    });
  });

  test.each(["light", "dark"] as const)(
    "in the %s theme every page shows ink on its ground, charts included",
    async (colorScheme) => {
      const { id } = await incident();
      for (const path of ["/", `/monitors/${MONITOR}`, `/incidents/${id}`])
        await on(
          path,
          async (page) => {
            await page.locator("canvas").first().waitFor();
            const [ground, ink] = await page.evaluate(() => {
              const { backgroundColor, color } = getComputedStyle(document.body);
              const light = (text: string) =>
                (text.match(/\d+/g) ?? []).slice(0, 3).reduce((sum, each) => sum + Number(each), 0);
              return [light(backgroundColor), light(color)];
            });
            expect(Math.sign((ground ?? 0) - (ink ?? 0))).toBe(colorScheme === "light" ? 1 : -1);
            // A canvas that was drawn holds something that is not transparent.
            await expect
              .poll(() =>
                page.evaluate(() =>
                  [...document.querySelectorAll("canvas")].some((canvas) => {
                    const { width, height } = canvas;
                    const pixels =
                      width && height ? canvas.getContext("2d")?.getImageData(0, 0, width, height).data : null;
                    return pixels?.some((value) => value !== 0) ?? false;
                  }),
                ),
              )
              .toBe(true);
          },
          { ...WIDE, colorScheme },
        );
    },
  );

  test("nothing scrolls sideways on a phone of 320 px", async () => {
    const { id } = await incident();
    for (const [path, ready] of [
      ["/", ".row-link"],
      [`/monitors/${MONITOR}`, ".samples tbody tr"],
      [`/incidents/${id}`, ".compare"],
      ["/incidents", ".incident-list li"],
      ["/regions", ".region-cards li"],
    ] as const)
      await on(
        path,
        async (page) => {
          await page.locator(ready).first().waitFor();
          expect(await fits(page), path).toBe(true);
        },
        NARROW,
      );
  });

  test("a chart as a table has the same numbers as the series it is drawn from", async () => {
    await incident();
    await on("/", async (page) => {
      const read: Series[] = [];
      page.on("response", async (response) => {
        if (response.url().includes("/series")) read.push((await response.json()) as Series);
      });
      await page.goto(`${server.url}/monitors/${MONITOR}`);
      const mix = page.getByRole("region", { name: "Code mix" });
      await mix.getByRole("button", { name: "As table" }).click();
      const table = mix.getByRole("table", { name: "Code mix" });
      const texts = async () => ({
        heads: await table.locator("thead th").allInnerTexts(),
        rows: await table
          .locator("tbody tr")
          .evaluateAll((rows) =>
            rows.map((row) => [...row.querySelectorAll("th, td")].map((cell) => cell.textContent)),
          ),
      });
      // New answers come while we look, so the table is held against the series that was read last.
      const difference = async () => {
        const { heads, rows } = await texts();
        const newest = read.at(-1);
        if (newest === undefined) return "no series was read";
        const expected = newest.t.map((seconds, index) => [
          new Date(seconds * 1_000).toISOString().slice(11, 16),
          newest.probes[index],
          newest.missed[index],
          newest.codes[409]?.[index],
        ]);
        const columns = ["Time", "Probes", "Missed", "409"].map((head) => heads.indexOf(head));
        const shown = rows.toReversed().map((row) => columns.map((column) => row[column]));
        return JSON.stringify(shown) === JSON.stringify(expected.map((row) => row.map(String)))
          ? "none"
          : { shown, expected };
      };
      await expect.poll(difference).toBe("none");
      const last = read.at(-1);
      expect(last?.codes[409]?.some((count) => count > 0)).toBe(true);
    });
  });

  test("an incident or a page that does not exist is said so, with a way back", async () => {
    const context = await browser.newContext(WIDE);
    try {
      // An answer of 404 is noted by the browser's console.
      const { page, wrongs } = await watch(context, server.url, /404 \(Not Found\)/);
      for (const path of ["/incidents/99999", "/incidents/nonsense", "/nowhere"]) {
        await page.goto(server.url + path);
        await page.getByRole("heading", { level: 1, name: /^There is no / }).waitFor();
        await page.getByRole("main").getByRole("link").first().waitFor();
      }
      expect(wrongs).toEqual([]);
    } finally {
      await context.close();
    }
  });
});
