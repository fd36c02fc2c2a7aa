import { expect, test } from "vitest";
import { resolveChannels } from "../channels.ts";
import { compileDefinitions, problemText } from "./load.ts";

const ENV = {
  HOOK: "https://hooks.slack.com/services/T/B/x",
  SMTP_URL: "smtp://me:hunter2hunter2@mail.example.com:587",
  SECRET: "0123456789abcdef",
  TOKEN: "t0kent0ken",
};

const read = (channels: string, env: NodeJS.ProcessEnv = ENV) => {
  const text = `channels:\n${channels}\nmonitors: [{ url: https://api.example.com/ }]\n`;
  return compileDefinitions([{ file: "statusquo.yaml", text }], env);
};
async function channelsIn(channels: string, env?: NodeJS.ProcessEnv) {
  const result = await read(channels, env);
  if (!result.ok) throw new Error(result.problems.map(problemText).join("\n"));
  return result.loaded.channels;
}
async function problemsIn(channels: string, env?: NodeJS.ProcessEnv) {
  const result = await read(channels, env);
  return result.ok ? [] : result.problems.map(problemText);
}

test("a channel of each kind is read, with its defaults, and its secrets stay references", async () => {
  const channels = await channelsIn(`
  hook: { webhook: { url: "https://t.example.com/in", secret: "\${env:SECRET}", headers: { X-Team: shop } } }
  pager: { sms: { account: AC1, token: "\${env:TOKEN}", from: "+15005550006", to: ["+15005550009"] } }
  room: { slack: { webhook: "\${env:HOOK}" } }
  team: { email: { to: [a@example.com], from: b@example.com, smtp: "\${env:SMTP_URL}" } }`);
  const plain = { filter: { severities: [], tags: [], quiet: null } };
  expect(channels).toMatchObject([
    { id: "hook", kind: "webhook", secret: "${env:SECRET}", headers: { "x-team": "shop" }, ...plain },
    {
      ...{ id: "pager", kind: "sms", token: "${env:TOKEN}", to: ["+15005550009"], ...plain },
      url: "https://api.twilio.com/2010-04-01/Accounts/AC1/Messages.json",
    },
    { id: "room", kind: "slack", webhook: "${env:HOOK}", source: { file: "statusquo.yaml", line: 5 } },
    { id: "team", kind: "email", smtp: "${env:SMTP_URL}" },
  ]);
  const resolved = await resolveChannels(channels, ENV);
  expect(resolved).toMatchObject([
    { secret: ENV.SECRET, headers: { "x-team": "shop" } },
    { token: ENV.TOKEN, filter: plain.filter },
    { webhook: ENV.HOOK },
    { smtp: ENV.SMTP_URL, to: ["a@example.com"] },
  ]);
});

test("the account may be a secret too, also inside the address", async () => {
  const channels = await channelsIn(
    '  pager: { sms: { account: "${env:TOKEN}", token: x1234, from: shop, to: ["+15005550009"], url: "http://127.0.0.1/{account}/m" } }',
  );
  expect(await resolveChannels(channels, ENV)).toMatchObject([{ url: "http://127.0.0.1/t0kent0ken/m" }]);
});

test("a filter says which incidents, and when", async () => {
  const [channel] = await channelsIn(`
  room:
    slack: { webhook: "\${env:HOOK}" }
    severities: [critical]
    tags: [checkout]
    quiet: { from: "22:00", to: "06:30", timezone: Europe/Berlin, except: [critical] }`);
  expect(channel?.filter).toEqual({
    ...{ severities: ["critical"], tags: ["checkout"] },
    quiet: { fromMinute: 1_320, toMinute: 390, timezone: "Europe/Berlin", except: ["critical"] },
  });
});

