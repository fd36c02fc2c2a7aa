/** The states a screen can be in, each really caused: by definitions, by a target, by a channel, by a server that dies. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Client, createClient } from "@statusquo/api/client";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  findBrowser,
  findRedis,
  launch,
  NARROW,
  PHONE,
  picture,
  type Running,
  startProgram,
  startRedis,
  violations,
  WIDE,
  watch,
} from "./testing/browser.ts";

const found = findBrowser();
if (found.kind === "none") console.log(`skipped: states in a browser: ${found.reason}`);

describe.skipIf(found.kind === "none")("with definitions of its own", { timeout: 60_000 }, () => {
  let folder: string;
  let target: Server;
  let server: Running;
  let browser: Browser;
  let api: Client;
  let config: string;
  let port: number;

  const definitions = (extra = "") => `regions: [eu-west, us-east]
channels:
  hook:
    webhook: { url: "http://127.0.0.1:${port}/hook", secret: "only-of-this-test-0123456789" }
self: { notify: [hook] }
monitors:
  - id: checkout
    name: Checkout
    tags: [shop]
    url: http://127.0.0.1:${port}/conflict
    every: 5s
    timeout: 2s
    allow_private: true
    notify: [hook]
    publish: { name: Paying, group: Shop, places: { eu-west: Europe, us-east: America } }
  - id: search
    name: Search
    url: http://127.0.0.1:${port}/fine
    every: 5s
    timeout: 2s
    allow_private: true
    publish: { name: Searching, group: Shop }
${extra}`;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "statusquo-states-"));
    target = createServer((request, response) => {
      request.resume();
      if (request.url === "/hook") response.writeHead(400).end("no such thing");
      else response.writeHead(request.url === "/conflict" ? 409 : 200).end("{}");
    });
    await new Promise<void>((resolve) => target.listen(0, "127.0.0.1", resolve));
    port = (target.address() as AddressInfo).port;
    config = join(folder, "states.yaml");
    writeFileSync(config, definitions());
    [server, browser] = await Promise.all([
      startProgram(["--config", config]),
      launch(found.kind === "none" ? "" : found.path),
    ]);
    api = createClient({ base: server.url });
  }, 60_000);
  afterAll(async () => {
    await browser?.close();
    await server?.close();
    target?.closeAllConnections();
    await new Promise((resolve) => (target === undefined ? resolve(null) : target.close(resolve)));
    rmSync(folder, { recursive: true, force: true });
  });

  async function on(path: string, use: (page: Page) => Promise<void>, allowed?: RegExp, options = WIDE) {
    const context = await browser.newContext(options);
    try {
      const { page, wrongs } = await watch(context, server.url, allowed);
      await page.goto(server.url + path);
      await use(page);
      expect(wrongs).toEqual([]);
    } finally {
      await context.close();
    }
  }
  const sound = async (page: Page, name: string) => {
    expect(await violations(page), name).toEqual([]);
    await picture(page, name);
  };

  test("loading shows nothing at first, then boxes where the rows will be", async () => {
    const context = await browser.newContext(WIDE);
    try {
      const page = await context.newPage();
      let go = () => {};
      const held = new Promise<void>((resolve) => {
        go = resolve;
      });
      await page.route("**/api/v1/monitors?*", async (route) => {
        await held;
        await route.continue();
      });
      await page.goto(server.url);
      await page.locator(".loading .box").first().waitFor();
      await sound(page, "state-loading");
      go();
      await page.locator(".row-link").first().waitFor();
    } finally {
      await context.close();
    }
  });

  test("a monitor that is learning says how far it is", async () => {
    await on("/", async (page) => {
      await page.locator(".tile.learning").first().waitFor();
      await page
        .getByText(/of 24 h of quiet history/)
        .first()
        .waitFor({ timeout: 30_000 });
      await sound(page, "state-learning");
    });
  });

  test("a message that is given up is said on every screen, with what the channel answered", async () => {
    await expect
      .poll(async () => (await api.health()).outbox.dead, { timeout: 40_000, interval: 250 })
      .toBeGreaterThan(0);
    await on("/regions", async (page) => {
      const banner = page.getByRole("region", { name: "Messages not delivered" });
      await banner.waitFor();
      await sound(page, "state-delivery-failing");
      await banner.getByRole("link").click();
      await page.locator(".messages .dead").first().waitFor();
      expect(await page.locator(".messages .dead").first().innerText()).toContain("refused");
      await page.getByRole("region", { name: "Statusquo itself" }).waitFor();
      await sound(page, "state-deliveries-dead");
    });
  });

  test("the public page says what people notice, without a token, a code or an address", async () => {
    const source = async () => (await fetch(`${server.url}/status`)).text();
    await expect.poll(source, { timeout: 40_000, interval: 500 }).toMatch(/<h1>Paying/);
    for (const hidden of ["409", "127.0.0.1", "/conflict", "checkout", "eu-west", "<script", "style="])
      expect(await source()).not.toContain(hidden);
    for (const colorScheme of ["light", "dark"] as const)
      for (const [width, size] of [
        [1440, WIDE],
        [390, PHONE],
        [320, NARROW],
      ] as const)
        await on(
          "/status",
          async (page) => {
            await page.getByRole("heading", { level: 1, name: /Paying/ }).waitFor();
            expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
            expect(await page.evaluate(() => getComputedStyle(document.body).maxWidth)).toBe("696px");
            await sound(page, `public-page-${width}-${colorScheme}`);
          },
          undefined,
          { ...size, colorScheme },
        );
    const context = await browser.newContext({ ...WIDE, javaScriptEnabled: false });
    try {
      const page = await context.newPage();
      await page.goto(`${server.url}/status`);
      expect(await page.getByRole("img", { name: /^Paying: / }).count()).toBe(1);
      expect(await page.getByText("Works", { exact: true }).count()).toBe(1);
    } finally {
      await context.close();
    }
  });

  test("a broken edit is shown with its line, and what was loaded before stays in use", async () => {
    await on("/", async (page) => {
      await page.locator(".row-link").first().waitFor();
      writeFileSync(config, definitions("    evry: 5s\n"));
      const banner = page.getByRole("region", { name: "Definitions not in use" });
      await banner.waitFor({ timeout: 30_000 });
      await banner.getByRole("link").click();
      await page.getByRole("heading", { level: 1, name: "The newest definitions are not in use." }).waitFor();
      await page.getByText(/states.yaml line 2\d/).waitFor();
      await page.getByText(/stays in use, so nothing stopped being watched/).waitFor();
      expect(await page.getByRole("region", { name: "Monitors" }).getByRole("row").count()).toBe(3);
      await sound(page, "state-broken-definition");
      writeFileSync(config, definitions());
      await page.getByRole("heading", { level: 1, name: "Definitions", exact: true }).waitFor({ timeout: 30_000 });
    });
  });

  test("a fault of the server is called its own, with the number of the request", async () => {
    await on(
      "/",
      async (page) => {
        await page.route("**/api/v1/regions", (route) =>
          route.fulfill({
            status: 503,
            contentType: "application/problem+json",
            body: JSON.stringify({
              type: "about:blank#unavailable",
              title: "Unavailable",
              status: 503,
              detail: "The store cannot be read now.",
              requestId: "7c1e-40aa",
            }),
          }),
        );
        await page.goto(`${server.url}/regions`);
        await page.getByRole("heading", { name: "Regions could not be loaded." }).waitFor({ timeout: 30_000 });
        await page.getByText("7c1e-40aa").waitFor();
        await page.getByText(/not of your endpoints/).waitFor();
        await sound(page, "state-error");
      },
      /503/,
    );
  });

  // The last one: the server is gone after it.
  test("when the server dies the page says since when it knows nothing, and keeps what a person asks for", {
    timeout: 90_000,
  }, async () => {
    // One of its own, which nothing went wrong with before.
    const server = await startProgram(["--config", config]);
    const context = await browser.newContext(WIDE);
    try {
      const { page } = await watch(context, server.url, /./);
      await page.goto(server.url);
      await page.locator(".live.on").waitFor();
      const acknowledge = page.getByRole("button", { name: "Acknowledge" }).first();
      await acknowledge.waitFor();
      await server.kill();
      await page.locator(".live.off").waitFor();
      await acknowledge.click();
      await page.getByRole("button", { name: "Will be sent when back" }).waitFor();
      const banner = page.getByRole("region", { name: "Out of date" });
      await banner.waitFor({ timeout: 40_000 });
      expect(await banner.innerText()).toMatch(/Nothing new for \d+ s/);
      await sound(page, "state-stale");
      await page.getByRole("link", { name: "Definitions" }).first().click();
      await page.getByRole("heading", { level: 1, name: /could not be/ }).waitFor({ timeout: 30_000 });
    } finally {
      await context.close();
      await server.close();
    }
  });
});

