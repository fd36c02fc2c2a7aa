import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { readSettings } from "../settings.ts";
import { type DeployFlags, NO_DEPLOY_FLAGS, NO_REPLAY_FLAGS } from "./command.ts";
import { deploy } from "./deploy.ts";

const TOKEN = "correct-horse-battery-staple-32-bytes";

async function run(port: number, rest: string[], flags: Partial<DeployFlags> = {}) {
  const printed: string[] = [];
  const errors: string[] = [];
  const code = await deploy({
    settings: readSettings({ PORT: String(port), STATUSQUO_TOKEN: TOKEN, STATUSQUO_CONFIG: "none.yaml" }),
    flags: { json: false, out: null, replay: NO_REPLAY_FLAGS, deploy: { ...NO_DEPLOY_FLAGS, ...flags } },
    rest,
    env: {},
    print: (line) => printed.push(line),
    printError: (line) => errors.push(line),
  });
  return { code, printed, errors };
}

/** A server that answers as it is told, and remembers what it was asked. */
async function serving(status: number, body: unknown) {
  const asked: { url: string; token: string; body: unknown }[] = [];
  const server = createServer(async (request, response) => {
    asked.push({
      url: request.url ?? "",
      token: request.headers.authorization ?? "",
      body: JSON.parse(await textOf(request)),
    });
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  return { port: (server.address() as AddressInfo).port, asked };
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = "";
  for await (const chunk of request) text += chunk;
  return text;
}

test("a deploy is marked on the server, with its token, and said back", async () => {
  const at = Date.UTC(2026, 0, 6, 14, 0);
  const server = await serving(201, { id: 1, at });
  const flags = { regions: ["eu-west", "us-east"], at: "2026-01-06T14:00Z", url: "https://ci.example.com/7" };
  expect(await run(server.port, ["gateway", "2025.11.3"], flags)).toEqual({
    code: 0,
    printed: ["marked: gateway 2025.11.3 in eu-west and us-east at 2026-01-06T14:00:00.000Z"],
    errors: [],
  });
  expect(server.asked).toEqual([
    {
      url: "/api/v1/deploys",
      token: `Bearer ${TOKEN}`,
      body: {
        service: "gateway",
        version: "2025.11.3",
        at,
        url: "https://ci.example.com/7",
        regions: ["eu-west", "us-east"],
      },
    },
  ]);
});

test("where no server runs that is said, with how to name another", async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  await expect(run(port, ["gateway", "1"])).rejects.toThrow(
    `deploy: no server answers at http://127.0.0.1:${port} (ECONNREFUSED); PUBLIC_URL or --host and --port say where it runs`,
  );
});

test("what the server refuses is said in its words; a missing version and a time that is none are asked for", async () => {
  const { port } = await serving(401, { detail: "Send the token as `authorization: Bearer …`." });
  expect(await run(port, ["gateway", "1"])).toMatchObject({
    code: 1,
    errors: [
      "deploy: the server answered 401: Send the token as `authorization: Bearer …`.",
      "deploy: set STATUSQUO_TOKEN to the server's token",
    ],
  });
  expect(await run(port, ["gateway"])).toMatchObject({ code: 2 });
  expect((await run(port, ["gateway", "1"], { at: "noon" })).errors).toEqual([
    'deploy: --at must be such as 2026-01-06T14:00Z or epoch ms; got "noon"',
  ]);
});
