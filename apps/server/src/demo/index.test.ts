import { once } from "node:events";
import { createConnection } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { parse } from "yaml";
import { compileDefinitions } from "../definitions/load.ts";
import { startDemo } from "./index.ts";
import { calm } from "./testing/calm.ts";

interface WrittenMonitor {
  id: string;
  name: string;
  tags: string[];
  method?: string;
  url: string;
  headers: Record<string, string>;
  json?: unknown;
  expect?: number[];
}

async function demo() {
  const started = await startDemo(calm);
  onTestFinished(() => started.close());
  const definitions = parse(started.definitionsYaml) as {
    regions: string[];
    channels: { oncall: { slack: { webhook: string } }; team: { email: { smtp: string } } };
    defaults: Record<string, unknown>;
    monitors: WrittenMonitor[];
  };
  return { ...started, definitions };
}

/** Sends what the definition says, as a probe of `region` would; gives the code. */
async function probe({ method = "GET", url, headers, json }: WrittenMonitor, region: string): Promise<number> {
  const filled = (value: unknown) =>
    JSON.stringify(value)
      .replaceAll("{{region}}", region)
      .replaceAll("{{uuid}}", crypto.randomUUID())
      .replaceAll("{{slot}}", "2026-01-05T09:30:00Z");
  const response = await fetch(url, {
    method,
    headers: { ...JSON.parse(filled(headers)), ...(json ? { "content-type": "application/json" } : {}) },
    ...(json ? { body: filled(json) } : {}),
  });
  await response.text();
  return response.status;
}

test("every monitor of the demo gets what it expects from every region while nobody else is about", async () => {
  const { definitions } = await demo();

  for (const monitor of definitions.monitors) {
    for (const region of definitions.regions) {
      expect(monitor.expect ?? [200], `${monitor.name} from ${region}`).toContain(await probe(monitor, region));
    }
  }
  expect(definitions.monitors).toHaveLength(6);
});

test("the server reads the demo's definitions like anybody's, and finds nothing wrong", async () => {
  const { definitionsYaml } = await demo();

  const result = await compileDefinitions([{ file: "demo.yaml", text: definitionsYaml }], {});

  expect(result).toMatchObject({ ok: true });
  if (!result.ok) return;
  expect(result.loaded.monitors.map(({ id }) => id)).toContain("save-document");
  for (const monitor of result.loaded.monitors) {
    expect(monitor).toMatchObject({
      intervalMs: 5_000,
      timeoutMs: 3_000,
      allowPrivate: true,
      notify: ["oncall", "team"],
    });
  }
});

test("the definitions name this run's sinks, and probe every five seconds on loopback", async () => {
  const { definitions, slackSinkUrl, smtpUrl, serviceUrl } = await demo();

  expect(definitions.regions).toEqual(["eu-west", "us-east", "ap-south"]);
  expect(definitions.channels.oncall.slack.webhook).toBe(slackSinkUrl);
  expect(definitions.channels.team.email.smtp).toBe(smtpUrl);
  expect(definitions.defaults).toEqual({ every: "5s", timeout: "3s", allow_private: true, notify: ["oncall", "team"] });
  for (const { url, headers } of definitions.monitors) {
    expect(url.startsWith(`${serviceUrl}/`)).toBe(true);
    expect(headers).toEqual({ "x-demo-region": "{{region}}" });
  }
});

test.for(["stale-cache", "every-409", "one-region", "index-corruption"] as const)(
  "the fault %s makes the monitor that it names conflict, and no other",
  async (fault) => {
    const { definitions, setFault, serviceUrl } = await demo();
    const saveDocument = definitions.monitors.find(({ id }) => id === "save-document")!;
    const { monitor, on } = setFault(fault, true);
    expect(on).toBe(true);
    // A cache has to hold something, and an index a key, before they can be wrong.
    expect(await probe(saveDocument, "eu-west")).toBe(200);
    const earlier = { email: "probe-earlier@example.com", nickname: "earlier" };
    expect((await fetch(`${serviceUrl}/users`, { method: "POST", body: JSON.stringify(earlier) })).status).toBe(201);

    const conflicting: string[] = [];
    for (const candidate of definitions.monitors) {
      if ((await probe(candidate, "eu-west")) === 409) conflicting.push(candidate.id);
    }

    expect(conflicting).toEqual([monitor]);
  },
);

test("the faults that leave no answer reach the monitor that they name, and no other", async () => {
  const { definitions, faults, serviceUrl } = await demo();

  for (const { path, monitor } of faults().filter(({ name }) => name === "slow" || name === "resets")) {
    const reached = definitions.monitors.filter(({ url }) => url.startsWith(`${serviceUrl}${path}`));
    expect(reached.map(({ id }) => id)).toEqual([monitor]);
  }
});

test("the console says what runs, where messages are, and commands that really switch a fault", async () => {
  const { lines, serviceUrl, outboxUrl, faults } = await demo();
  const said = lines.join("\n");

  expect(lines.length).toBeLessThanOrEqual(6);
  expect(said).toContain(serviceUrl);
  expect(said).toContain(outboxUrl);
  const commands = [...said.matchAll(/curl -X (PUT|DELETE) (\S+)/g)];
  expect(commands.map(([, method]) => method)).toEqual(["PUT", "DELETE"]);
  await fetch(commands[0]![2]!, { method: "PUT" });
  expect(faults().filter(({ on }) => on)).toMatchObject([{ name: "stale-cache" }]);
  await fetch(commands[1]![2]!, { method: "DELETE" });
  expect(faults().filter(({ on }) => on)).toEqual([]);
});

test("a fault switched in the program holds for the service, and can name a region", async () => {
  const { setFault, serviceUrl, faults } = await demo();

  setFault("one-region", true, "ap-south");

  const place = (region: string) =>
    fetch(`${serviceUrl}/orders`, {
      method: "POST",
      headers: { "x-demo-region": region },
      body: '{"item":"tea","quantity":1}',
    });
  expect((await place("ap-south")).status).toBe(409);
  expect((await place("eu-west")).status).toBe(201);
  expect(faults().find(({ name }) => name === "one-region")).toMatchObject({ on: true, region: "ap-south" });
});

test("when a port is taken the demo says so and leaves nothing running", async () => {
  const { outboxUrl } = await demo();

  const outboxPort = Number(new URL(outboxUrl).port);

  await expect(startDemo({ ...calm, outboxPort })).rejects.toMatchObject({ code: "EADDRINUSE" });
});

test("closing ends all four servers", async () => {
  const started = await startDemo(calm);
  const urls = [started.serviceUrl, started.slackSinkUrl, started.outboxUrl];

  await started.close();
  await started.close();

  for (const url of urls) await expect(fetch(url)).rejects.toThrow();
  const mail = createConnection(Number(new URL(started.smtpUrl).port), "127.0.0.1");
  await expect(once(mail, "connect")).rejects.toMatchObject({ code: "ECONNREFUSED" });
});
