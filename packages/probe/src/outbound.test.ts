import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import { type AddressInfo, createServer as createTcpServer } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { createNameLookup, type NameLookup } from "./lookup.ts";
import { guardedDial, guardedFetch } from "./outbound.ts";

const METADATA = ["169.254.169.254", "[fd00:ec2::254]", "100.100.100.200", "[::ffff:169.254.169.254]", "0xa9fea9fe"];
const never = () => AbortSignal.timeout(60_000);
const get = { method: "GET", headers: {} };

async function serve(listener: RequestListener): Promise<number> {
  const server = createServer(listener);
  await once(server.listen(0, "127.0.0.1"), "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(() => resolve()));
  });
  return (server.address() as AddressInfo).port;
}

/** Every name leads there. */
const namesLeadTo = (...addresses: string[]): NameLookup =>
  createNameLookup({
    machine: async () => addresses.map((address) => ({ address, family: address.includes(":") ? 6 : 4 })),
    servers: async () => [],
  });

test("what is sent arrives as it is, and what comes back can be read", async () => {
  const came: { method: string | undefined; type: string | undefined; body: string }[] = [];
  const port = await serve(async (request, response) => {
    let body = "";
    for await (const chunk of request.setEncoding("utf8")) body += chunk;
    came.push({ method: request.method, type: request.headers["content-type"], body });
    response.writeHead(201, { "retry-after": "7" }).end("made");
  });
  const send = guardedFetch({ allowPrivate: true });
  const answer = await send(`http://127.0.0.1:${port}/x`, {
    ...{ method: "POST", headers: { "content-type": "text/plain" }, body: "hällo", signal: never() },
  });
  expect({ status: answer.status, after: answer.headers.get("retry-after") }).toEqual({ status: 201, after: "7" });
  expect(await answer.text()).toBe("made");
  expect(came).toEqual([{ method: "POST", type: "text/plain", body: "hällo" }]);
});

test("a redirect is the answer, also one to where credentials lie", async () => {
  const asked: (string | undefined)[] = [];
  const port = await serve((request, response) => {
    asked.push(request.url);
    response.writeHead(302, { location: "http://169.254.169.254/latest/meta-data" }).end();
  });
  const answer = await guardedFetch({ allowPrivate: true })(`http://127.0.0.1:${port}/`, { ...get, signal: never() });
  expect(answer.status).toBe(302);
  expect(asked).toEqual(["/"]);
});

for (const host of METADATA) {
  test(`${host} is never dialled, for whatever reason`, async () => {
    for (const allowPrivate of [false, true]) {
      const blocked = expect.objectContaining({ code: "address_blocked" });
      await expect(guardedFetch({ allowPrivate })(`http://${host}/`, { ...get, signal: never() })).rejects.toEqual(
        blocked,
      );
      const dialled = new URL(`http://${host}`).hostname.replace(/^\[|\]$/g, "");
      await expect(guardedDial({ allowPrivate })(dialled, 25, never())).rejects.toEqual(blocked);
    }
  });
}

test("a name that leads to a metadata address is refused; one that leads home too is taken there", async () => {
  const port = await serve((_request, response) => void response.end("home"));
  const evil = { allowPrivate: true, names: namesLeadTo("169.254.169.254") };
  const blocked = expect.objectContaining({ code: "address_blocked" });
  await expect(guardedFetch(evil)(`http://relay.test:${port}/`, { ...get, signal: never() })).rejects.toEqual(blocked);
  await expect(guardedDial(evil)("relay.test", port, never())).rejects.toEqual(blocked);
  const both = { allowPrivate: true, names: namesLeadTo("169.254.169.254", "127.0.0.1") };
  const answer = await guardedFetch(both)(`http://relay.test:${port}/`, { ...get, signal: never() });
  expect(await answer.text()).toBe("home");
});

test("loopback is refused where private addresses are not allowed", async () => {
  const port = await serve((_request, response) => void response.end());
  const closed = guardedFetch({ allowPrivate: false })(`http://127.0.0.1:${port}/`, { ...get, signal: never() });
  await expect(closed).rejects.toMatchObject({ code: "address_blocked" });
});

test("a name that is not found, and a port on which nobody listens, are told as what they are", async () => {
  const names = createNameLookup({
    machine: () => Promise.reject(Object.assign(new Error("not found"), { code: "ENOTFOUND" })),
    servers: async () => [],
  });
  const send = guardedFetch({ allowPrivate: true, names });
  await expect(send("http://relay.test/", { ...get, signal: never() })).rejects.toMatchObject({ code: "ENOTFOUND" });
  await expect(guardedDial({ allowPrivate: true, names })("relay.test", 25, never())).rejects.toMatchObject({
    code: "ENOTFOUND",
  });
  await expect(send("http://127.0.0.1:1/", { ...get, signal: never() })).rejects.toMatchObject({
    code: "ECONNREFUSED",
  });
});

test("the signal ends a request and a connection that hang", async () => {
  const port = await serve(() => {});
  const ending = new AbortController();
  const hanging = guardedFetch({ allowPrivate: true })(`http://127.0.0.1:${port}/`, { ...get, signal: ending.signal });
  ending.abort();
  await expect(hanging).rejects.toMatchObject({ name: "AbortError" });
  await expect(guardedDial({ allowPrivate: true })("127.0.0.1", port, ending.signal)).rejects.toMatchObject({
    name: "AbortError",
  });
});

test("an answer that no web client may see, and one that is no HTTP, are errors and end nothing else", async () => {
  const server = createTcpServer((socket) => {
    socket.on("error", () => {});
    socket.once("data", (data) => socket.end(data.includes("/banner") ? "220 mail\r\n" : "HTTP/1.1 999 odd\r\n\r\n"));
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  onTestFinished(() => new Promise((resolve) => server.close(() => resolve())));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const send = guardedFetch({ allowPrivate: true });
  await expect(send(`${url}/`, { ...get, signal: never() })).rejects.toThrow();
  await expect(send(`${url}/banner`, { ...get, signal: never() })).rejects.toMatchObject({
    code: expect.stringMatching(/^HPE_/),
  });
});
