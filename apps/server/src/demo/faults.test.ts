import { expect, test } from "vitest";
import type { DemoAnswer } from "./answer.ts";
import { CACHE_MS } from "./documents.ts";
import { FAULT_NAMES } from "./faults.ts";
import { SLOW_MS, startDemoTarget } from "./service.ts";
import { createManualClock, seededRandom } from "./testing/manual-clock.ts";

/** The service with its clients at work, and time that passes only while something is awaited. */
function busyService() {
  const clock = createManualClock();
  const target = startDemoTarget({ clock, random: seededRandom(11) });
  const send = async (method: string, path: string, body?: unknown, region = "eu-west") => {
    let answer: DemoAnswer | "reset" | undefined;
    const headers = { "x-demo-region": region };
    const pending = target.answer({ method, path, headers, body: body === undefined ? "" : JSON.stringify(body) });
    pending.then((came) => {
      answer = came;
    });
    await clock.advance(1);
    while (answer === undefined) await clock.advance(10);
    return answer as Exclude<DemoAnswer, "reset"> & { body: Record<string, unknown> };
  };
  /** Codes of the same request every five seconds. */
  const codes = async (count: number, request: (at: number) => [method: string, path: string, body?: unknown]) => {
    const met: number[] = [];
    for (let at = 0; at < count; at++) {
      met.push((await send(...request(at))).status);
      await clock.advance(5_000);
    }
    return met;
  };
  return { clock, target, faults: target.faults, send, codes };
}

const conflicts = (codes: number[]) => codes.filter((code) => code === 409).length;

test("no fault is on at the start, and each is listed with what it does", () => {
  const { faults, target } = busyService();
  target.stop();

  expect(faults.list().map(({ name }) => name)).toEqual(FAULT_NAMES);
  expect(faults.list().filter(({ on }) => on)).toEqual([]);
  for (const { description } of faults.list()) expect(description).toMatch(/^[A-Z].+\.$/);
});

test("stale-cache: most saves start from an old version, and the answer says how old; without it they land again", async () => {
  const { faults, codes, send, clock, target } = busyService();
  const save = (at: number): [string, string, unknown] => ["PUT", "/documents/shift-plan", { text: `${at}` }];
  faults.set("stale-cache", true);

  expect(conflicts(await codes(30, save))).toBeGreaterThan(20);
  // Away from the moment at which the entry expires.
  await clock.advance(10_000);
  const read = await send("GET", "/documents/shift-plan");
  const stale = await send(...save(31));
  faults.set("stale-cache", false);
  await clock.advance(1_000);
  const after = await send("GET", "/documents/shift-plan");
  const mended = await codes(30, save);
  target.stop();

  expect(read.headers).toMatchObject({ "x-cache": "HIT", age: expect.stringMatching(/^\d+$/) });
  expect(stale).toMatchObject({
    status: 409,
    headers: { "x-read-cache": expect.stringMatching(/^HIT; age=\d+$/) },
    body: { title: "Version conflict" },
  });
  expect(stale.headers).not.toHaveProperty("age");
  expect(stale.body.submitted_version).toBe(read.body.version);
  expect(stale.body.current_version).toBeGreaterThan(read.body.version as number);
  expect(after.headers).not.toHaveProperty("x-cache");
  expect(after.body.version).toBeGreaterThan(read.body.version as number);
  expect(conflicts(mended)).toBeLessThan(5);
});

test("stale-cache: an entry lives as long as it may, then the cache reads anew", async () => {
  const { faults, send, clock, target } = busyService();
  faults.set("stale-cache", true);
  const first = await send("GET", "/documents/shift-plan");
  await clock.advance(CACHE_MS - 100);
  const cached = await send("GET", "/documents/shift-plan");
  await clock.advance(200);
  const anew = await send("GET", "/documents/shift-plan");
  target.stop();

  expect(first.headers["x-cache"]).toBe("MISS");
  expect(cached).toMatchObject({ headers: { "x-cache": "HIT", age: "29" }, body: { version: first.body.version } });
  expect(anew.headers["x-cache"]).toBe("MISS");
});

