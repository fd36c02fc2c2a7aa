import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { ApiError, createClient, readEvents } from "./client.ts";
import { world } from "./testing/world.ts";

const clientOf = ({ api }: ReturnType<typeof world>) =>
  createClient({ fetch: async (input, init) => await api.request(String(input), init) });

test("every method asks for what the server has", async () => {
  const here = world();
  const client = clientOf(here);
  expect((await client.overview("1h")).monitors[0]?.id).toBe("orders");
  expect((await client.monitor("orders")).expect).toBe("2xx");
  expect((await client.series("orders", { region: "us-east" })).region).toBe("us-east");
  const { samples } = await client.samples("orders", { limit: 500, code: 409 });
  expect(samples.length).toBe(20);
  const kept = here.memory.evidence[3];
  expect((await client.evidence(`m-orders.r-eu-west.s-${kept?.slot}`)).code).toBe(409);
  expect((await client.incidents({ state: "open" })).incidents).toHaveLength(1);
  const incident = await client.incident(412);
  expect((await client.acknowledge(412, incident.revision)).revision).toBe(incident.revision + 1);
  expect((await client.deliveries({})).deliveries).toHaveLength(1);
  expect((await client.regions()).regions).toHaveLength(3);
  expect((await client.health()).ok).toBe(true);
  expect((await client.setDemoFault("stale-etag", true)).faults[0]?.on).toBe(true);
  expect((await client.demoFaults()).faults[0]?.on).toBe(true);
});

test("a refusal is an error that carries the problem, ready to be shown", async () => {
  const client = clientOf(world());
  const stale = await client.acknowledge(412, 99).catch((error: unknown) => error);
  expect(stale).toBeInstanceOf(ApiError);
  expect(stale).toMatchObject({ status: 412, message: "Incident 412 has changed since you read it." });
  expect((stale as ApiError).problem?.conflict?.current).toBe('"1"');
});

test("a server that is not there, or is not ours, is said so", async () => {
  const gone = createClient({ fetch: () => Promise.reject(new TypeError("fetch failed")) });
  await expect(gone.overview()).rejects.toMatchObject({ status: 0, message: "The server cannot be reached." });
  const proxy = createClient({ fetch: async () => new Response("<h1>Bad gateway</h1>", { status: 502 }) });
  await expect(proxy.overview()).rejects.toMatchObject({ status: 502, problem: null });
});

test("an aborted request rejects with the reason it was aborted for", async () => {
  const hangs = createClient({
    fetch: (_, init) =>
      new Promise((_resolve, reject) => init?.signal?.addEventListener("abort", () => reject(init.signal?.reason))),
  });
  const abort = new AbortController();
  const asked = hangs.overview("6h", abort.signal);
  abort.abort(new Error("left the page"));
  await expect(asked).rejects.toThrow("left the page");
});

test("messages that come in pieces, even inside a character, are put together", async () => {
  const bytes = new TextEncoder().encode(
    'event: verdict\ndata: {"reason":"größer"}\nid: a-1\n\ndata: two\ndata: lines\n\n',
  );
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const byte of bytes) controller.enqueue(Uint8Array.of(byte));
      controller.close();
    },
  });
  expect(await Array.fromAsync(readEvents(body))).toEqual([
    { id: "a-1", event: "verdict", data: '{"reason":"größer"}' },
    { id: "", event: "message", data: "two\nlines" },
  ]);
});

test("the client loads nothing at run time: what it imports are types", () => {
  const source = readFileSync(new URL("./client.ts", import.meta.url), "utf8");
  const imports = source.match(/^(import|export)\b[^;]*\bfrom\b[^;]*;/gm) ?? [];
  expect(imports.length).toBeGreaterThan(0);
  for (const line of imports) expect(line).toMatch(/^(import|export) type/);
});
