import { createHmac } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { CONFLICT, OK, oneMonitor, startStory } from "./story.ts";

const MINUTE = 60_000;
const SECRET = "0123456789abcdef";

/** Far ends that take everything: a webhook of one's own, and an SMS service. */
async function farEnds() {
  const came: { path: string; headers: IncomingHttpHeaders; body: string }[] = [];
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request.setEncoding("utf8")) body += chunk;
    came.push({ path: request.url ?? "", headers: request.headers, body });
    response.writeHead(201).end('{"sid":"SM1","status":"queued"}');
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  onTestFinished(() => new Promise((resolve) => server.close(() => resolve())));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const at = (path: string) => came.filter((each) => each.path === path);
  return { url, hooks: () => at("/hook"), texts: () => at("/sms").map(({ body }) => new URLSearchParams(body)) };
}

test("one incident is told by Slack, mail, webhook and SMS, each in its own way and under one number", async () => {
  const { url, hooks, texts } = await farEnds();
  const story = await startStory({
    definitions: (places) =>
      oneMonitor(places)
        .replace(
          "channels:\n",
          `channels:
  hook: { webhook: { url: "${url}/hook", secret: "\${env:SECRET}", headers: { x-team: docs } } }
  pager: { sms: { account: AC1, token: "\${env:SECRET}", from: Statusquo, to: ["+15005550009"], url: "${url}/sms" } }
`,
        )
        .replace("[oncall, team]", "[oncall, team, hook, pager]"),
    env: { SECRET },
  });
  await story.advance(30 * MINUTE);
  story.answer(() => CONFLICT);
  await story.advance(10 * MINUTE);
  story.answer(() => OK);
  await story.advance(60 * MINUTE);

  const documents = hooks().map(({ body }) => JSON.parse(body));
  expect(documents.map(({ kind }) => kind)).toEqual(["opened", "resolved"]);
  expect(documents[0]).toMatchObject({ version: 1, incidents: [{ reference: "INC-1", code: 409, state: "open" }] });
  for (const { headers, body } of hooks()) {
    const [, seconds, signature] = /^t=(\d+),v1=(\w+)$/.exec(String(headers["statusquo-signature"])) ?? [];
    expect(createHmac("sha256", SECRET).update(`${seconds}.${body}`).digest("hex")).toBe(signature);
    expect(headers["x-team"]).toBe("docs");
  }
  expect(texts().map((form) => form.get("Body")?.split(":")[0])).toEqual(["INC-1", "INC-1 resolved"]);
  expect(story.mails().map(({ subject }) => /INC-1 resolved/.test(subject))).toEqual([false, true]);
  expect(story.slacks().map(({ raw }) => raw.includes("INC-1"))).toEqual([true, true]);
});

test("a channel hears only of the severities and tags that it names", async () => {
  const { url, texts } = await farEnds();
  const sms = (to: string) =>
    `sms: { account: a, token: "${SECRET}", from: Statusquo, to: ["${to}"], url: "${url}/sms" }`;
  const story = await startStory({
    definitions: (places) =>
      oneMonitor(places)
        .replace(
          "channels:\n",
          `channels:
  critical: { ${sms("+15005550001")}, severities: [critical] }
  warnings: { ${sms("+15005550002")}, severities: [warning] }
  documents: { ${sms("+15005550003")}, tags: [documents] }
  orders: { ${sms("+15005550004")}, tags: [orders] }
`,
        )
        .replace("[oncall, team]", "[critical, warnings, documents, orders]")
        .replace("name: Edit document", "name: Edit document\n    tags: [documents]"),
  });
  await story.advance(30 * MINUTE);
  story.answer(() => CONFLICT);
  await story.advance(10 * MINUTE);
  expect(await story.api("incidents")).toMatchObject({ incidents: [{ state: "open" }] });
  expect(
    texts()
      .map((form) => form.get("To"))
      .sort(),
  ).toEqual(["+15005550001", "+15005550003"]);
});
