import { FIXTURE_PASSPHRASE, fixtureFile } from "@statusquo/probe/testing";
import { expect, test } from "vitest";
import { compileDefinitions, problemText } from "./load.ts";

const ENV = {
  TOKEN: "t0ken-canary",
  PASSWORD: "pass-canary",
  CLIENT_SECRET: "client-canary",
  SIGNING_KEY: "signing-canary",
  PASSPHRASE: FIXTURE_PASSPHRASE,
};
const file = (which: Parameters<typeof fixtureFile>[0]) => `"\${file:${fixtureFile(which)}}"`;

async function load(text: string) {
  return compileDefinitions([{ file: "statusquo.yaml", text }], ENV);
}

async function monitorOf(keys: string, defaults = "{}") {
  const text = `defaults: ${defaults}\nmonitors:\n  - { id: orders, url: https://api.example.com/orders, ${keys} }`;
  const result = await load(text);
  if (!result.ok) throw new Error(result.problems.map(problemText).join("\n"));
  return result.loaded.monitors[0]!;
}

async function problems(keys: string, url = "https://api.example.com/orders"): Promise<string[]> {
  const result = await load(`monitors:\n  - id: orders\n    url: ${url}\n    ${keys.replaceAll("\n", "\n    ")}\n`);
  return result.ok ? [] : result.problems.map(problemText);
}

test.each<[string, string, unknown]>([
  ["basic", '{ basic: { user: probe, password: "${env:PASSWORD}" } }', { password: "${env:PASSWORD}" }],
  ["bearer", '{ bearer: "${env:TOKEN}" }', { token: "${env:TOKEN}" }],
  [
    "oauth2",
    '{ oauth2: { token_url: "https://login.example.com/token", client_id: probe, client_secret: "${env:CLIENT_SECRET}", scope: "a b", audience: x } }',
    { clientSecret: "${env:CLIENT_SECRET}", scope: "a b", audience: "x", credentials: "header" },
  ],
  [
    "hmac",
    '{ hmac: { secret: "${env:SIGNING_KEY}", header: X-Sign, prefix: "sha256=" } }',
    { header: "x-sign", timestampHeader: "x-timestamp", encoding: "hex", prefix: "sha256=" },
  ],
])("auth %s becomes part of the request, its secret still a reference", async (kind, auth, holds) => {
  const monitor = await monitorOf(`auth: ${auth}`);
  expect(monitor.request.auth).toMatchObject({ kind, ...(holds as object) });
  expect(JSON.stringify(monitor)).not.toContain("canary");
});

test("a client's certificate stands beside any other kind, and is the connection's", async () => {
  const mtls = `mtls: { cert: ${file("client")}, key: ${file({ key: "locked" })}, passphrase: "\${env:PASSPHRASE}" }`;
  const { request } = await monitorOf(`auth: { bearer: "\${env:TOKEN}", ${mtls} }`);
  expect(request.auth?.kind).toBe("bearer");
  expect(request.connection?.clientCertificate).toMatchObject({ passphrase: "${env:PASSPHRASE}" });
  expect((await monitorOf(`auth: { ${mtls} }`)).request.auth).toBeUndefined();
});

test("proxy, ip, http2 and tls are the connection", async () => {
  const { request } = await monitorOf(
    `proxy: { url: "http://10.0.0.1:3128", user: probe, password: "\${env:PASSWORD}" }, ip: 6, http2: true, tls: { ca: ${file("ca")}, server_name: api.internal }`,
  );
  expect(request.connection).toEqual({
    proxy: { url: "http://10.0.0.1:3128", user: "probe", password: "${env:PASSWORD}" },
    ip: 6,
    http2: true,
    ca: `\${file:${fixtureFile("ca")}}`,
    serverName: "api.internal",
  });
});

test("what defaults say holds until a monitor says otherwise; none takes it back", async () => {
  const defaults = '{ auth: { bearer: "${env:TOKEN}" }, proxy: "http://proxy.example.com:3128" }';
  expect((await monitorOf("ip: 4", defaults)).request).toMatchObject({
    auth: { kind: "bearer" },
    connection: { proxy: { url: "http://proxy.example.com:3128" }, ip: 4 },
  });
  const { request } = await monitorOf("auth: none, proxy: none", defaults);
  expect([request.auth, request.connection]).toEqual([undefined, undefined]);
});

test("a step inherits the monitor's authorization, or says its own", async () => {
  const steps = "[{ get: https://api.example.com/a }, { get: https://login.example.com/, auth: none }]";
  const result = await load(`monitors: [{ id: orders, auth: { bearer: "\${env:TOKEN}" }, steps: ${steps} }]`);
  const [monitor] = result.ok ? result.loaded.monitors : [];
  expect(monitor?.steps?.map(({ request }) => request.auth?.kind)).toEqual(["bearer", undefined]);
});

test("another way or another name is another version and another subject", async () => {
  const seen = new Set<string>();
  for (const keys of [
    "ip: 4",
    "ip: 6",
    "http2: true",
    'auth: { bearer: "${env:TOKEN}" }',
    "proxy: http://p.example.com",
  ])
    for (const hash of Object.values(await monitorOf(keys).then(({ version, subject }) => [version, subject])))
      seen.add(hash);
  expect(seen.size).toBe(10);
});

