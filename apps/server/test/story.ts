/**
 * Stories: the wired server from slot to mail. Everything is the product's own, down to SQLite, sockets and SMTP; made
 * up are the clock, which is moved by hand, the target, and the far ends of mailbox and webhook.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ManualClock, manualClock } from "@statusquo/pipeline/testing";
import { type Logger, pino } from "pino";
import { onTestFinished } from "vitest";
import { compileDefinitions, problemText } from "../src/definitions/load.ts";
import { wallClock } from "../src/demo/clock.ts";
import { createReceived } from "../src/demo/received.ts";
import { startMailSink, startSlackSink } from "../src/demo/sinks.ts";
import type { Settings } from "../src/settings.ts";
import { type Server, startServer } from "../src/wire.ts";

/** A Tuesday noon, so that no story begins on the edge of a day. */
export const START = Date.UTC(2026, 0, 6, 12, 0, 0);

export interface Answer {
  status: number;
  headers?: Record<string, string>;
  body?: string;
}

/** What the target answers; `region` is what the probe's `x-region` header says. */
export type Script = (request: {
  method: string;
  path: string;
  region: string;
  slot: string;
  body: string;
}) => Answer | "reset";

export interface Story {
  server: Server;
  clock: ManualClock;
  /** The data folder. */
  data: string;
  places: { target: string; slack: string; smtp: string };
  /** Requests the target has had. */
  requests: { path: string; region: string; slot: string; status: number }[];
  answer(script: Script): void;
  /** Moves time and lets everything it set going come to rest. */
  advance(ms: number): Promise<void>;
  api<T = unknown>(path: string): Promise<T>;
  /** In the order they came in. */
  mails(): { subject: string; raw: string; text: string; html: string }[];
  slacks(): { text: string; raw: string }[];
  /** Ends the server as it is told to, and starts it again on the same data. */
  restart(): Promise<void>;
  redefine(yaml: string): Promise<void>;
}

export const OK: Answer = { status: 200, body: "{}" };
export const CONFLICT: Answer = {
  status: 409,
  headers: { "content-type": "application/problem+json", etag: '"18-c02e"' },
  body: JSON.stringify({
    title: "Version conflict",
    detail: "the document was modified since version 17",
    submitted_version: 17,
    current_version: 18,
  }),
};

export interface StoryOptions {
  /** YAML, made with the addresses of this story. */
  definitions(places: { target: string; slack: string; smtp: string }): string;
  env?: NodeJS.ProcessEnv;
  /** Where they are to be others than a story's. */
  settings?: Partial<Settings>;
  log?: Logger;
}

export const oneMonitor: StoryOptions["definitions"] = ({ target, slack, smtp }) => `
regions: [eu-west, us-east, ap-south]
channels:
  oncall: { slack: { webhook: "${slack}" } }
  team: { email: { to: [team@example.com], from: statusquo@example.com, smtp: "${smtp}" } }
defaults: { every: 1m, timeout: 5s, allow_private: true, notify: [oncall, team], slot_header: true, headers: { x-region: "{{region}}" } }
monitors:
  - id: edit-document
    name: Edit document
    method: PUT
    url: ${target}/documents/7
    headers: { if-match: '"17-a91f"' }
    json: { title: hello }
`;

export async function startStory({ definitions, env = {}, settings, log }: StoryOptions): Promise<Story> {
  const data = mkdtempSync(join(tmpdir(), "statusquo-story-"));
  const requests: Story["requests"] = [];
  let script: Script = () => OK;
  const target = createServer(async (request, response) => {
    const body = await textOf(request);
    const [region, slot] = [
      String(request.headers["x-region"] ?? ""),
      String(request.headers["x-statusquo-slot"] ?? ""),
    ];
    const answer = script({ method: request.method ?? "", path: request.url ?? "", region, slot, body });
    requests.push({ path: request.url ?? "", region, slot, status: answer === "reset" ? 0 : answer.status });
    if (answer === "reset") return void request.socket.resetAndDestroy();
    response.writeHead(answer.status, answer.headers).end(answer.body);
  });
  await new Promise<void>((resolve) => target.listen(0, "127.0.0.1", resolve));
  const received = createReceived();
  const slack = await startSlackSink(received, wallClock);
  const mail = await startMailSink(received, wallClock);
  const places = {
    target: `http://127.0.0.1:${(target.address() as AddressInfo).port}`,
    slack: slack.url,
    smtp: mail.url,
  };

  const clock = manualClock(START);
  const read = async (yaml: string) => {
    const result = await compileDefinitions([{ file: "story.yaml", text: yaml }], env);
    if (!result.ok) throw new Error(result.problems.map(problemText).join("\n"));
    return result;
  };
  const start = async () =>
    startServer({
      settings: {
        config: null,
        data,
        host: "127.0.0.1",
        port: 0,
        redisUrl: null,
        token: null,
        publicUrl: "https://statusquo.example.com",
        logLevel: "silent",
        sampleDays: 30,
        ...settings,
      },
      env,
      log: log ?? pino({ level: "silent" }),
      loaded: (await read(definitions(places))).loaded,
      clock,
    });
  let server = await start();

  onTestFinished(async () => {
    await server.close();
    await Promise.all([slack.close(), mail.close(), new Promise((resolve) => target.close(resolve))]);
    rmSync(data, { recursive: true });
  });

  const settle = async () => {
    // Offers and deliveries begin in a later turn of the loop than the timer that caused them.
    for (let turn = 0; turn < 3; turn++) {
      await new Promise(setImmediate);
      await server.quiet();
    }
  };

  return {
    get server() {
      return server;
    },
    clock,
    data,
    places,
    requests,
    answer(next) {
      script = next;
    },
    advance: (ms) => clock.advance(ms, settle),
    async api<T>(path: string) {
      const response = await fetch(`${server.url}/api/v1/${path}`);
      if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
      return (await response.json()) as T;
    },
    mails: () =>
      received
        .newestFirst()
        .toReversed()
        .flatMap((message) => {
          if (message.kind !== "mail" || message.mail === null) return [];
          const { subject = "", text = "", html = "" } = message.mail;
          return [{ subject, raw: message.raw, text, html }];
        }),
    slacks: () =>
      received
        .newestFirst()
        .toReversed()
        .flatMap((message) =>
          message.kind === "slack" ? [{ text: JSON.parse(message.raw).text, raw: message.raw }] : [],
        ),
    async restart() {
      await server.close();
      server = await start();
    },
    async redefine(yaml) {
      await server.redefine(await read(yaml));
    },
  };
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = "";
  for await (const chunk of request.setEncoding("utf8")) text += chunk;
  return text;
}
