/** Who a request says it is, and the families of addresses, against real targets. */
import { createHmac } from "node:crypto";
import type { Auth } from "@statusquo/core";
import { describe, expect, test } from "vitest";
import { evidenceOf } from "./evidence.ts";
import type { NameLookup } from "./lookup.ts";
import { ASKED_AT, ask, startTarget } from "./testing/index.ts";

const OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
const status = (code: number) => ({ kind: "status", status: code });
/** Names that all lead to this machine. */
const here: NameLookup = {
  find: () => ({ addresses: Promise.resolve([{ address: "127.0.0.1", family: 4 }]), begun: () => true }),
};

describe("headers that say who asks", () => {
  test("user and password go as one header, and come out of evidence in no form", async () => {
    await using target = await startTarget(async (far) => {
      const request = await far.request();
      const echoed = /authorization: (.*)\r\n/.exec(request ?? "")?.[1] ?? "";
      await far.send(`HTTP/1.1 200 OK\r\nContent-Length: ${echoed.length}\r\n\r\n${echoed}`);
    });
    const auth: Auth = { kind: "basic", user: "probe", password: "päss-canary" };
    const exchange = await ask(target.origin, { auth });
    const pair = Buffer.from("probe:päss-canary").toString("base64");
    expect(target.requests[0]).toContain(`authorization: Basic ${pair}\r\n`);
    const shown = JSON.stringify(evidenceOf(exchange, { secrets: [], paths: [] }));
    expect(shown).not.toContain(pair);
    expect(shown).not.toContain("canary");
  });

  test("a bearer token goes to the address's own origin, not to where a redirect leads, nor back from there", async () => {
    let home = "";
    await using far = await startTarget(async (end) => {
      await end.request();
      await end.send(`HTTP/1.1 302 Found\r\nLocation: ${home}/back\r\n\r\n`);
    });
    await using near = await startTarget(async (end, count) => {
      await end.request();
      const to = ["/second", `${far.origin}/away`][count];
      await end.send(to ? `HTTP/1.1 302 Found\r\nLocation: ${to}\r\n\r\n` : OK);
    });
    home = near.origin;
    const auth: Auth = { kind: "bearer", token: "t-canary" };
    const exchange = await ask(`${near.origin}/first`, { auth }, { followRedirects: 5 });
    expect(exchange.end).toEqual(status(200));
    expect(near.requests.map((request) => [request.split(" ")[1], request.includes("t-canary")])).toEqual([
      ["/first", true],
      ["/second", true],
      ["/back", false],
    ]);
    expect(far.requests[0]).not.toContain("canary");
  });

  test("a signature is HMAC-SHA256 over method, path, timestamp and body, and is made anew for each hop", async () => {
    await using target = await startTarget(async (far, count) => {
      await far.request();
      await far.send(count === 0 ? "HTTP/1.1 307 Temporary\r\nLocation: /b?x=1\r\n\r\n" : OK);
    });
    const auth: Auth = {
      ...{ kind: "hmac", secret: "signing-canary", header: "x-own-mark", timestampHeader: "x-at" },
      ...{ encoding: "hex", prefix: "sha256=" },
    };
    const plan = { method: "POST", body: '{"é":1}' };
    const exchange = await ask(`${target.origin}/a`, { auth, plan }, { followRedirects: 1 });
    const at = String(Math.floor(ASKED_AT / 1000));
    for (const [index, path] of ["/a", "/b?x=1"].entries()) {
      const signed = `POST\n${path}\n${at}\n{"é":1}`;
      const signature = createHmac("sha256", "signing-canary").update(signed).digest("hex");
      expect(target.requests[index]).toContain(`x-own-mark: sha256=${signature}\r\n`);
      expect(target.requests[index]).toContain(`x-at: ${at}\r\n`);
      expect(JSON.stringify(evidenceOf(exchange, { secrets: [], paths: [] }))).not.toContain(signature);
    }
  });
});

describe("address families", () => {
  const both: NameLookup = {
    find: () => ({
      addresses: Promise.resolve([
        { address: "::1", family: 6 },
        { address: "127.0.0.1", family: 4 },
      ]),
      begun: () => true,
    }),
  };

  test("only addresses of the family asked for are dialled", async () => {
    await using target = await startTarget(OK);
    const url = `http://orders.example:${target.port}/`;
    const four = await ask(url, { connection: { ip: 4 } }, { names: both });
    expect([four.end, four.remoteAddress]).toEqual([status(200), "127.0.0.1"]);
    const six = await ask(url, { connection: { ip: 6 } }, { names: both });
    expect(six.end).toMatchObject({ kind: "failure", reason: "connect" });
  });

  test("a name without such an address is a dns failure that says so", async () => {
    const { end } = await ask("http://orders.example/", { connection: { ip: 6 } }, { names: here });
    expect(end).toMatchObject({ kind: "failure", reason: "dns", detail: expect.stringContaining("ENODATA") });
  });
});
