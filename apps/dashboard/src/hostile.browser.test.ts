/** What a target, a definition, a channel or a person says is text on every page, whatever it says. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Client, createClient } from "@statusquo/api/client";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { findBrowser, launch, type Running, startProgram, WIDE, watch } from "./testing/browser.ts";

const found = findBrowser();
if (found.kind === "none") console.log(`skipped: a hostile target in a browser: ${found.reason}`);

const IMAGE = "<img src=x onerror=window.stung=1>";
const SVG = '"><svg onload=window.stung=1>';
const SCRIPT = "</script><script>window.stung=1</script>";
/** Sets what stands behind it from right to left; a page that shows it as it is reads another way than it is written. */
const BIDI = "abc\u202egnp.exe";
const NAME = `Orders ${IMAGE}`;
const REASON = `No ${IMAGE}`;
const BODY = JSON.stringify({ title: SCRIPT, detail: IMAGE, bidi: BIDI, escape: "\u001b[31mred", lone: "\ud800" });
/** A code that is none of HTTP's. */
const CODE = 799;
const PATIENCE = { timeout: 40_000, interval: 250 };

describe.skipIf(found.kind === "none")("with a hostile target", { timeout: 60_000 }, () => {
  let folder: string;
  let target: Server;
  let server: Running;
  let browser: Browser;
  let api: Client;
  let incident: number;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "statusquo-hostile-"));
    // Written by hand, because a well-kept library would not send it.
    target = createServer((socket) => {
      socket.on("error", () => {});
      socket.once("data", (chunk) => {
        const isHook = chunk.toString().startsWith("POST /hook");
        const [code, reason, body] = isHook ? [400, IMAGE, `${IMAGE} ${BIDI}`] : [CODE, REASON, BODY];
        const head = [
          `HTTP/1.1 ${code} ${reason}`,
          "content-type: application/problem+json",
          `x-note: ${IMAGE}`,
          `x-svg: ${SVG}`,
          `location: javascript:window.stung=1`,
          `etag: "${SCRIPT}"`,
          `content-length: ${Buffer.byteLength(body)}`,
          "connection: close",
        ];
        socket.end(`${head.join("\r\n")}\r\n\r\n${body}`);
      });
    });
    await new Promise<void>((resolve) => target.listen(0, "127.0.0.1", resolve));
    const config = join(folder, "hostile.yaml");
    const { port } = target.address() as AddressInfo;
    writeFileSync(
      config,
      `regions: [eu-west, us-east, ap-south]
channels:
  hook:
    webhook: { url: "http://127.0.0.1:${port}/hook", secret: "only-of-this-test-0123456789" }
self: { notify: [hook] }
monitors:
  - id: orders
    name: ${JSON.stringify(NAME)}
    url: "http://127.0.0.1:${port}/orders?q=%3Cimg%20src=x%20onerror=window.stung=1%3E"
    every: 5s
    timeout: 2s
    allow_private: true
    notify: [hook]
    publish: { name: ${JSON.stringify(NAME)}, group: ${JSON.stringify(SVG)} }
`,
    );
    [server, browser] = await Promise.all([
      startProgram(["--config", config]),
      launch(found.kind === "none" ? "" : found.path),
    ]);
    api = createClient({ base: server.url });
    await api.addDeploy({
      ...{ service: `gateway ${IMAGE}`, version: SVG, by: IMAGE },
      url: "https://example.com/?<script>window.stung=1</script>",
    });
    incident = await vi.waitFor(async () => {
      const [opened] = (await api.incidents({})).incidents;
      if (opened === undefined) throw new Error("no incident is open yet");
      return opened.id;
    }, PATIENCE);
    await api.addNote(incident, { text: `${SCRIPT} ${BIDI}`, by: IMAGE });
    await vi.waitFor(async () => {
      if ((await api.health()).outbox.dead === 0) throw new Error("no message was given up yet");
    }, PATIENCE);
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
    await server?.close();
    await new Promise((resolve) => (target === undefined ? resolve(null) : target.close(resolve)));
    rmSync(folder, { recursive: true, force: true });
  });

  /** What must be so on a page that shows hostile text. */
  async function isText(page: Page, where: string) {
    const seen = await page.evaluate(() => ({
      stung: "stung" in window,
      // Elements and attributes that only markup of theirs would have made.
      made: document.querySelectorAll(
        "img, iframe, object, embed, body script:not([src]), [onerror], [onload], svg[onload], a[href^='javascript:' i]",
      ).length,
      handlers: [...document.querySelectorAll("*")].filter((each) =>
        [...each.attributes].some(({ name }) => name.startsWith("on")),
      ).length,
      text: document.body.innerText,
      titles: [...document.querySelectorAll("[title], [aria-label]")].map(
        (each) => `${each.getAttribute("title") ?? ""} ${each.getAttribute("aria-label") ?? ""}`,
      ),
    }));
    expect(seen, where).toMatchObject({ stung: false, made: 0, handlers: 0 });
    for (const text of [seen.text, ...seen.titles])
      expect(
        text.replaceAll("\n", " ").replaceAll("\t", " "),
        `${where}: controls and directions stay visible`,
      ).not.toMatch(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/u);
    return seen.text;
  }

  test("names, reasons, headers, bodies, deploys, notes and what a channel said are shown as text", async () => {
    const context = await browser.newContext(WIDE);
    try {
      // That one monitor cannot be is noted by the console of the browser.
      const { page, wrongs } = await watch(context, server.url, /400 \(Bad Request\)/);
      const holds = async (path: string, ready: string, ...texts: string[]) => {
        await page.goto(server.url + path);
        await page.locator(ready).first().waitFor({ timeout: 40_000 });
        const text = await isText(page, path);
        for (const each of texts) expect(text, `${path} shows it`).toContain(each);
      };
      await holds("/", ".row-link", NAME);
      await holds(
        "/monitors/orders",
        ".exchange",
        NAME,
        `${CODE} ${REASON}`,
        `x-note: ${IMAGE}`,
        SVG,
        SCRIPT,
        "\\u202e",
      );
      await holds("/monitors/orders?show=code", ".exchange", SCRIPT);
      await holds(`/incidents/${incident}`, ".timeline .note", NAME, REASON, SCRIPT, `gateway ${IMAGE} ${SVG}`);
      await holds("/incidents", ".incident-list li", NAME);
      await holds("/deliveries", ".messages .dead", "400");
      await holds("/definitions", ".loaded tbody tr", NAME);
      await holds("/regions", ".region-cards li");
      await holds(`/?q=${encodeURIComponent(`region:${IMAGE}`)}`, ".plain-page", "There is no region");
      await holds(`/monitors/${encodeURIComponent("<b>no such</b>")}`, ".problem h1");
      expect(wrongs).toEqual([]);
    } finally {
      await context.close();
    }
  });

  test("charts, their tables, tooltips and legends say it as text, by pointer and by keys", async () => {
    const context = await browser.newContext(WIDE);
    try {
      const { page, wrongs } = await watch(context, server.url);
      await page.goto(`${server.url}/monitors/orders`);
      const plot = page.locator(".plot").first();
      await plot.waitFor();
      await plot.hover();
      await page.locator(".readout b").first().waitFor();
      await isText(page, "pointer over the chart");
      await plot.focus();
      await page.keyboard.press("ArrowLeft");
      await isText(page, "cursor keys in the chart");
      await page.getByRole("list", { name: "Deploys" }).getByText(SVG).waitFor();
      await page.keyboard.press("v");
      await page.getByRole("table", { name: "Code mix" }).waitFor();
      expect(await isText(page, "charts as tables")).toContain(String(CODE));
      for (const key of ["s", "p"]) {
        await page.keyboard.press(key);
        await page.getByRole("dialog").getByText(IMAGE).first().waitFor();
        await isText(page, `dialog of ${key}`);
        await page.keyboard.press("Escape");
        await page.getByRole("dialog").waitFor({ state: "detached" });
      }
      await page.goto(`${server.url}/incidents/${incident}`);
      await page.locator(".compare, .paper").first().waitFor();
      await page.keyboard.press("v");
      await isText(page, "the incident");
      await page.keyboard.press("n");
      await page.getByRole("dialog").waitFor();
      await isText(page, "accepting");
      expect(wrongs).toEqual([]);
    } finally {
      await context.close();
    }
  });

  test("what people write down loses what is not seen, and nothing else", async () => {
    const { notes } = await api.incident(incident);
    expect(notes.map(({ text, by }) => `${by}: ${text}`)).toEqual([
      `${IMAGE}: ${SCRIPT} ${BIDI.replace("\u202e", "")}`,
    ]);
    expect((await api.addDeploy({ service: "gateway\u0007", version: "1" })).service).toBe("gateway");
  });
});
