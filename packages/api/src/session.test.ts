import { expect, test } from "vitest";
import { MOST_WRONG } from "./attempts.ts";
import { SESSION_COOKIE, SESSION_IDLE_MS, SESSION_MS } from "./session.ts";
import { TOKEN, TOKEN_HASH, world } from "./testing/world.ts";

const locked = () => world({ settings: { tokenHash: TOKEN_HASH } });
const bearer = { authorization: `Bearer ${TOKEN}` };
type World = ReturnType<typeof world>;

async function enter({ post }: World): Promise<{ cookie: string; said: string }> {
  const answer = await post("/api/v1/session", {}, bearer);
  expect(answer.status).toBe(200);
  const said = answer.headers.get("set-cookie") ?? "";
  return { cookie: said.split(";")[0] ?? "", said };
}

const status = async (answer: Response | Promise<Response>) => (await answer).status;

test("H41: a session is a cookie that no script, no other host, no plain connection and no other site's page gets", async () => {
  const { said } = await enter(locked());
  const [pair, ...attributes] = said.split("; ");
  expect(pair).toMatch(/^__Host-statusquo=[\w-]{43}$/);
  expect(attributes.sort()).toEqual([
    "HttpOnly",
    `Max-Age=${SESSION_MS / 1_000}`,
    "Path=/",
    "SameSite=Strict",
    "Secure",
  ]);
});

test("H39: a session lets in without the token, and ends for good when it is ended", async () => {
  const here = locked();
  const { cookie } = await enter(here);
  expect(await status(here.get("/api/v1/health", { cookie }))).toBe(200);
  expect(await (await here.get("/api/v1/session", { cookie })).json()).toMatchObject({ by: "session" });
  const ended = await here.api.request("/api/v1/session", { method: "DELETE", headers: { cookie } });
  expect(ended.headers.get("set-cookie")).toContain("Max-Age=0");
  expect(await status(here.get("/api/v1/health", { cookie }))).toBe(401);
});

test("H39: a session ends when it is a week old, and when it was not used for a day", async () => {
  const here = locked();
  const idle = await enter(here);
  const used = await enter(here);
  for (let at = 0; at < SESSION_MS - SESSION_IDLE_MS / 2; at += SESSION_IDLE_MS / 2) {
    here.clock.advance(SESSION_IDLE_MS / 2);
    expect(await status(here.get("/api/v1/health", used)), String(at)).toBe(200);
  }
  expect(await status(here.get("/api/v1/health", idle))).toBe(401);
  here.clock.advance(SESSION_IDLE_MS / 2);
  expect(await status(here.get("/api/v1/health", used))).toBe(401);
});

test("H39: a server that starts anew, as another token needs, knows no session from before", async () => {
  const { cookie } = await enter(locked());
  expect(await status(locked().get("/api/v1/health", { cookie }))).toBe(401);
});

test("H39: a stream that a session opened ends with the session", async () => {
  const here = locked();
  const { cookie } = await enter(here);
  const answer = await here.get("/api/v1/stream", { cookie });
  const reader = (answer.body as ReadableStream<Uint8Array>).getReader();
  expect(new TextDecoder().decode((await reader.read()).value)).toContain("event: hello");
  await here.api.request("/api/v1/session", { method: "DELETE", headers: { cookie } });
  here.clock.advance(10_000);
  for (let done = false; !done; ) ({ done } = await reader.read());
  expect(here.clock.timers()).toBe(0);
});

test("H40: only the token begins a session: no session, no query, no wrong token does", async () => {
  const here = locked();
  const refused = [{}, { cookie: `${SESSION_COOKIE}=${"a".repeat(43)}` }, { authorization: `Bearer ${TOKEN}x` }];
  for (const headers of refused) {
    const answer = await here.post(`/api/v1/session?token=${TOKEN}`, {}, headers);
    expect(answer.status).toBe(401);
    expect(answer.headers.get("set-cookie")).toBeNull();
  }
  const { cookie } = await enter(here);
  expect((await here.post("/api/v1/session", {}, { cookie })).headers.get("set-cookie")).toBeNull();
});

test("H37: a page of another site can neither begin nor end a session", async () => {
  const here = locked();
  const { cookie } = await enter(here);
  const from = { origin: "https://evil.example", cookie };
  expect(await status(here.post("/api/v1/session", {}, { ...bearer, ...from }))).toBe(403);
  expect(await status(here.api.request("/api/v1/session", { method: "DELETE", headers: from }))).toBe(403);
  expect(await status(here.get("/api/v1/health", { cookie }))).toBe(200);
});

test("H40: after too many wrong tokens none is looked at for a minute; sessions go on", async () => {
  const here = locked();
  const { cookie } = await enter(here);
  const guess = () => here.get("/api/v1/health", { authorization: "Bearer wrong" });
  for (let at = 0; at < MOST_WRONG; at++) expect(await status(guess())).toBe(401);
  const answer = await guess();
  expect(answer.status).toBe(429);
  expect(Number(answer.headers.get("retry-after"))).toBeGreaterThan(0);
  expect(await status(here.get("/api/v1/health", bearer))).toBe(429);
  expect(await status(here.get("/api/v1/health", { cookie }))).toBe(200);
  here.clock.advance(60_000);
  expect(await status(here.get("/api/v1/health", bearer))).toBe(200);
});

test("H40: wrong tokens are counted by address, of IPv6 by its /64; asking without a token counts nothing", async () => {
  const here = locked();
  const from = (remoteAddress: string, authorization?: string) =>
    status(
      here.api.request("/api/v1/health", { headers: authorization ? { authorization } : {} }, {
        incoming: { socket: { remoteAddress } },
      } as object),
    );
  for (let at = 0; at < MOST_WRONG; at++) {
    expect(await from("192.0.2.1", "Bearer wrong")).toBe(401);
    expect(await from(at % 2 ? `2001:db8::${at}` : `2001:db8:0:0:1::${at}`, "Bearer wrong")).toBe(401);
    expect(await from("192.0.2.3")).toBe(401);
  }
  expect(await from("192.0.2.1", bearer.authorization)).toBe(429);
  expect(await from("2001:db8::ffff", bearer.authorization)).toBe(429);
  expect(await from("2001:db8:0:1::1", bearer.authorization)).toBe(200);
  expect(await from("192.0.2.2", bearer.authorization)).toBe(200);
  expect(await from("192.0.2.3", bearer.authorization)).toBe(200);
});

test("where no token is set nobody needs a session, and none is given", async () => {
  const { post, get } = world();
  const answer = await post("/api/v1/session", {});
  expect(answer.headers.get("set-cookie")).toBeNull();
  expect(await answer.json()).toEqual({ by: "open", expiresAt: null });
  expect(await (await get("/api/v1/session")).json()).toEqual({ by: "open", expiresAt: null });
});
