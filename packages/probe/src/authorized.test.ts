/** How requests reach targets and say who asks, against real servers: proxies, token servers, HTTP/2, certificates. */
import { createHmac } from "node:crypto";
import { readFileSync } from "node:fs";
import type { Auth, Connection } from "@statusquo/core";
import { describe, expect, test } from "vitest";
import { type AuthorizedRequest, probeAuthorized } from "./authorized.ts";
import { evidenceOf } from "./evidence.ts";
import type { Exchange, HttpOptions, HttpPlan } from "./http.ts";
import type { NameLookup } from "./lookup.ts";
import {
  FIXTURE_PASSPHRASE,
  fixtureFile,
  type ProxyOptions,
  type Script,
  startHttp2Target,
  startProxy,
  startTarget,
  trustFixture,
} from "./testing/index.ts";
import { createTokens, type Tokens } from "./token.ts";

const AT = Date.UTC(2027, 2, 1, 12, 0, 30, 250);
const OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
const options: HttpOptions = { timeoutMs: 5_000, allowPrivate: true, followRedirects: 0, userAgent: "statusquo/test" };
const pem = (which: Parameters<typeof fixtureFile>[0]) => readFileSync(fixtureFile(which), "utf8");
/** Names that all lead to this machine. */
const here: NameLookup = {
  find: () => ({ addresses: Promise.resolve([{ address: "127.0.0.1", family: 4 }]), begun: () => true }),
};

function ask(
  url: string,
  how: { auth?: Auth; connection?: Connection; plan?: Partial<HttpPlan> },
  more: Partial<HttpOptions> = {},
  tokens: Tokens = createTokens(),
): Promise<Exchange> {
  const plan = { method: "GET", url: new URL(url), headers: {}, body: null, ...how.plan };
  const request: AuthorizedRequest = { plan, auth: how.auth, connection: how.connection };
  return probeAuthorized(request, AT, { ...options, ...more }, tokens);
}

const status = (code: number) => ({ kind: "status", status: code });

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
    const at = String(Math.floor(AT / 1000));
    for (const [index, path] of ["/a", "/b?x=1"].entries()) {
      const signed = `POST\n${path}\n${at}\n{"é":1}`;
      const signature = createHmac("sha256", "signing-canary").update(signed).digest("hex");
      expect(target.requests[index]).toContain(`x-own-mark: sha256=${signature}\r\n`);
      expect(target.requests[index]).toContain(`x-at: ${at}\r\n`);
      expect(JSON.stringify(evidenceOf(exchange, { secrets: [], paths: [] }))).not.toContain(signature);
    }
  });
});

