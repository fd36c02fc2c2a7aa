/** What a target or a definition says is text on every page, whatever it says. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createClient } from "@statusquo/api/client";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { findBrowser, launch, type Running, startProgram, WIDE, watch } from "./testing/browser.ts";

const found = findBrowser();
if (found.kind === "none") console.log(`skipped: a hostile target in a browser: ${found.reason}`);

const IMAGE = "<img src=x onerror=window.stung=1>";
const NAME = `Orders ${IMAGE}`;
const REASON = `No ${IMAGE}`;
const BODY = `{"title":"</script><script>window.stung=1</script>","detail":"${IMAGE}"}`;

describe.skipIf(found.kind === "none")("with a hostile target", { timeout: 60_000 }, () => {
  let folder: string;
  let target: Server;
  let server: Running;
  let browser: Browser;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "statusquo-hostile-"));
    target = createServer((_, response) => {
      response.writeHead(409, REASON, { "content-type": "application/problem+json", "x-note": IMAGE }).end(BODY);
    });
    await new Promise<void>((resolve) => target.listen(0, "127.0.0.1", resolve));
    const config = join(folder, "hostile.yaml");
    writeFileSync(
      config,
      `regions: [eu-west, us-east, ap-south]
monitors:
  - id: orders
    name: ${JSON.stringify(NAME)}
    url: http://127.0.0.1:${(target.address() as AddressInfo).port}/orders
    every: 5s
    timeout: 2s
    allow_private: true
`,
    );
    [server, browser] = await Promise.all([
      startProgram(["--config", config]),
      launch(found.kind === "none" ? "" : found.path),
    ]);
  }, 60_000);
  afterAll(async () => {
    await browser?.close();
    await server?.close();
    target?.closeAllConnections();
    await new Promise((resolve) => (target === undefined ? resolve(null) : target.close(resolve)));
    rmSync(folder, { recursive: true, force: true });
  });

  test("a name, a reason phrase, a header and a body full of markup are shown as text", async () => {
    const api = createClient({ base: server.url });
    const context = await browser.newContext(WIDE);
    try {
      const { page, wrongs } = await watch(context, server.url);
      const holds = (text: string) => page.getByText(text, { exact: false }).first().waitFor({ timeout: 40_000 });
      await page.goto(server.url);
      await holds(NAME);
      await expect.poll(async () => (await api.incidents({})).incidents.length, { timeout: 40_000 }).toBe(1);
      const { incidents } = await api.incidents({});
      for (const path of ["/", "/monitors/orders", `/incidents/${incidents[0]?.id}`, "/incidents"]) {
        await page.goto(server.url + path);
        await holds(NAME);
      }
      await page.goto(`${server.url}/monitors/orders`);
      await holds(`HTTP/1.1 409 ${REASON}`);
      await holds("</script><script>window.stung=1</script>");
      await page.goto(`${server.url}/incidents/${incidents[0]?.id}`);
      await holds(REASON);
      await holds("</script><script>window.stung=1</script>");
      expect(await page.evaluate(() => "stung" in window)).toBe(false);
      expect(await page.locator("main img").count()).toBe(0);
      expect(wrongs).toEqual([]);
    } finally {
      await context.close();
    }
  });
});
