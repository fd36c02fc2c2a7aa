// biome-ignore-all lint/suspicious/noTemplateCurlyInString: references are written like this
import { writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { openForReadingOnly } from "@statusquo/store";
import { findRedis, startRedis } from "@statusquo/transport/testing";
import { expect, test } from "vitest";
import { startServerProgram, startWorkerProgram, startWorld } from "./process.ts";

const found = findRedis();
const here = found.kind === "none" ? test.skip : test.concurrent;
if (found.kind === "none") console.log(`skipped: steps over Redis: ${found.reason}`);

/** Documents with tags, and what was asked of them in order: `PUT "3" 204`. */
async function startDocuments() {
  const asked: string[] = [];
  let tag = 0;
  const world = { asked, isMeddling: false, close: () => {}, url: "" };
  const server = createServer((request, response) => {
    const { method, headers } = request;
    const say = (status: number, more: Record<string, string> = {}) => {
      asked.push(`${method} ${headers["if-match"] ?? "-"} ${headers.authorization ?? "-"} ${status}`);
      response.writeHead(status, more).end(status === 409 ? '{"error":"stale version"}' : undefined);
    };
    request.resume();
    if (method === "GET") return say(200, { etag: `"${++tag}"` });
    if (method === "DELETE") return say(204);
    if (world.isMeddling) tag++;
    return say(headers["if-match"] === `"${tag}"` ? 204 : 409);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  world.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/documents/7`;
  world.close = () => {
    server.closeAllConnections();
    server.close();
  };
  return world;
}

here(
  "a probe of several steps goes out over Redis and comes home whole: what it saved, what it left, and its 409",
  { timeout: 90_000 },
  async (context) => {
    const redis = await startRedis({ "maxmemory-policy": "noeviction" });
    const documents = await startDocuments();
    context.onTestFinished(() => documents.close());
    const world = await startWorld(context, ["eu"]);
    writeFileSync(
      world.config,
      `regions: [eu]
monitors:
  - id: edit-document
    every: 5s
    timeout: 2s
    allow_private: true
    headers: { authorization: "Bearer \${env:DOCUMENTS}" }
    steps:
      - get: ${documents.url}
        save: { etag: header.etag }
      - put: ${documents.url}
        headers: { if-match: "{{etag}}" }
        json: { title: "probe" }
    cleanup:
      - delete: ${documents.url}
`,
    );
    const env = { REDIS_URL: redis.url, DOCUMENTS: "of-the-server" };
    const server = startServerProgram(
      context,
      ["serve", "--config", world.config, "--data", world.data, "--port", "0"],
      env,
    );
    // The secret is the worker's alone.
    startWorkerProgram(context, ["--region", "eu"], { ...env, DOCUMENTS: "canary-0815" });
    context.onTestFinished(() => redis.close());
    await server.says(/Dashboard/);
    const samples = () => {
      const store = openForReadingOnly({ path: join(world.data, "statusquo.db") });
      try {
        return store.reader
          .samples({ monitor: "edit-document", limit: 100 })
          .filter(({ state }) => state === "sampled")
          .map((row) => ({ code: row.code, evidence: store.reader.evidence(row)?.evidence ?? null }));
      } finally {
        store.close();
      }
    };
    await world.until("probes", () => documents.asked.length >= 3);
    await world.until("a sample", () => samples().some(({ code }) => code === 204));
    expect(documents.asked.slice(0, 3)).toEqual([
      "GET - Bearer canary-0815 200",
      'PUT "1" Bearer canary-0815 204',
      "DELETE - Bearer canary-0815 204",
    ]);
    documents.isMeddling = true;
    await world.until("a conflict", () => samples().some(({ code }) => code === 409));
    const conflict = samples().find(({ code }) => code === 409)?.evidence;
    expect(conflict?.response?.body).toContain("stale version");
    expect(conflict?.steps?.map(({ role, said, decided }) => [role, said, decided])).toEqual([
      ["step", "200", false],
      ["step", "409", true],
      ["cleanup", "204", false],
    ]);
    expect(conflict?.steps?.[0]?.saved).toEqual([["etag", expect.stringMatching(/^"\d+"$/)]]);
    expect(JSON.stringify(samples())).not.toContain("canary-0815");
    expect(server.output()).not.toContain("canary-0815");
  },
);
