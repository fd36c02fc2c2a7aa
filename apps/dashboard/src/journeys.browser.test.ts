/** The journeys of a person with the demo: from a fault to the answer that shows why, with mouse, keys and phone. */
import { type Client, createClient, type IncidentSummary, type Series } from "@statusquo/api/client";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  findBrowser,
  fits,
  launch,
  PHONE,
  picture,
  type Running,
  startProgram,
  WIDE,
  watch,
  wrongsOf,
} from "./testing/browser.ts";
import { graphics } from "./testing/contrast.ts";

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
      await page.getByRole("region", { name: "Last responses" }).getByRole("button", { name: "409 only" }).click();
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

  /** Every screen, with what is there when it is ready. */
  const screens = (id: number) =>
    [
      ["overview", "/", ".row-link"],
      ["monitor", `/monitors/${MONITOR}`, ".samples tbody tr"],
      ["incident", `/incidents/${id}`, ".compare"],
      ["incidents", "/incidents", ".incident-list li"],
      ["deliveries", "/deliveries", ".messages tbody tr"],
      ["regions", "/regions", ".region-cards li"],
      ["definitions", "/definitions", ".loaded tbody tr"],
    ] as const;

  test("on every screen, in both themes: nothing for axe, graphics at 3:1, and no sideways scrolling at 320 px", {
    timeout: 120_000,
  }, async () => {
    const { id } = await incident();
    await on("/", async (page) => {
      for (const [name, path, ready] of screens(id)) {
        await page.goto(server.url + path);
        await page.locator(ready).first().waitFor();
        expect(await wrongsOf(page), path).toEqual([]);
        if (name === "incident") {
          // The measure itself must find marks, or it would find nothing wrong with none.
          const { marks } = await graphics(page);
          for (const mark of ["c2", "c409", "focus", "span.tile.spike.k409"]) expect(marks).toContain(mark);
        }
        for (const colorScheme of ["light", "dark"] as const) {
          await page.emulateMedia({ colorScheme });
          await picture(page, `${name}-${colorScheme}`);
        }
      }
      await page.keyboard.press("?");
      await page.getByRole("dialog", { name: "Keys" }).waitFor();
      expect(await wrongsOf(page), "keys").toEqual([]);
    });
  });

  test.each(["light", "dark"] as const)(
    "on a phone, in the %s theme, an incident is found, read and acted on by touch",
    async (colorScheme) => {
      const { id } = await incident();
      const standing = await api.incident(id);
      if (standing.acknowledgedAt !== null) await api.acknowledge(id, standing.revision, { undo: true });
      await on(
        "/",
        async (page) => {
          await page.locator(".open-incident", { hasText: "Save a document" }).waitFor();
          // Regions shrink to those that are late; columns that are no reason to act are dropped.
          expect(await page.locator(".workers li:visible").count()).toBe(0);
          expect(await page.locator(".list .c-latency:visible, .list .c-regions:visible").count()).toBe(0);
          await picture(page, `overview-390-${colorScheme}`);
          await page
            .getByRole("navigation", { name: "Main, at the bottom" })
            .getByRole("link", { name: /Incidents/ })
            .tap();
          await page.getByRole("link", { name: "Save a document: 409 Conflict" }).first().tap();
          await page.locator(".matrix-canvas").waitFor();
          expect(await fits(page)).toBe(true);
          const height = page.viewportSize()?.height ?? 0;
          const button = page.locator(".actions").getByRole("button", { name: "Acknowledge" });
          const box = await button.boundingBox();
          expect(box?.y ?? 0, "within reach of a thumb").toBeGreaterThan(height / 2);
          expect(box?.height ?? 0).toBeGreaterThanOrEqual(44);
          await button.tap();
          await page.locator(".actions .acknowledged").waitFor();
          await picture(page, `incident-390-${colorScheme}`);
          await page.goto(`${server.url}/monitors/${MONITOR}?show=code`);
          await page.locator(".open-evidence").nth(1).tap();
          const evidence = page.getByRole("complementary", { name: "Evidence" });
          await evidence.getByText("HTTP/1.1 409 Conflict").waitFor();
          expect(await evidence.evaluate((each) => each.getBoundingClientRect().top < innerHeight)).toBe(true);
          await picture(page, `monitor-390-${colorScheme}`);
        },
        { ...PHONE, colorScheme },
      );
    },
  );

  test("the worst monitor stands first, and is one key and Enter away", async () => {
    await incident();
    await on("/", async (page) => {
      await row(page).locator(".tile.spike").waitFor();
      const first = page.locator(".list tbody tr:has(.row-link)").first();
      expect(await first.innerText()).toContain("Save a document");
      await page.keyboard.press("j");
      await page.keyboard.press("Enter");
      await page.getByRole("heading", { level: 1, name: "Save a document" }).waitFor();
      await page.getByRole("link", { name: /^409 on .* INC-\d+, open/ }).click();
      await page.getByRole("heading", { level: 1, name: "Save a document: 409 Conflict" }).waitFor();
    });
  });

  test("the list is sorted as the address says, and its head says so too", async () => {
    await on("/?sort=name", async (page) => {
      await row(page).waitFor();
      const names = () => page.locator(".row-link .name").allInnerTexts();
      expect(await names()).toEqual((await names()).toSorted((a, b) => a.localeCompare(b)));
      await page
        .getByRole("columnheader", { name: "Monitor", exact: true })
        .and(page.locator("[aria-sort=ascending]"))
        .waitFor();
      await page.getByLabel("Sort").selectOption("slowest");
      await page.locator(".c-latency[aria-sort=descending]").waitFor();
      expect(page.url()).toContain("sort=p95");
    });
  });

  test("one code alone can be drawn, and times can be read by the clock of the browser", async () => {
    await incident();
    await on(
      `/monitors/${MONITOR}`,
      async (page) => {
        const controls = page.locator(".controls");
        await controls.getByRole("button", { name: "409 only" }).click();
        await expect.poll(() => page.url()).toContain("codes=one");
        await controls.getByRole("button", { name: "Local" }).click();
        await page.locator(".live").getByText("local").waitFor();
        const here = await page.locator(".live time").innerText();
        expect(here).toContain(new Date().toLocaleTimeString("en-GB", { timeZone: "Asia/Kolkata" }).slice(0, 2));
        await page.reload();
        await page.locator(".live").getByText("local").waitFor();
        await controls.getByRole("button", { name: "UTC" }).click();
        await page.locator(".live").getByText("UTC").waitFor();
      },
      { ...WIDE, timezoneId: "Asia/Kolkata" },
    );
  });

  test("an acknowledgement can be taken back for ten seconds", async () => {
    const { id } = await incident();
    await on(`/incidents/${id}`, async (page) => {
      const standing = await api.incident(id);
      if (standing.acknowledgedAt !== null) await api.acknowledge(id, standing.revision, { undo: true });
      await page.getByRole("button", { name: "Acknowledge" }).click();
      await page.locator(".actions .acknowledged").waitFor();
      await page.getByRole("button", { name: "Undo" }).click();
      await page.getByRole("button", { name: "Acknowledge" }).waitFor();
      expect((await api.incident(id)).acknowledgedAt).toBeNull();
    });
  });

  test("a silence asks for how long and why, says so on the pages, and ends by a button", async () => {
    const { id } = await incident();
    await on(`/incidents/${id}`, async (page) => {
      await page.getByRole("button", { name: "Silence" }).waitFor();
      await page.keyboard.press("s");
      const dialog = page.getByRole("dialog", { name: "Silence Save a document" });
      await dialog.waitFor();
      expect(await wrongsOf(page)).toEqual([]);
      await dialog.getByLabel("All of this monitor").check();
      await dialog.getByLabel("Reason").fill("known, ticket OPS-12");
      await dialog.getByLabel("Your name").fill("ana");
      await dialog.getByRole("button", { name: "Silence" }).click();
      await dialog.waitFor({ state: "detached" });
      await page.getByText(/Nobody is told until .*: .*OPS-12/).waitFor();
      const [silence] = (await api.silences({ state: "active" })).silences;
      expect(silence).toMatchObject({ reason: "known, ticket OPS-12", by: "ana", match: { monitors: [MONITOR] } });
      await page.goto(server.url);
      await row(page)
        .getByText(/silenced until/)
        .waitFor();
      await page.goto(`${server.url}/deliveries`);
      const silences = page.getByRole("region", { name: "Silences" });
      await silences.getByRole("button", { name: "End" }).click();
      await silences.waitFor({ state: "detached" });
      expect((await api.silences({ state: "active" })).silences).toEqual([]);
    });
  });

  test("a note is written down, and every kept answer can be gone through", async () => {
    const { id } = await incident();
    await on(`/incidents/${id}`, async (page) => {
      await page.getByLabel("A note").fill("rolled back at 14:20");
      await page.getByRole("button", { name: "Add note" }).click();
      await page.locator(".notes").getByText("rolled back at 14:20").waitFor();
      await page.locator(".timeline .note").waitFor();
      await page.getByRole("button", { name: "Older" }).waitFor();
      await page.locator("h1").click();
      await page.keyboard.press("]");
      await page
        .getByText(/^2 of \d+$/)
        .or(page.locator(".stepper"))
        .first()
        .waitFor();
      await expect.poll(() => page.url()).toContain("sample=");
    });
  });

  test("a probe is made now, and a deploy that is marked stands on the charts", async () => {
    await incident();
    await on(`/monitors/${MONITOR}`, async (page) => {
      await page.getByRole("button", { name: "Probe now" }).click();
      const probe = page.getByRole("dialog", { name: /^Probe Save a document now/ });
      await probe.getByRole("button", { name: "Probe", exact: true }).click();
      await probe.locator(".exchange").waitFor();
      expect(await wrongsOf(page)).toEqual([]);
      await probe.getByRole("button", { name: "Cancel" }).click();
      await page.getByRole("button", { name: "Mark a deploy" }).click();
      const deploy = page.getByRole("dialog", { name: "Mark a deploy" });
      await deploy.getByLabel("Service").fill("gateway");
      await deploy.getByLabel("Version").fill("2025.11.3");
      expect(await wrongsOf(page)).toEqual([]);
      await deploy.getByRole("button", { name: "Mark", exact: true }).click();
      await deploy.waitFor({ state: "detached" });
      await page.getByRole("list", { name: "Deploys" }).getByText("gateway 2025.11.3").waitFor();
    });
  });

  test("the replay says what another budget would have told", async () => {
    await incident();
    await on(`/monitors/${MONITOR}`, async (page) => {
      const replay = page.getByRole("region", { name: "Replay", exact: true });
      await replay.getByText(/with 1 a year/).waitFor();
      await replay.getByRole("slider").press("ArrowRight");
      await replay.getByText(/with 2 a year/).waitFor();
      await replay.getByText("false_alarms: 2/year").waitFor();
      expect(page.url()).toContain("budget=");
      await replay.getByRole("button", { name: "As table" }).click();
      await replay.getByRole("table", { name: "Replay" }).waitFor();
    });
  });

  test("a range, a stretch, the scale and tables follow the keys and stand in the address", async () => {
    await on(`/monitors/${MONITOR}`, async (page) => {
      const plot = page.locator(".plot").first();
      await plot.waitFor();
      await page.keyboard.press("2");
      await expect.poll(() => page.url()).toContain("range=6h");
      await page.keyboard.press("f");
      await expect.poll(() => page.url()).toContain("scale=whole");
      const box = await plot.boundingBox();
      if (box === null) throw new Error("the plot has no box");
      await page.mouse.move(box.x + box.width * 0.6, box.y + 60);
      await page.mouse.down();
      await page.mouse.move(box.x + box.width * 0.9, box.y + 60, { steps: 4 });
      await page.mouse.up();
      await expect.poll(() => page.url()).toMatch(/from=\d+/);
      await page.keyboard.press("Escape");
      await expect.poll(() => page.url()).not.toMatch(/from=\d+/);
      await page.keyboard.press("v");
      await page.getByRole("table", { name: "Code mix" }).waitFor();
      await page.keyboard.press("g");
      await page.keyboard.press("d");
      await page.getByRole("heading", { level: 1, name: "Deliveries" }).waitFor();
      await page.keyboard.press("?");
      await page.getByLabel("Single keys act").uncheck();
      await page.getByRole("button", { name: "Close" }).click();
      await page.keyboard.press("g");
      await page.keyboard.press("m");
      await page.keyboard.press("t");
      expect(await page.getByRole("heading", { level: 1 }).innerText()).toBe("Deliveries");
    });
  });

  test("the list is one stop of Tab, and arrow keys go through it", async () => {
    await on("/", async (page) => {
      await row(page).waitFor();
      const stops = page.locator('.list a[tabindex="0"], .list button[tabindex="0"]');
      await expect.poll(() => stops.count()).toBe(1);
      await page.locator(".row-link").first().focus();
      await page.keyboard.press("ArrowDown");
      await page.keyboard.press("ArrowDown");
      expect(await stops.count()).toBe(1);
      await page.keyboard.press("Tab");
      expect(await page.evaluate(() => document.activeElement?.closest(".list"))).toBeNull();
    });
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

  test("what is accepted as the new normal closes the incident, says who and why, and can be undone", async () => {
    const { id } = await incident();
    await on(`/incidents/${id}`, async (page) => {
      await page.getByRole("button", { name: /^Accept/ }).click();
      const dialog = page.getByRole("dialog", { name: "Accept as the new normal" });
      await dialog.getByText("This looks like a fault.").waitFor();
      expect(await wrongsOf(page)).toEqual([]);
      await dialog.getByLabel("Reason").fill("by design since 2.4");
      await dialog.getByLabel(/It is meant to be so/).check();
      await dialog.getByRole("button", { name: "Accept" }).click();
      await dialog.waitFor({ state: "detached" });
      await page.getByText(/It was accepted as the new normal/).waitFor();
      expect((await api.incident(id)).state).toBe("resolved");
      await page.locator(".accepted").getByRole("button", { name: "Undo" }).click();
      await page
        .locator(".accepted")
        .getByText(/Undone/)
        .waitFor();
    });
  });
});