describe("tokens by client credentials", () => {
  const oauth2 = (origin: string, more: Partial<Extract<Auth, { kind: "oauth2" }>> = {}): Auth => ({
    ...{ kind: "oauth2", tokenUrl: `${origin}/token`, clientId: "pro be", clientSecret: "s:cret+canary" },
    ...{ credentials: "header", ...more },
  });
  const json = (status: string, value: unknown) => {
    const body = JSON.stringify(value);
    return `HTTP/1.1 ${status}\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
  };
  /** Gives token-1, token-2 …, each for `seconds`. */
  const giving =
    (seconds?: number): Script =>
    async (far, count) => {
      await far.request();
      await far.send(
        json("200 OK", { access_token: `token-${count + 1}-canary`, token_type: "Bearer", expires_in: seconds }),
      );
    };

  test("a token is asked for once and kept until shortly before it ends", async () => {
    await using server = await startTarget(giving(600));
    await using target = await startTarget(OK);
    let now = 0;
    const tokens = createTokens(() => now);
    const auth = oauth2(server.origin, { scope: "orders:read", audience: "https://api.example.com" });
    for (const at of [0, 300_000, 539_999, 540_000]) {
      now = at;
      expect((await ask(target.origin, { auth }, {}, tokens)).end).toEqual(status(200));
    }
    expect(target.requests.map((request) => /Bearer (token-\d)/.exec(request)?.[1])).toEqual([
      "token-1",
      "token-1",
      "token-1",
      "token-2",
    ]);
    const credentials = Buffer.from("pro+be:s%3Acret%2Bcanary").toString("base64");
    expect(server.requests[0]).toContain(`authorization: Basic ${credentials}\r\n`);
    expect(server.requests[0]).toMatch(
      /\r\n\r\ngrant_type=client_credentials&scope=orders%3Aread&audience=https%3A%2F%2Fapi\.example\.com$/,
    );
  });

  test("id and secret go into the form where the server wants them there", async () => {
    await using server = await startTarget(giving());
    await using target = await startTarget(OK);
    await ask(target.origin, { auth: oauth2(server.origin, { credentials: "body" }) });
    expect(server.requests[0]).toMatch(/client_id=pro\+be&client_secret=s%3Acret%2Bcanary$/);
    expect(server.requests[0]).not.toContain("authorization");
  });

  test("probes that need the same token at once ask once", async () => {
    await using server = await startTarget(giving(600));
    await using target = await startTarget(OK);
    const tokens = createTokens();
    const auth = oauth2(server.origin);
    await Promise.all(Array.from({ length: 5 }, () => ask(target.origin, { auth }, {}, tokens)));
    expect(server.connections()).toBe(1);
    expect(target.connections()).toBe(5);
  });

  test("a kept token that is refused is asked for anew, once; the second answer counts", async () => {
    await using server = await startTarget(giving(600));
    let refused = "none";
    await using target = await startTarget(async (far) => {
      const request = await far.request();
      await far.send(request?.includes(refused) ? "HTTP/1.1 401 No\r\nContent-Length: 0\r\n\r\n" : OK);
    });
    const tokens = createTokens();
    const auth = oauth2(server.origin);
    await ask(target.origin, { auth }, {}, tokens);
    refused = "token-1";
    expect((await ask(target.origin, { auth }, {}, tokens)).end).toEqual(status(200));
    expect(server.connections()).toBe(2);
    refused = "token";
    expect((await ask(target.origin, { auth }, {}, tokens)).end).toEqual(status(401));
    expect(server.connections()).toBe(3);
  });

  test("a token that was just given and is refused is the target's word: 401, and no second try", async () => {
    await using server = await startTarget(giving(600));
    await using target = await startTarget("HTTP/1.1 401 No\r\nContent-Length: 0\r\n\r\n");
    const exchange = await ask(target.origin, { auth: oauth2(server.origin) });
    expect(exchange.end).toEqual(status(401));
    expect([server.connections(), target.connections()]).toEqual([1, 1]);
  });

  test("a token never comes out of evidence, wherever the target repeats it", async () => {
    await using server = await startTarget(giving(600));
    await using target = await startTarget(async (far) => {
      const request = await far.request();
      const token = /Bearer (.*)\r\n/.exec(request ?? "")?.[1] ?? "";
      await far.send(`HTTP/1.1 409 ${token}\r\nX-Seen: ${token}\r\n\r\n{"seen":"${token}"}`);
      far.end();
    });
    const exchange = await ask(target.origin, { auth: oauth2(server.origin) });
    expect(exchange.head?.reason).toContain("canary");
    expect(JSON.stringify(evidenceOf(exchange, { secrets: [], paths: [] }))).not.toContain("canary");
  });

  test.each<[what: string, script: Script | string, detail: RegExp]>([
    [
      "refuses the client",
      json("401 No", { error: "invalid_client", error_description: "canary" }),
      /401 invalid_client$/,
    ],
    ["breaks", "HTTP/1.1 500 Oops\r\nContent-Length: 6\r\n\r\ncanary", /answered 500$/],
    ["gives no token", json("200 OK", { token: "canary" }), /without an access_token/],
    ["gives a token no header may hold", json("200 OK", { access_token: "a\r\nx: canary" }), /without an access_token/],
    ["gives another kind of token", json("200 OK", { access_token: "canary", token_type: "mac" }), /another type/],
    ["says nothing", (far) => far.gone, /none in time|timeout/],
    ["leads elsewhere", "HTTP/1.1 302 Found\r\nLocation: /canary\r\n\r\n", /answered 302$/],
  ])("a token server that %s is no failure of the target, which is not asked", async (_, script, detail) => {
    await using server = await startTarget(script);
    await using target = await startTarget(OK);
    const exchange = await ask(target.origin, { auth: oauth2(server.origin) }, { timeoutMs: 400 });
    expect(exchange.end).toMatchObject({ kind: "missed", reason: "no_token", detail: expect.stringMatching(detail) });
    expect(JSON.stringify(exchange.end)).not.toContain("canary");
    expect(target.connections()).toBe(0);
  });

  test("the token server is guarded like any address", async () => {
    const exchange = await ask(
      "http://orders.example/",
      { auth: oauth2("http://169.254.169.254") },
      { allowPrivate: false },
    );
    expect(exchange.end).toMatchObject({ kind: "missed", reason: "blocked" });
  });
});

describe("proxies", () => {
  const through = (origin: string, more: Partial<NonNullable<Connection["proxy"]>> = {}): Connection => ({
    proxy: { url: origin, ...more },
  });

  test("https goes through a tunnel, with TLS from end to end and all phases", async () => {
    await using proxy = await startProxy({ hosts: { localhost: "127.0.0.1" } });
    await using target = await startTarget(OK, { tls: "localhost" });
    const exchange = await ask(
      `https://localhost:${target.port}/a`,
      { connection: through(proxy.origin) },
      { secureContext: trustFixture("localhost") },
    );
    expect(exchange.end).toEqual(status(200));
    expect(proxy.asked).toEqual([`CONNECT localhost:${target.port}`]);
    expect(exchange).toMatchObject({ proxy: `127.0.0.1:${proxy.port}`, remoteAddress: "127.0.0.1" });
    expect(exchange.phases).toMatchObject({
      dns: null,
      connect: expect.any(Number),
      tls: expect.any(Number),
      firstByte: expect.any(Number),
    });
  });

  test("http is asked for in the absolute form; user and password are the proxy's alone", async () => {
    await using proxy = await startProxy({ credentials: "probe:pw-canary", hosts: { "orders.example": "127.0.0.1" } });
    await using target = await startTarget(OK);
    const connection = through(proxy.origin, { user: "probe", password: "pw-canary" });
    const exchange = await ask(`http://orders.example:${target.port}/a?b=1`, { connection });
    expect(exchange.end).toEqual(status(200));
    expect(proxy.asked).toEqual([`GET http://orders.example:${target.port}/a?b=1`]);
    expect(target.requests[0]).toContain(`host: orders.example:${target.port}\r\n`);
    expect(target.requests[0]).not.toContain("proxy-authorization");
    expect(JSON.stringify(evidenceOf(exchange, { secrets: [], paths: [] }))).not.toContain(
      Buffer.from("probe:pw-canary").toString("base64"),
    );
  });

  test.each<[what: string, options: ProxyOptions, end: object]>([
    ["asks for a password", { credentials: "a:b" }, { kind: "missed", reason: "no_proxy" }],
    ["forbids the target", { refuseWith: 403 }, { kind: "missed", reason: "no_proxy" }],
    ["cannot reach the target", { refuseWith: 502 }, { kind: "failure", reason: "connect" }],
    ["waits for the target in vain", { refuseWith: 504 }, { kind: "failure", reason: "connect" }],
  ])("a proxy that %s: whose fault it is, is told apart", async (_, settings, end) => {
    await using proxy = await startProxy(settings);
    const { end: came } = await ask("https://orders.example/", { connection: through(proxy.origin) });
    expect(came).toMatchObject(end);
  });

  test("a password that a proxy for plain http does not take is trouble of ours, not a 407 of the target's", async () => {
    await using proxy = await startProxy({ credentials: "a:b" });
    const { end } = await ask("http://orders.example/", { connection: through(proxy.origin) });
    expect(end).toMatchObject({ kind: "missed", reason: "no_proxy", detail: expect.stringContaining("407") });
  });

  test("a proxy that nobody serves, or that says nothing HTTP, is trouble of ours", async () => {
    const gone = await startTarget("");
    await gone.close();
    await using odd = await startTarget("SSH-2.0-OpenSSH_9.9\r\n");
    for (const { origin } of [gone, odd]) {
      const { end } = await ask("https://orders.example/", { connection: through(origin) });
      expect(end).toMatchObject({ kind: "missed", reason: "no_proxy" });
    }
  });

  test("a tunnel that takes for ever to stand is a timeout of the target's, who may be what is waited for", async () => {
    await using proxy = await startTarget((far) => far.gone);
    const { end } = await ask("https://orders.example/", { connection: through(proxy.origin) }, { timeoutMs: 200 });
    expect(end).toMatchObject({ kind: "failure", reason: "timeout", detail: expect.stringContaining("connecting") });
  });

  test.each([
    "http://127.0.0.1/",
    "https://10.0.0.1/",
    "https://[::ffff:10.0.0.1]/",
    "http://2130706433/",
    "http://localhost/",
    "http://metadata.google.internal/",
    "https://169.254.169.254/",
  ])("%s is not asked for through a proxy either", async (url) => {
    await using proxy = await startProxy();
    const { end } = await ask(url, { connection: through(proxy.origin) }, { allowPrivate: false });
    expect(end).toMatchObject({ kind: "missed", reason: "blocked" });
    expect(proxy.asked).toEqual([]);
  });

  test("a redirect to a metadata address is refused behind a proxy too", async () => {
    await using proxy = await startProxy({ hosts: { "orders.example": "127.0.0.1" } });
    await using target = await startTarget("HTTP/1.1 302 Found\r\nLocation: http://169.254.169.254/\r\n\r\n");
    const { end } = await ask(
      `http://orders.example:${target.port}/`,
      { connection: through(proxy.origin) },
      { allowPrivate: false, followRedirects: 5 },
    );
    expect(end).toMatchObject({ kind: "missed", reason: "blocked" });
    expect(proxy.asked).toHaveLength(1);
  });

  test("a proxy is never dialled at a metadata address", async () => {
    const { end } = await ask("https://orders.example/", { connection: through("http://169.254.169.254:80") });
    expect(end).toMatchObject({ kind: "missed", reason: "blocked" });
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

describe("HTTP/2", () => {
  const http2: Connection = { http2: true };
  const trusting = { secureContext: trustFixture("localhost") };

  test("it is spoken where the target offers it, with all phases and the same evidence", async () => {
    await using target = await startHttp2Target((stream) => {
      stream.respond({ ":status": 409, "content-type": "application/json", "set-cookie": ["a=1", "b=2"] });
      stream.end('{"error":"conflict"}');
    });
    const exchange = await ask(
      `https://localhost:${target.port}/orders?x=1`,
      { connection: http2, plan: { method: "POST", body: "{}", headers: { "x-a": "1" } } },
      { ...trusting, names: here },
    );
    expect(exchange.end).toEqual(status(409));
    expect(exchange.head).toMatchObject({ httpVersion: "2.0", reason: "" });
    expect(exchange.head?.headers.filter(([name]) => name === "set-cookie")).toHaveLength(2);
    expect(exchange.body.toString()).toBe('{"error":"conflict"}');
    for (const phase of Object.values(exchange.phases)) expect(phase).toBeGreaterThanOrEqual(0);
    expect(target.requests[0]).toMatchObject({ ":method": "POST", ":path": "/orders?x=1", "x-a": "1" });
    expect(target.bodies).toEqual(["{}"]);
    expect(exchange.sent.headers).toContainEqual([":authority", `localhost:${target.port}`]);
    expect(Object.fromEntries(exchange.sent.headers)).not.toHaveProperty("connection");
  });

  test("a target that does not offer it is spoken to in HTTP/1.1", async () => {
    await using target = await startTarget(OK, { tls: "localhost" });
    const exchange = await ask(target.origin, { connection: http2 }, trusting);
    expect([exchange.end, exchange.head?.httpVersion]).toEqual([status(200), "1.1"]);
  });

  test("it is not offered unless asked for", async () => {
    await using target = await startHttp2Target((stream) => stream.respond({ ":status": 200 }, { endStream: true }), {
      allowHTTP1: true,
    });
    expect((await ask(target.origin, { connection: { ip: 4 } }, trusting)).head?.httpVersion).toBe("1.1");
  });

  test("it goes through a proxy's tunnel", async () => {
    await using proxy = await startProxy();
    await using target = await startHttp2Target((stream) => stream.respond({ ":status": 204 }, { endStream: true }));
    const connection = { http2: true, proxy: { url: proxy.origin } };
    const exchange = await ask(target.origin, { connection }, trusting);
    expect([exchange.end, exchange.head?.httpVersion]).toEqual([status(204), "2.0"]);
  });

  test("a redirect to plain http goes on in HTTP/1.1", async () => {
    await using plain = await startTarget(OK);
    await using target = await startHttp2Target((stream) =>
      stream.respond({ ":status": 302, location: `${plain.origin}/` }, { endStream: true }),
    );
    const exchange = await ask(target.origin, { connection: http2 }, { ...trusting, followRedirects: 1 });
    expect([exchange.end, exchange.head?.httpVersion]).toEqual([status(200), "1.1"]);
  });
});

describe("certificates", () => {
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
});

function peerOf(socket: object): object {
  return (socket as { getPeerCertificate(): object }).getPeerCertificate() ?? {};
}