test("index-corruption: addresses that were never seen are duplicates; without it they register again", async () => {
  const { faults, codes, send, target } = busyService();
  const register = (at: number): [string, string, unknown] => [
    "POST",
    "/users",
    { email: `probe-${at}@example.com`, nickname: "guest", guest: true },
  ];
  await send(...register(0));
  faults.set("index-corruption", true);
  const duplicate = await send(...register(1));
  const broken = await codes(20, (at) => register(100 + at));
  faults.set("index-corruption", false);
  const mended = await codes(20, (at) => register(200 + at));
  target.stop();

  expect(duplicate).toMatchObject({
    status: 409,
    body: { code: "23505", field: "email", detail: "Key (email)=(probe-1@example.com) already exists." },
  });
  expect(conflicts(broken)).toBe(20);
  expect(conflicts(mended)).toBeLessThan(4);
});

test("every-409: one and the same answer, whatever the method and the input; elsewhere all is well", async () => {
  const { faults, send, target } = busyService();
  faults.set("every-409", true);
  const answers = [
    await send("GET", "/files/a.txt"),
    await send("PUT", "/files/b.txt", { content: "x" }),
    await send("DELETE", "/files/c.txt"),
  ];
  const elsewhere = await send("GET", "/status/200");
  faults.set("every-409", true, { path: "/" });
  const everywhere = await send("GET", "/status/200");
  faults.set("every-409", false);
  const mended = await send("PUT", "/files/b.txt", { content: "x" });
  target.stop();

  expect(answers[0]).toMatchObject({ status: 409, body: { title: "Conflict" } });
  expect(answers[1]).toEqual(answers[0]);
  expect(answers[2]).toEqual(answers[0]);
  expect(elsewhere.status).toBe(200);
  expect(everywhere.status).toBe(409);
  expect(mended.status).toBe(201);
});

test("one-region: the region named is locked, and no other", async () => {
  const { faults, send, target } = busyService();
  const place = (region: string) => send("POST", "/orders", { item: "lamp", quantity: 1 }, region);
  faults.set("one-region", true, { region: "us-east" });
  const locked = await place("us-east");
  const others = [await place("eu-west"), await place("ap-south")];
  faults.set("one-region", false);
  const mended = await place("us-east");
  target.stop();

  expect(locked).toMatchObject({ status: 409, headers: { "retry-after": "30" }, body: { region: "us-east" } });
  expect(others.map(({ status }) => status)).toEqual([201, 201]);
  expect(mended.status).toBe(201);
});

test("slow: the answer comes after four seconds, not before", async () => {
  const { faults, clock, target } = busyService();
  faults.set("slow", true);
  let answered = false;
  const request = { method: "GET", path: "/documents/handbook", headers: {}, body: "" };
  const pending = target.answer(request).then((answer) => {
    answered = true;
    return answer;
  });

  await clock.advance(SLOW_MS - 1);
  expect(answered).toBe(false);
  await clock.advance(2);
  expect(await pending).toMatchObject({ status: 200 });
  target.stop();
});

test("a fault can be kept to one region, and a repeat replaces where it strikes but not since when", async () => {
  const { faults, clock, send, target } = busyService();
  const since = faults.set("every-409", true, { region: "ap-south" }).since;
  await clock.advance(1_000);

  expect((await send("GET", "/files/a", undefined, "ap-south")).status).toBe(409);
  expect((await send("GET", "/files/a", undefined, "eu-west")).status).toBe(404);
  expect(faults.set("every-409", true)).toMatchObject({ region: null, path: "/files", since });
  expect((await send("GET", "/files/a", undefined, "eu-west")).status).toBe(409);
  expect(faults.set("every-409", false)).toMatchObject({ on: false, since: null });
  target.stop();
});
