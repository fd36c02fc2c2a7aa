import { expect, test } from "vitest";
import type { DemoAnswer } from "./answer.ts";
import { startDemoTarget } from "./service.ts";
import { createManualClock, seededRandom } from "./testing/manual-clock.ts";
import { GUEST_MS } from "./users.ts";

/** The service on data that nobody else touches: its clients have stopped, its storage answers at once. */
function quietService() {
  const clock = createManualClock();
  const target = startDemoTarget({ clock, random: seededRandom(1) });
  target.stop();
  return {
    clock,
    faults: target.faults,
    async send(method: string, path: string, body?: unknown, headers: Record<string, string> = {}) {
      const text = typeof body === "string" ? body : body === undefined ? "" : JSON.stringify(body);
      const answer = await target.answer({ method, path, headers, body: text });
      if (answer === "reset") throw new Error(`${method} ${path} was reset`);
      return answer as DemoAnswer & { body: Record<string, unknown> };
    },
  };
}

test("a save that names an older version is a conflict which says both versions and changes nothing", async () => {
  const { send } = quietService();
  const read = await send("GET", "/documents/shift-plan");
  const etag = read.headers.etag!;
  expect(etag).toBe('"v1"');
  await send("PUT", "/documents/shift-plan", { text: "Mine.", by: "Ada" }, { "if-match": etag });

  const stale = await send("PUT", "/documents/shift-plan", { text: "Too late." }, { "if-match": etag });

  expect(stale).toMatchObject({
    status: 409,
    headers: { "content-type": "application/problem+json", "cache-control": "no-store", etag: '"v2"' },
    body: {
      type: "urn:demo:problem:stale-version",
      title: "Version conflict",
      status: 409,
      submitted_version: 1,
      current_version: 2,
      updated_by: "Ada",
    },
  });
  expect(stale.body.detail).toContain('starts from "v1", the document is at "v2"');
  expect((await send("GET", "/documents/shift-plan")).body.text).toBe("Mine.");
});

test("any of the tags of If-Match will do, and * takes whatever is there", async () => {
  const { send } = quietService();
  const text = { text: "x" };

  expect(await send("PUT", "/documents/handbook", text, { "if-match": '"v9", "v1"' })).toMatchObject({ status: 200 });
  expect(await send("PUT", "/documents/handbook", text, { "if-match": "*" })).toMatchObject({ status: 200 });
  expect(await send("PUT", "/documents/handbook", text, { "if-match": '"v1"' })).toMatchObject({ status: 409 });
  expect(await send("PUT", "/documents/none", text, { "if-match": '"v1"' })).toMatchObject({ status: 404 });
});

test("of two saves at once, one lands and the other is told what it started from", async () => {
  const { send } = quietService();

  const saves = await Promise.all([
    send("PUT", "/documents/shift-plan", { text: "one" }),
    send("PUT", "/documents/shift-plan", { text: "two" }),
  ]);

  expect(saves.map(({ status }) => status)).toEqual([200, 409]);
  expect(saves[1]?.body).toMatchObject({ submitted_version: 1, current_version: 2 });
});

test("a document that is new is created, and the oldest makes room for it in the end", async () => {
  const { send } = quietService();
  expect(await send("PUT", "/documents/first", { text: "x" })).toMatchObject({ status: 201 });

  for (let at = 0; at < 200; at++) await send("PUT", `/documents/more-${at}`, { text: "x" });

  expect(await send("GET", "/documents/first")).toMatchObject({ status: 404 });
  expect(await send("GET", "/documents/more-199")).toMatchObject({ status: 200 });
  expect(await send("GET", "/documents/handbook")).toMatchObject({ status: 200 });
});

test("an email and a nickname are unique, in the words of the database", async () => {
  const { send } = quietService();
  const ada = { email: "ada@example.com", nickname: "ada" };
  const first = await send("POST", "/users", ada);
  expect(first).toMatchObject({ status: 201, headers: { location: "/users/1" } });

  expect(await send("POST", "/users", { ...ada, email: "ADA@example.com", nickname: "other" })).toMatchObject({
    status: 409,
    body: {
      type: "urn:demo:problem:duplicate",
      code: "23505",
      constraint: "users_email_key",
      field: "email",
      detail: "Key (email)=(ada@example.com) already exists.",
    },
  });
  expect(await send("POST", "/users", { ...ada, email: "lovelace@example.com" })).toMatchObject({
    status: 409,
    body: { constraint: "users_nickname_key", field: "nickname" },
  });

  expect(await send("DELETE", "/users/1")).toMatchObject({ status: 204, body: undefined });
  expect(await send("POST", "/users", ada)).toMatchObject({ status: 201 });
});

