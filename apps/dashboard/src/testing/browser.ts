/**
 * A real browser on the real server: the program is a child process with a folder of its own, the browser is one that
 * is installed here. Both are gone when the tests of the file are.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { accessSync, constants, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type Page } from "playwright-core";

const PROGRAM = fileURLToPath(new URL("../../../server/bin/statusquo.mjs", import.meta.url));
const NAMES = ["chromium-headless-shell", "chromium", "google-chrome"];

/** Where Chromium is, or why the tests of the browser cannot run here. */
export function findBrowser(): { kind: "program"; path: string } | { kind: "none"; reason: string } {
  const named = process.env.CHROMIUM;
  if (named)
    return runs(named)
      ? { kind: "program", path: named }
      : { kind: "none", reason: `CHROMIUM names ${named}, which is no program` };
  for (const name of NAMES)
    for (const folder of (process.env.PATH ?? "").split(delimiter))
      if (folder !== "" && runs(join(folder, name))) return { kind: "program", path: join(folder, name) };
  return { kind: "none", reason: "no Chromium here (apt-get install chromium-headless-shell, or set CHROMIUM)" };
}

function runs(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Where a Redis is; null where there is none. Debian's redis-check-rdb is the same program, told apart by its name. */
export function findRedis(): string | null {
  if (process.env.REDIS_SERVER) return process.env.REDIS_SERVER;
  const paths = (process.env.PATH ?? "").split(delimiter).filter((folder) => folder !== "");
  const names = ["redis-server", "redis-check-rdb"];
  return names.flatMap((name) => paths.map((folder) => join(folder, name))).find(runs) ?? null;
}

/** A Redis on 127.0.0.1 that keeps nothing. */
export async function startRedis(path: string): Promise<{ url: string; close(): Promise<void> }> {
  const holder = createServer().listen(0, "127.0.0.1");
  await once(holder, "listening");
  const { port } = holder.address() as AddressInfo;
  holder.close();
  await once(holder, "close");
  const args = ["--port", String(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", tmpdir()];
  const child = spawn(path, args, {
    argv0: "redis-server",
    stdio: ["ignore", "pipe", "ignore"],
  });
  const ended = once(child, "exit");
  let said = "";
  for await (const chunk of child.stdout) {
    said += chunk;
    if (said.includes("Ready to accept connections")) break;
  }
  return {
    url: `redis://127.0.0.1:${port}`,
    async close() {
      child.kill("SIGKILL");
      await ended;
    },
  };
}

export interface Running {
  /** `http://127.0.0.1:…` */
  url: string;
  /** Ends the program as a crash would; the folder stays until `close`. */
  kill(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Starts `statusquo serve` in a folder of its own; without `--config` among `args` it runs the demo.
 *
 * @param env beside PATH and HOME, nothing else of this process's environment is passed on
 */
export async function startProgram(args: string[] = [], env: Record<string, string> = {}): Promise<Running> {
  const folder = mkdtempSync(join(tmpdir(), "statusquo-browser-"));
  const child = spawn(process.execPath, [PROGRAM, "serve", "--port", "0", ...args], {
    cwd: folder,
    env: { PATH: process.env.PATH, HOME: process.env.HOME, STATUSQUO_DATA: join(folder, "data"), ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const ended = once(child, "exit");
  let output = "";
  const url = await new Promise<string>((resolve, reject) => {
    const hear = (chunk: Buffer) => {
      output += chunk;
      const found = /^Dashboard\s+(http:\S+)$/m.exec(output)?.[1];
      if (found !== undefined) resolve(found);
    };
    child.stdout.on("data", hear);
    child.stderr.on("data", hear);
    void ended.then(() => reject(new Error(`statusquo serve ended before it was ready:\n${output}`)));
  });
  const kill = async () => {
    child.kill("SIGKILL");
    await ended;
  };
  return {
    url,
    kill,
    async close() {
      await kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export function launch(executablePath: string): Promise<Browser> {
  return chromium.launch({
    executablePath,
    args: ["--no-sandbox", "--disable-dev-shm-usage", "--disable-background-networking"],
  });
}

/** A page, and everything about it that must never happen. */
export interface Watched {
  page: Page;
  /** Errors of the console, uncaught exceptions, violations of the content policy, requests to anywhere else. */
  wrongs: string[];
}

/** @param allowed console errors that the test itself causes */
export async function watch(context: BrowserContext, origin: string, allowed?: RegExp): Promise<Watched> {
  const page = await context.newPage();
  const wrongs: string[] = [];
  const wrong = (what: string) => {
    if (!allowed?.test(what)) wrongs.push(what);
  };
  page.on("console", (message) => {
    if (message.type() === "error") wrong(`console: ${message.text()}`);
  });
  page.on("pageerror", (error) => wrong(`exception: ${error.message}`));
  page.on("request", (request) => {
    const { protocol, origin: to } = new URL(request.url());
    if (protocol !== "data:" && to !== origin) wrong(`request to ${request.url()}`);
  });
  await page.addInitScript(() => {
    document.addEventListener("securitypolicyviolation", (event) => {
      console.error(`content policy: ${event.violatedDirective} ${event.blockedURI}`);
    });
  });
  return { page, wrongs };
}

/** A phone of 320 px, the narrowest that must do without sideways scrolling (WCAG 1.4.10). */
export const NARROW: BrowserContextOptions = { viewport: { width: 320, height: 640 }, hasTouch: true };
export const PHONE: BrowserContextOptions = { viewport: { width: 390, height: 844 }, hasTouch: true };
export const WIDE: BrowserContextOptions = { viewport: { width: 1440, height: 900 } };

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/**
 * What axe-core finds wrong on the page as it is now, each with where; contrast is measured on what is rendered.
 *
 * @see https://github.com/dequelabs/axe-core
 */
export async function violations(page: Page): Promise<string[]> {
  // Evaluated rather than added as a script, which the content policy forbids.
  await page.evaluate(AXE);
  return page.evaluate(async () => {
    const axe = (window as unknown as { axe: typeof import("axe-core") }).axe;
    const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
    const { violations } = await axe.run(document, { runOnly: { type: "tag", values: tags } });
    return violations.flatMap(({ id, nodes }) =>
      nodes.slice(0, 3).map(({ target, failureSummary }) => `${id} at ${target.join(" ")}: ${failureSummary}`),
    );
  });
}

const PICTURES = fileURLToPath(new URL("../../dist-pictures/", import.meta.url));

/** Writes what a person would see to `dist-pictures`, for a reader to look at; nothing is compared. */
export async function picture(page: Page, name: string): Promise<void> {
  mkdirSync(PICTURES, { recursive: true });
  await page.screenshot({ path: join(PICTURES, `${name}.png`), animations: "disabled", fullPage: true });
}