const slack = 'slack: { webhook: "${env:HOOK}" }';
for (const [what, channel, said] of [
  ["no kind", "tags: [shop]", "exactly one of slack, email, webhook, sms"],
  ["two kinds", `${slack}, email: { to: [a@b.c], from: a@b.c, smtp: "smtp://a" }`, "exactly one of"],
  ["an unknown severity", `${slack}, severities: [urgent]`, 'critical or warning; got "urgent"'],
  ["an unknown zone", `${slack}, quiet: { from: "22:00", to: "07:00", timezone: Mars/North }`, "an IANA time zone"],
  [
    "a time that is none",
    `${slack}, quiet: { from: "25:00", to: "07:00", timezone: UTC }`,
    'such as "22:00"; got "25:00"',
  ],
  [
    "quiet hours without length",
    `${slack}, quiet: { from: "22:00", to: "22:00", timezone: UTC }`,
    "end at another time",
  ],
  ["a number without a country", "sms: { account: a, token: b, from: c, to: ['0171555'] }", "a phone number"],
  ["a mistyped key", `${slack}, tag: [shop]`, 'did you mean "tags"?'],
  ["a short secret", 'webhook: { url: "https://t.example.com", secret: short }', "at least 16 characters"],
  [
    "a header of ours",
    'webhook: { url: "https://t.example.com", secret: "${env:SECRET}", headers: { Idempotency-Key: a } }',
    "idempotency-key",
  ],
  ["an address with a password", 'slack: { webhook: "https://me:pw@hooks.example.com/" }', "no user and password"],
  ["no address", 'slack: { webhook: "hooks.slack.com/services" }', "must be an http(s) address"],
  ["two recipients in one", 'email: { to: ["a@b.c, d@e.f"], from: a@b.c, smtp: "smtp://a" }', "one mail address"],
  [
    "a recipient with a header",
    'email: { to: ["a@b.c\\r\\nBcc: x@y.z"], from: a@b.c, smtp: "smtp://a" }',
    "one mail address",
  ],
] as const) {
  test(`a channel with ${what} is refused by name, file and line`, async () => {
    const problems = await problemsIn(`  mine: { ${channel} }`);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(/^statusquo\.yaml:2:\d+: channel "mine": /);
    expect(problems[0]).toContain(said);
  });
}

for (const key of ["HOOK", "SMTP_URL", "SECRET", "TOKEN"]) {
  test(`an unset ${key} is a problem of the channel that names it, with file and line`, async () => {
    const { [key as "HOOK"]: _, ...rest } = ENV;
    const problems = await problemsIn(
      `  a: { slack: { webhook: "\${env:HOOK}" } }
  b: { email: { to: [a@example.com], from: b@example.com, smtp: "\${env:SMTP_URL}" } }
  c: { webhook: { url: https://t.example.com/, secret: "\${env:SECRET}" } }
  d: { sms: { account: x, token: "\${env:TOKEN}", from: shop, to: ["+15005550009"] } }`,
      rest,
    );
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(new RegExp(`^statusquo\\.yaml:[2-5]:\\d+: channel "[abcd]": .*${key}`));
  });
}

for (const address of [
  "http://169.254.169.254/latest",
  "http://[fd00:ec2::254]/",
  "http://0xa9fea9fe/",
  "http://100.100.100.200/",
]) {
  test(`a channel is never at ${address}, and on loopback it may be`, async () => {
    const [problem] = await problemsIn(`  mine: { slack: { webhook: "${address}" } }`);
    expect(problem).toMatch(/^statusquo\.yaml:2:\d+: channel "mine": \S+ is .*never dialled/);
    expect(await problemsIn('  mine: { slack: { webhook: "http://127.0.0.1:8065/hooks/x" } }')).toEqual([]);
    expect(
      await problemsIn('  mine: { email: { to: [a@b.c], from: a@b.c, smtp: "smtp://169.254.169.254" } }'),
    ).toHaveLength(1);
  });
}

for (const [address, said] of [
  ["hc.example.com/x", "heartbeat must be an http(s) address"],
  ["ftp://hc.example.com/x", "heartbeat must be an http(s) address"],
  ["http://169.254.169.254/latest", "169.254.169.254 is"],
] as const) {
  test(`a heartbeat to ${address} is refused with file and line, without the address of a reference`, async () => {
    const text = 'self: { heartbeat: "${env:BEAT}" }\nmonitors: [{ url: https://api.example.com/ }]\n';
    const result = await compileDefinitions([{ file: "statusquo.yaml", text }], { BEAT: address });
    expect(result.ok ? [] : result.problems.map(problemText)).toEqual([
      expect.stringMatching(/^statusquo\.yaml:1:9: self: /),
    ]);
    expect(result.ok ? "" : problemText(result.problems[0]!)).toContain(said);
  });
}
