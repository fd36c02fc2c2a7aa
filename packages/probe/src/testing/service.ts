/** A service on loopback and monitors of it, for tests of probes with several requests. */
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { DEFAULT_EXPECTATION, type Monitor, type Step } from "@statusquo/core";
import { onTestFinished } from "vitest";

export const SLOT = Date.UTC(2027, 2, 1, 12, 0, 30);
export const codes = (...wanted: number[]) => wanted.map((code) => ({ from: code, to: code, exclude: false }));

export interface Got {
  method: string;
  url: string;
  headers: IncomingMessage["headers"];
  body: string;
}

/** A service on loopback that answers each request as `answer` says. */
export async function service(answer: (got: Got, response: ServerResponse, nth: number) => void) {
  const got: Got[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { method = "", url = "", headers } = request;
    const one = { method, url, headers, body: Buffer.concat(chunks).toString() };
    got.push(one);
    answer(one, response, got.length);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { got, origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

export const step = (
  method: string,
  url: string,
  more: Partial<Step> & { headers?: Record<string, string>; body?: Step["request"]["body"] } = {},
): Step => {
  const { headers = {}, body, ...rest } = more;
  return {
    name: `${method} ${url.replace(/^http:\/\/[^/]*/, "")}`,
    request: { method, url, headers, ...(body && { body }) },
    expect: DEFAULT_EXPECTATION,
    checks: [],
    save: [],
    ...rest,
  };
};

export const monitor = (steps: Step[], more: Partial<Monitor> = {}): Monitor => ({
  id: "edit-document",
  name: "Edit a document",
  tags: [],
  request: steps.at(-1)!.request,
  steps,
  intervalMs: 60_000,
  timeoutMs: 5_000,
  regions: ["eu-west"],
  expect: steps.at(-1)!.expect,
  usual: {},
  subject: "s",
  falseAlarmsPerYear: 1,
  notify: [],
  redact: [],
  allowPrivate: true,
  followRedirects: 0,
  slotHeader: false,
  version: "v1",
  source: { file: "statusquo.yaml", line: 1, endLine: 9 },
  ...more,
});

export const json = (response: ServerResponse, status: number, value: unknown, headers: Record<string, string> = {}) =>
  response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(value));