test("a guest's nickname is taken for a second, then free again", async () => {
  const { send, clock } = quietService();
  const guest = (email: string) => send("POST", "/users", { email, nickname: "guest", guest: true });
  await guest("one@example.com");
  await clock.advance(GUEST_MS - 1);
  expect(await guest("two@example.com")).toMatchObject({ status: 409 });

  await clock.advance(1);

  expect(await guest("three@example.com")).toMatchObject({ status: 201 });
});

test("an order is cancelled once, and never after it was shipped", async () => {
  const { send } = quietService();
  const placed = await send("POST", "/orders", { item: "lamp", quantity: 2 });
  const path = placed.headers.location!;
  expect(await send("POST", `${path}/cancel`)).toMatchObject({ status: 200, body: { state: "cancelled" } });

  expect(await send("POST", `${path}/cancel`)).toMatchObject({
    status: 409,
    body: {
      type: "urn:demo:problem:invalid-state",
      title: "Order cannot be cancelled",
      state: "cancelled",
      allowed_next: [],
    },
  });
  expect((await send("POST", "/orders/latest/cancel")).body.detail).toBe(
    `Order ${placed.body.id} is already cancelled.`,
  );
  expect(await send("POST", "/orders/999999/cancel")).toMatchObject({ status: 404 });
});

test("a file is written on its current sha only, and on a head of the branch that nobody moved", async () => {
  const { send } = quietService();
  const created = await send("PUT", "/files/docs/a.txt", { content: "one" });
  expect(created).toMatchObject({
    status: 201,
    body: { path: "docs/a.txt", sha: expect.stringMatching(/^[0-9a-f]{40}$/) },
  });
  const sha = created.body.sha;
  expect(await send("PUT", "/files/docs/a.txt", { content: "two", sha })).toMatchObject({ status: 200 });

  const stale = await send("PUT", "/files/docs/a.txt", { content: "three", sha });
  const [first, second] = await Promise.all([
    send("PUT", "/files/docs/b.txt", { content: "b" }),
    send("PUT", "/files/docs/c.txt", { content: "c" }),
  ]);

  expect(stale).toMatchObject({ status: 409, body: { type: "urn:demo:problem:base-sha", submitted_sha: sha } });
  expect(stale.body.current_sha).not.toBe(sha);
  expect(first).toMatchObject({ status: 201 });
  expect(second).toMatchObject({ status: 409, body: { type: "urn:demo:problem:not-a-fast-forward" } });
  expect(second.body.head_sha).toBe(first.body.commit);
  expect((await send("GET", "/files/docs/a.txt")).body.content).toBe("two");
});

test("the code that the path asks for is the code that comes", async () => {
  const { send } = quietService();

  expect(await send("GET", "/status/200")).toMatchObject({ status: 200 });
  expect(await send("GET", "/status/409")).toMatchObject({ status: 409, body: { title: "Status 409", status: 409 } });
  expect(await send("GET", "/status/503")).toMatchObject({ status: 503 });
  for (const path of ["/status/99", "/status/600", "/status/abc"]) {
    expect(await send("GET", path)).toMatchObject({ status: 422 });
  }
});

test("a request that is wrong in itself is never called a conflict", async () => {
  const { send } = quietService();

  expect(await send("POST", "/users", "{")).toMatchObject({ status: 400, body: { title: "Not JSON" } });
  expect(await send("POST", "/users", { email: "no", nickname: "x" })).toMatchObject({
    status: 422,
    body: { errors: [{ pointer: "/email" }] },
  });
  expect(await send("PATCH", "/users", {})).toMatchObject({ status: 405, headers: { allow: "POST" } });
  expect(await send("GET", "/documents/%E0")).toMatchObject({ status: 400 });
  expect(await send("GET", "/documents/nothing")).toMatchObject({ status: 404 });
  expect(await send("GET", "/nowhere")).toMatchObject({ status: 404 });
  expect(await send("GET", "/documents/")).toMatchObject({ status: 404 });
});

test("each region has data of its own", async () => {
  const { send } = quietService();
  await send("PUT", "/documents/shift-plan", { text: "of the west" }, { "x-demo-region": "eu-west" });

  expect((await send("GET", "/documents/shift-plan", undefined, { "x-demo-region": "us-east" })).body.version).toBe(1);
  const unnamed = await send("GET", "/documents/shift-plan");
  expect(unnamed).toMatchObject({ headers: { "x-served-by": "eu-west" }, body: { text: "of the west" } });
});
