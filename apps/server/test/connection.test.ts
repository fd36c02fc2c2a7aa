/** From YAML to what a target saw: definitions that say how to get there and who asks, read, carried and probed. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Monitor, Sample } from "@statusquo/core";
import { createProber } from "@statusquo/probe";
import {
  fixtureFile,
  fixtureTls,
  startHttp2Target,
  startProxy,
  startTarget,
  trustFixture,
} from "@statusquo/probe/testing";
import { expect, onTestFinished, test } from "vitest";
import { compileDefinitions, problemText } from "../src/definitions/load.ts";

const SLOT = Date.UTC(2027, 2, 1, 12, 0, 30);
const OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
const ENV = { TOKEN: "canary-token", CLIENT: "canary-client", PROXY: "canary-proxy", SIGNING: "canary-signing" };

/** One monitor as a worker gets it: as JSON, in which no secret may travel. */
async function carried(yaml: string): Promise<Monitor> {
  const text = `defaults: { allow_private: true }\nmonitors:\n  - id: orders\n    ${yaml.trim().replaceAll("\n", "\n    ")}\n`;
  const result = await compileDefinitions([{ file: "statusquo.yaml", text }], ENV);
  if (!result.ok) throw new Error(result.problems.map(problemText).join("\n"));
  const json = JSON.stringify(result.loaded.monitors[0]);
  expect(json).not.toContain("canary");
  return JSON.parse(json);
}

async function probed(yaml: string): Promise<Sample> {
  const prober = createProber({ region: "eu", env: ENV, now: () => SLOT, secureContext: trustFixture("localhost") });
  const result = await prober.probe(await carried(yaml), SLOT, { wantEvidence: true });
  expect(JSON.stringify(result)).not.toContain("canary");
  if (result.kind === "missed") throw new Error(`${result.reason}: ${result.detail}`);
  return result;
}

const OK_STATUS = { kind: "status", status: 200 };

test("a client's certificate from files, by an authority from a file, through a proxy that wants a password", async () => {
  const folder = mkdtempSync(join(tmpdir(), "statusquo-connection-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = (name: string, text: string) => {
    writeFileSync(join(folder, name), text);
    return `"\${file:${join(folder, name)}}"`;
  };
  const client = fixtureTls("client");
  await using proxy = await startProxy({ credentials: "probe:canary-proxy", hosts: { "orders.example": "127.0.0.1" } });
  await using target = await startTarget(OK, {
    tls: "chained",
    tlsOptions: { requestCert: true, rejectUnauthorized: true, ca: fixtureTls("ca").cert },
  });
  const sample = await probed(`
url: https://orders.example:${target.port}/orders
proxy: { url: "${proxy.origin}", user: probe, password: "\${env:PROXY}" }
tls: { ca: ${file("ca.crt", fixtureTls("ca").cert)}, server_name: localhost }
auth:
  bearer: "\${env:TOKEN}"
  mtls: { cert: ${file("probe.crt", client.cert)}, key: ${file("probe.key", client.key)} }
expect: { status: 200, certificate: { days_left: 14 } }
`);
  expect(sample.outcome).toEqual(OK_STATUS);
  expect(sample).not.toHaveProperty("unmet");
  expect(target.requests[0]).toContain("authorization: Bearer canary-token\r\n");
  expect(proxy.asked).toEqual([`CONNECT orders.example:${target.port}`]);
  expect(sample.evidence).toMatchObject({
    proxy: `127.0.0.1:${proxy.port}`,
    certificate: { chainLength: 2, names: ["DNS:localhost", "IP Address:127.0.0.1"] },
  });
});

test("steps share one token, and the one that says none goes without", async () => {
  const token = '{"access_token":"canary-given","token_type":"bearer","expires_in":300}';
  await using server = await startTarget(`HTTP/1.1 200 OK\r\nContent-Length: ${token.length}\r\n\r\n${token}`);
  await using target = await startTarget(OK);
  const sample = await probed(`
auth: { oauth2: { token_url: "${server.origin}/token", client_id: probe, client_secret: "\${env:CLIENT}" } }
steps:
  - get: ${target.origin}/a
  - post: ${target.origin}/b
    json: {}
  - get: ${target.origin}/public
    auth: none
`);
  expect(sample.outcome).toEqual(OK_STATUS);
  expect(server.connections()).toBe(1);
  expect(target.requests.map((request) => request.includes("authorization: Bearer canary-given"))).toEqual([
    true,
    true,
    false,
  ]);
});

test("HTTP/2, signed", async () => {
  await using target = await startHttp2Target((stream) => stream.respond({ ":status": 200 }, { endStream: true }));
  const sample = await probed(`
url: ${target.origin}/ping
method: POST
json: { slot: "{{slot}}" }
http2: true
auth: { hmac: { secret: "\${env:SIGNING}", encoding: base64 } }
`);
  expect(sample.evidence?.response?.httpVersion).toBe("2.0");
  expect(target.requests[0]).toMatchObject({
    "x-timestamp": String(SLOT / 1000),
    "x-signature": expect.stringMatching(/^[\w+/]{43}=$/),
  });
});

test("a certificate that lasts is as expected; one that has ended is no answer, and is shown all the same", async () => {
  await using target = await startTarget(OK, { tls: "localhost" });
  const sample = await probed(`url: ${target.origin}/\nexpect: { certificate: { days_left: 3650 } }`);
  expect(sample).not.toHaveProperty("unmet");
  await using expired = await startTarget(OK, { tls: "expired" });
  const refused = await probed(`url: ${expired.origin}/\ntls: { ca: "\${file:${fixtureFile("expired")}}" }`);
  expect(refused.outcome).toMatchObject({ kind: "failure", reason: "tls" });
  expect(refused.evidence?.certificate?.daysLeft).toBeLessThan(0);
});
