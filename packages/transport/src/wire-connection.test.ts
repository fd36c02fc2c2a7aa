import type { Auth, Connection, Monitor, Sample } from "@statusquo/core";
import { expect, test } from "vitest";
import { someMonitor } from "./transport.contract.ts";
import { readDefinition, readResults, writeDefinition, writeResults } from "./wire.ts";

const NOW = Date.UTC(2026, 10, 21, 9, 0, 0);

function withReach(auth: unknown, connection: unknown): Monitor {
  const monitor = someMonitor("order");
  return { ...monitor, request: { ...monitor.request, auth: auth as Auth, connection: connection as Connection } };
}

test.each<[string, Auth | undefined, Connection | undefined]>([
  ["basic", { kind: "basic", user: "a", password: "${env:P}" }, undefined],
  ["bearer", { kind: "bearer", token: "${env:T}" }, { ip: 4, http2: true, serverName: "a.example" }],
  [
    "oauth2",
    {
      ...{ kind: "oauth2", tokenUrl: "https://a.example", clientId: "a", clientSecret: "${env:S}" },
      ...{ scope: "b", credentials: "body" },
    },
    { proxy: { url: "http://p.example", user: "a", password: "${env:P}" } },
  ],
  [
    "hmac",
    {
      ...{ kind: "hmac", secret: "${env:S}", header: "x-a", timestampHeader: "x-b" },
      ...{ encoding: "hex", prefix: "" },
    },
    { ca: "${file:/ca}", clientCertificate: { cert: "${file:/c}", key: "${file:/k}", passphrase: "${env:P}" } },
  ],
])("a definition with %s arrives as it was sent", (_, auth, connection) => {
  const monitor = withReach(auth, connection);
  expect(readDefinition(writeDefinition(monitor))).toEqual(JSON.parse(JSON.stringify(monitor)));
});

test.each<[what: string, auth: unknown, connection: unknown, why: RegExp]>([
  ["a kind of authorization", { kind: "kerberos" }, undefined, /auth\.kind must be one of basic, bearer, oauth2, hmac/],
  ["a token that is no text", { kind: "bearer", token: 7 }, undefined, /auth\.token must be text/],
  ["an oauth2 half said", { kind: "oauth2", tokenUrl: "x", clientId: "y" }, undefined, /clientSecret must be text/],
  ["a way to connect", undefined, { socks: "x" }, /connection\.socks is not known here/],
  ["a third family", undefined, { ip: 5 }, /connection\.ip must be one of 4, 6/],
  [
    "a certificate without a key",
    undefined,
    { clientCertificate: { cert: "x" } },
    /clientCertificate\.key must be text/,
  ],
])("%s this program does not know is refused: the probe would go as somebody else", (_, auth, connection, why) => {
  expect(readDefinition(writeDefinition(withReach(auth, connection)))).toMatchObject({
    why: expect.stringMatching(why),
  });
});

test("what a target showed of its certificate comes home, and so does the proxy's name", () => {
  const sample: Sample = {
    ...{ kind: "sampled", monitor: "order", region: "eu", slot: NOW, version: "v1", startedAt: NOW },
    outcome: { kind: "failure", reason: "tls", detail: "certificate has expired" },
    totalMs: 1,
    phases: { dns: null, connect: 1, tls: null, firstByte: null, body: null },
    evidence: {
      request: { method: "GET", url: "https://a.example/", headers: [], body: null },
      response: null,
      remoteAddress: "192.0.2.1",
      bodyError: null,
      certificate: {
        ...{ subject: "CN=a", issuer: "CN=b", validFrom: 0, validTo: NOW - 86_400_000, daysLeft: -1 },
        ...{ names: ["DNS:a.example"], chainLength: 2, tls: null },
      },
      proxy: "192.0.2.1:3128",
    },
  };
  expect(readResults(writeResults([sample])[0], NOW).results).toEqual([sample]);
});