const redis = findRedis();
if (redis === null) console.log("skipped: a silent worker in a browser: no redis-server here");

describe.skipIf(found.kind === "none" || redis === null)("with regions nobody works for", { timeout: 60_000 }, () => {
  test("a silent worker is hatched and named, and its monitors have no data rather than a fault", async () => {
    const folder = mkdtempSync(join(tmpdir(), "statusquo-silent-"));
    const config = join(folder, "silent.yaml");
    writeFileSync(
      config,
      "regions: [eu-west]\nmonitors:\n  - { id: shop, name: Shop, url: https://shop.example.com/, every: 5s, timeout: 2s }\n",
    );
    const running = await startRedis(redis ?? "");
    const server = await startProgram(["--config", config], { REDIS_URL: running.url });
    const browser = await launch(found.kind === "none" ? "" : found.path);
    try {
      const context = await browser.newContext(WIDE);
      const { page, wrongs } = await watch(context, server.url);
      await page.goto(server.url);
      await page.locator(".workers .late").getByText("silent").waitFor({ timeout: 30_000 });
      await page.locator(".list .tile.no_data").waitFor({ timeout: 40_000 });
      await page.getByRole("heading", { level: 1, name: "No results are coming in." }).waitFor();
      await page.getByRole("region", { name: "Alerts cannot be trusted" }).waitFor({ timeout: 40_000 });
      expect(await violations(page)).toEqual([]);
      await picture(page, "state-silent-worker");
      await page.goto(`${server.url}/monitors/shop`);
      await page.getByText(/^no data:/).waitFor();
      expect(await violations(page)).toEqual([]);
      await picture(page, "state-no-data");
      expect(wrongs).toEqual([]);
    } finally {
      await browser.close();
      await server.close();
      await running.close();
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
