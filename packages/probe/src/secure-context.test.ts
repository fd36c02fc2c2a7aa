/** Certificates, ours and theirs, against targets that ask for them. */
import { readFileSync } from "node:fs";
import type { Connection } from "@statusquo/core";
import { expect, test } from "vitest";
import { evidenceOf } from "./evidence.ts";
import { ask, FIXTURE_PASSPHRASE, fixtureFile, type Script, startTarget, trustFixture } from "./testing/index.ts";

const OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
const status = (code: number) => ({ kind: "status", status: code });
const pem = (which: Parameters<typeof fixtureFile>[0]) => readFileSync(fixtureFile(which), "utf8");

const cert = pem("client");
const demanding = {
  tls: "chained",
  tlsOptions: { requestCert: true, rejectUnauthorized: true, ca: pem("ca") },
} as const;

test.each<[string, Connection["clientCertificate"]]>([
  ["a plain key", { cert, key: pem({ key: "own" }) }],
  ["a locked key", { cert, key: pem({ key: "locked" }), passphrase: FIXTURE_PASSPHRASE }],
])("a client's certificate with %s lets us in, by an authority of our own", async (_, clientCertificate) => {
  await using target = await startTarget(OK, demanding);
  const connection = { ca: pem("ca"), ...(clientCertificate && { clientCertificate }) };
  expect((await ask(target.origin, { connection })).end).toEqual(status(200));
});

test("without it the target's refusal is a TLS failure", async () => {
  await using target = await startTarget(OK, demanding);
  const { end } = await ask(target.origin, { connection: { ca: pem("ca") } });
  expect(end).toMatchObject({ kind: "failure", reason: "tls" });
});

test("it is not shown to another origin that a redirect leads to", async () => {
  const shown: boolean[] = [];
  const asking = { ...demanding, tlsOptions: { ...demanding.tlsOptions, rejectUnauthorized: false } };
  const seeing = (answer: string): Script => {
    return async (far) => {
      await far.request();
      shown.push("getPeerCertificate" in far.socket && Object.keys(peerOf(far.socket)).length > 0);
      await far.send(answer);
      far.end();
    };
  };
  await using other = await startTarget(seeing(OK), asking);
  await using target = await startTarget(
    seeing(`HTTP/1.1 302 Found\r\nLocation: ${other.origin}/\r\nContent-Length: 0\r\n\r\n`),
    asking,
  );
  const connection = { ca: pem("ca"), clientCertificate: { cert, key: pem({ key: "own" }) } };
  expect((await ask(target.origin, { connection }, { followRedirects: 1 })).end).toEqual(status(200));
  expect(shown).toEqual([true, false]);
});

test("a certificate in trouble makes the slot missed with the part it is about", async () => {
  const connection = { clientCertificate: { cert, key: pem({ key: "other" }) } };
  expect((await ask("https://127.0.0.1:1/", { connection })).end).toMatchObject({
    ...{ kind: "missed", reason: "unresolved" },
    detail: expect.stringMatching(/^key does not belong/),
  });
});

test("the name asked for and checked may be another than the address's", async () => {
  await using target = await startTarget(OK, { tls: "elsewhere" });
  const trusting = { secureContext: trustFixture("elsewhere") };
  expect((await ask(target.origin, { connection: { ip: 4 } }, trusting)).end).toMatchObject({ reason: "tls" });
  const named = await ask(target.origin, { connection: { serverName: "elsewhere.example" } }, trusting);
  expect(named.end).toEqual(status(200));
});

test("what a target shows of itself is evidence: names, validity, days left and chain", async () => {
  await using target = await startTarget(OK, { tls: "chained" });
  const exchange = await ask(target.origin, { connection: { ca: pem("ca") } });
  const { certificate } = evidenceOf(exchange, { secrets: [], paths: [] });
  expect(certificate).toMatchObject({
    subject: "CN=statusquo test fixture chained",
    issuer: "CN=statusquo test fixture authority",
    names: ["DNS:localhost", "IP Address:127.0.0.1"],
    chainLength: 2,
    tls: "TLSv1.3",
  });
  expect(certificate!.daysLeft).toBe(Math.floor((certificate!.validTo - exchange.certificate!.shownAt) / 86_400_000));
});

test("a certificate that is refused is shown all the same", async () => {
  await using target = await startTarget(OK, { tls: "expired" });
  const exchange = await ask(target.origin, {}, { secureContext: trustFixture("expired") });
  expect(exchange.end).toMatchObject({ kind: "failure", reason: "tls" });
  const { certificate } = evidenceOf(exchange, { secrets: [], paths: [] });
  expect(certificate!.daysLeft).toBeLessThan(-7_000);
});

function peerOf(socket: object): object {
  return (socket as { getPeerCertificate(): object }).getPeerCertificate() ?? {};
}