test.each<[what: string, keys: string, place: string, words: string]>([
  ["a token in the clear", "auth: { bearer: cleartext-canary }", "4:21", 'a reference such as "${env:ORDERS_TOKEN}"'],
  ["a token half in the clear", 'auth: { bearer: "canary-${env:TOKEN}" }', "4:21", "never the secret itself"],
  ["a password in the clear", "auth: { basic: { user: a, password: cleartext-canary } }", "4:41", "never the secret"],
  ["a kind nobody knows", 'auth: { bearr: "${env:TOKEN}" }', "4:13", 'did you mean "bearer"?'],
  ["a text for auth", "auth: cleartext-canary", "4:11", "one of basic, bearer, oauth2 and hmac"],
  ["an empty auth", "auth: {}", "4:11", "one of basic, bearer, oauth2 and hmac"],
  [
    "two kinds at once",
    'auth: { bearer: "${env:TOKEN}", basic: { user: a, password: "${env:PASSWORD}" } }',
    "4:11",
    "one of basic, bearer, oauth2 and hmac",
  ],
  ["a user with a colon", 'auth: { basic: { user: "a:b", password: "${env:PASSWORD}" } }', "4:28", "without a colon"],
  [
    "a token address that is none",
    'auth: { oauth2: { token_url: "login", client_id: a, client_secret: "${env:CLIENT_SECRET}" } }',
    "4:34",
    'such as "https://login.example.com/oauth2/token"; got "login"',
  ],
  [
    "an oauth2 without a secret",
    'auth: { oauth2: { token_url: "https://a.example.com", client_id: a } }',
    "4:21",
    "client_secret",
  ],
  [
    "a token server in a private network",
    'auth: { oauth2: { token_url: "http://10.0.0.1/", client_id: a, client_secret: "${env:CLIENT_SECRET}" } }',
    "4:5",
    "allow_private",
  ],
  [
    "an hmac into a framing header",
    'auth: { hmac: { secret: "${env:SIGNING_KEY}", header: Host } }',
    "4:59",
    "x-signature",
  ],
  [
    "an encoding nobody knows",
    'auth: { hmac: { secret: "${env:SIGNING_KEY}", encoding: hexx } }',
    "4:61",
    "hex or base64",
  ],
  [
    "auth beside its own header",
    'auth: { bearer: "${env:TOKEN}" }\nheaders: { Authorization: x }',
    "4:5",
    "leave one of them out",
  ],
  ["a proxy over https", "proxy: https://proxy.example.com", "4:12", "http://proxy.example.com:3128"],
  [
    "a proxy with a password in its address",
    "proxy: http://u:canary@proxy.example.com",
    "4:12",
    "{ url, user, password }",
  ],
  ["a proxy at a metadata address", "proxy: http://169.254.169.254:80", "4:5", "metadata"],
  ["an ip version there is none of", "ip: 5", "4:9", "4 or 6; got 5"],
  ["an address of the other family", "ip: 6\nallow_private: true", "4:5", "ip must be that of the address, 4 for"],
  ["http2 that is no flag", "http2: sometimes", "4:12", "true or false"],
  [
    "a client's certificate as a text",
    `auth: { mtls: { cert: cleartext-canary, key: ${file({ key: "own" })} } }`,
    "4:27",
    "${file:/etc/statusquo/probe.crt}",
  ],
  [
    "a certificate that is not there",
    'tls: { ca: "${file:/nowhere/ca.crt}" }',
    "4:16",
    "${file:/nowhere/ca.crt} does not exist",
  ],
  ["a certificate that is none", `tls: { ca: ${file({ key: "own" })} }`, "4:5", "holds no certificate in PEM form"],
  [
    "a key that is none",
    `auth: { mtls: { cert: ${file("client")}, key: ${file("client")} } }`,
    "4:5",
    "auth mtls key holds no private key in PEM form",
  ],
  [
    "another certificate's key",
    `auth: { mtls: { cert: ${file("client")}, key: ${file({ key: "other" })} } }`,
    "4:5",
    "does not belong to the certificate",
  ],
  [
    "a locked key without its passphrase",
    `auth: { mtls: { cert: ${file("client")}, key: ${file({ key: "locked" })} } }`,
    "4:5",
    "the passphrase is missing",
  ],
  [
    "a locked key with another passphrase",
    `auth: { mtls: { cert: ${file("client")}, key: ${file({ key: "locked" })}, passphrase: "\${env:PASSWORD}" } }`,
    "4:5",
    "does not open it",
  ],
  ["a server's name that is an address", "tls: { server_name: 10.0.0.1 }", "4:25", "a host name"],
])("%s is refused with place, rule and an example, and without a secret", async (what, keys, place, words) => {
  const url = what === "an address of the other family" ? "https://127.0.0.1/" : undefined;
  const found = await problems(keys, url);
  expect(found).toHaveLength(1);
  expect(found[0]).toContain(`statusquo.yaml:${place}: monitor "orders": `);
  expect(found[0]).toContain(words);
  expect(found.join()).not.toContain("canary");
});

test.each([
  ["0", "a whole number of days from 1 to 3650"],
  ["soon", "a whole number of days from 1 to 3650"],
])("a certificate is expected to last for whole days, not %s", async (days, words) => {
  const [found] = await problems(`expect: { certificate: { days_left: ${days} } }`);
  expect(found).toContain("statusquo.yaml:4:41: ");
  expect(found).toContain(words);
});

test.each([
  ["a certificate", "expect: { certificate: { days_left: 14 } }", "needs an https address"],
  ["http2", "http2: true", "must be https"],
  ["tls", `tls: { ca: ${file("ca")} }`, "make it https"],
  ["mtls", `auth: { mtls: { cert: ${file("client")}, key: ${file({ key: "own" })} } }`, "must be https"],
])("%s for an http address is refused", async (_, keys, words) => {
  const [found] = await problems(keys, "http://api.example.com/");
  expect(found).toContain(words);
});
