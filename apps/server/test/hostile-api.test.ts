/** Hostile parameters and bodies, for every route there is, against the real store: rows H43, H46, H47 and H60. */
import { pino } from "pino";
import { expect, test } from "vitest";
import { createLog } from "../src/log.ts";
import { CONFLICT, oneMonitor, type Story, startStory } from "./story.ts";

const MINUTE = 60_000;

interface Operation {
  method: string;
  path: string;
  parameters: { name: string; in: string }[];
  hasBody: boolean;
}

async function operationsOf(story: Story): Promise<Operation[]> {
  const { paths } = await story.api<{
    paths: Record<string, Record<string, { parameters?: Operation["parameters"]; requestBody?: unknown }>>;
  }>("openapi.json");
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { parameters = [], requestBody }]) => ({
      ...{ method: method.toUpperCase(), path, parameters },
      hasBody: requestBody !== undefined,
    })),
  );
}

const NUMBERS = [
  "-1",
  "0x10",
  "1e9",
  "1.5",
  "NaN",
  "Infinity",
  "9007199254740993",
  "9e15",
  "99999999999999999999",
  "٣",
];
const TEXTS = [
  "",
  " ",
  "';DROP TABLE samples;--",
  "1 OR 1=1",
  "${env:HOME}",
  "../../etc/passwd",
  "\0",
  "\u202e",
  "a".repeat(4_000),
  "[object Object]",
  "__proto__",
];

test("H43: no parameter of any route, whatever it is given, breaks anything or is passed on to the store", async () => {
  const story = await startStory({ definitions: oneMonitor });
  story.answer(() => CONFLICT);
  await story.advance(5 * MINUTE);
  const before = await story.api<{ samples: unknown[] }>("monitors/edit-document/samples?limit=500");
  const ids: Record<string, string> = { file: "edit-document.svg" };
  let asked = 0;
  for (const { method, path, parameters } of await operationsOf(story)) {
    if (method !== "GET" || path.endsWith("/stream") || path.endsWith("/replay")) continue;
    const plain = (name: string) => (path.includes("incidents") ? "1" : (ids[name] ?? "edit-document"));
    for (const { name, in: place } of parameters)
      for (const value of [...NUMBERS, ...TEXTS]) {
        const given = encodeURIComponent(value);
        const address = path.replaceAll(/\{(\w+)\}/g, (_all, key: string) =>
          place === "path" && key === name ? given : plain(key),
        );
        const query = place === "query" ? `?${name}=${given}` : "";
        const answer = await fetch(`${story.server.url}${address}${query}`);
        const text = await answer.text();
        asked += 1;
        expect([200, 400, 404, 431], `${address}${query}: ${text}`).toContain(answer.status);
        expect(text.length).toBeLessThan(answer.status === 200 ? 1e6 : 5_000);
        // Ids are letters and digits, so some of these could be one; nothing else is let through.
        if (place === "query" && answer.status === 200)
          expect(["region", "monitor", "channel"], `${address}${query}`).toContain(name);
      }
  }
  expect(asked).toBeGreaterThan(500);
  expect(await story.api("monitors/edit-document/samples?limit=500")).toEqual(before);
});

test("H43: the widest ranges there are end within bounds: columns, pages and a span of all time", async () => {
  const story = await startStory({ definitions: oneMonitor });
  await story.advance(3 * MINUTE);
  const series = async (query: string) => {
    const answer = await fetch(`${story.server.url}/api/v1/monitors/edit-document/series?${query}`);
    return { status: answer.status, body: (await answer.json()) as { at?: unknown[] } };
  };
  expect((await series("from=0&to=8640000000000000&step=5000")).status).toBe(400);
  expect((await series("from=0&to=9000000000000000")).status).toBe(400);
  expect((await series(`from=${8e15}&to=${8e15 + 1}`)).status).toBeLessThan(500);
  for (const path of ["incidents", "deliveries", "silences", "deploys", "internal-alerts"])
    for (const limit of ["501", "0", "-1", "1e9"])
      expect((await fetch(`${story.server.url}/api/v1/${path}?limit=${limit}`)).status, `${path} ${limit}`).toBe(400);
});

test("H46: nothing of what breaks inside is answered, on any route: no path, SQL, stack or name of a library", async () => {
  const told: unknown[] = [];
  const log = pino({ level: "warn" }, { write: (line: string) => void told.push(JSON.parse(line)) });
  const story = await startStory({ definitions: oneMonitor, log });
  await story.advance(MINUTE);
  const operations = await operationsOf(story);
  story.server.store.close();
  let broken = 0;
  for (const { method, path, hasBody } of operations) {
    if (path.endsWith("/stream") || path.includes("/session") || path.endsWith("/replay")) continue;
    const address = path
      .replace("{file}", "edit-document.svg")
      .replaceAll(/\{\w+\}/g, (key) =>
        path.includes("monitors")
          ? "edit-document"
          : path.includes("samples")
            ? "m-a.r-b.s-1"
            : key === "{id}"
              ? "1"
              : key,
      );
    const answer = await fetch(`${story.server.url}${address}`, {
      method,
      headers: { "content-type": "application/json", "if-match": "*" },
      ...(hasBody && { body: JSON.stringify({ text: "x", reason: "x", for: "1h" }) }),
    });
    const text = await answer.text();
    if (answer.status >= 500) broken += 1;
    if (answer.status !== 200)
      expect(text, `${method} ${address}`).not.toMatch(
        /sqlite|database|SELECT|INSERT|\.ts:|node_modules|\/tmp\/|at \w+ \(/i,
      );
  }
  expect(broken).toBeGreaterThan(10);
  expect(JSON.stringify(told)).toMatch(/database connection is not open/i);
});

test("H47: a line of the log is one line of visible letters, whatever was said", async () => {
  const written: string[] = [];
  const log = createLog("info", { write: (line: string) => void written.push(line) });
  const hostile = 'x\r\n{"level":60,"msg":"forged"}\u001b[2J\u009b2J\u007f\u2028\u2029\u202e';
  log.warn({ said: hostile, url: hostile, [hostile]: hostile, err: new Error(hostile) }, hostile);
  log.info({ webhook: "canary", authorization: "canary", deep: { token: "canary", cookie: "canary" } }, "secrets");
  expect(written).toHaveLength(2);
  for (const line of written) {
    expect(line.endsWith("\n")).toBe(true);
    expect(line.slice(0, -1)).not.toMatch(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u);
    expect(JSON.parse(line).level).toBeLessThan(60);
    expect(line).not.toContain("canary");
  }
  expect(JSON.parse(written[0] ?? "").said).toBe(hostile);
});

test("H60: whatever name a request says, links lead to PUBLIC_URL alone", async () => {
  const story = await startStory({ definitions: oneMonitor });
  await story.advance(15 * MINUTE);
  story.answer(() => CONFLICT);
  for (let minute = 0; minute < 5; minute++) {
    await fetch(`${story.server.url}/api/v1/monitors`, {
      headers: { host: "localhost:1", "x-forwarded-host": "evil.example", forwarded: "host=evil.example" },
    });
    await story.advance(MINUTE);
  }
  const sent = [...story.mails().map(({ raw }) => raw), ...story.slacks().map(({ raw }) => raw)].join();
  expect(sent).toContain("https://statusquo.example.com/incidents/1");
  expect(sent).not.toMatch(/evil\.example|localhost:1/);
});
