/** A server with a token: the page asks for it once, holds a session that no script can read, and shows nothing without it. */
import { randomBytes } from "node:crypto";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { findBrowser, launch, type Running, startProgram, WIDE, watch } from "../testing/browser.ts";

const found = findBrowser();
if (found.kind === "none") console.log(`skipped: a token in a browser: ${found.reason}`);
const TOKEN = randomBytes(32).toString("hex");

describe.skipIf(found.kind === "none")("with a token", { timeout: 60_000 }, () => {
  let server: Running;
  let browser: Browser;

  beforeAll(async () => {
    [server, browser] = await Promise.all([
      startProgram([], { STATUSQUO_TOKEN: TOKEN }),
      launch(found.kind === "none" ? "" : found.path),
    ]);
  }, 60_000);
  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });

  test("the page asks for the token, says when it is wrong, and keeps it from scripts and from other browsers", async () => {
    const context = await browser.newContext(WIDE);
    try {
      // An answer of 401 is noted by the browser's console.
      const { page, wrongs } = await watch(context, server.url, /401 \(Unauthorized\)/);
      await page.goto(`${server.url}/incidents`);
      const field = page.getByLabel("Token");
      await field.waitFor();
      expect(await page.getByRole("heading", { name: "Incidents" }).count()).toBe(0);
      await field.fill("f".repeat(64));
      await page.getByRole("button", { name: "Enter" }).click();
      await page.getByText("The token was refused.").waitFor();
      await field.fill(TOKEN);
      await page.getByRole("button", { name: "Enter" }).click();
      await page.getByRole("heading", { level: 1, name: "Incidents" }).waitFor();
      await page.goto(server.url);
      await page.locator(".row-link").first().waitFor();
      await page.locator(".live.on").waitFor({ timeout: 40_000 });
      expect(page.url()).not.toContain(TOKEN);
      const kept = await page.evaluate(() => [JSON.stringify(localStorage), document.cookie]);
      expect(kept.join()).not.toContain(TOKEN);
      const secondTab = await context.newPage();
      await secondTab.goto(server.url);
      await secondTab.locator(".row-link").first().waitFor();
      const stranger = await browser.newContext(WIDE);
      const other = await stranger.newPage();
      await other.goto(server.url);
      await other.getByLabel("Token").waitFor();
      await stranger.close();
      expect(wrongs).toEqual([]);
    } finally {
      await context.close();
    }
  });
});
