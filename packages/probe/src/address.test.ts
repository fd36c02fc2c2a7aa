import fc from "fast-check";
import { expect, test } from "vitest";
import { addressRefusal, dialledHost, guardedLookup } from "./address.ts";
import { type HttpOptions, probeHttp } from "./http.ts";
import { startTarget } from "./testing/index.ts";

test.each(["93.184.215.14", "8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808", "172.32.0.1"])(
  "%s is public and may be dialled",
  (address) => {
    expect(addressRefusal(address, false)).toBeNull();
  },
);

const PRIVATE = ["127.0.0.1", "127.255.1.2", "10.1.2.3", "172.16.0.1", "192.168.1.1", "100.64.0.1", "::1", "fc00::1"];
const PRIVATE_INSIDE = ["::ffff:127.0.0.1", "::ffff:7f00:1", "64:ff9b::7f00:1", "64:ff9b::a00:1", "::7f00:1"];
test.each([...PRIVATE, ...PRIVATE_INSIDE, "fd12:3456::1", "::ffff:0:127.0.0.1"])(
  "%s is private: dialled only by those who opted in",
  (address) => {
    expect(addressRefusal(address, false)).toContain("allow_private is off");
    expect(addressRefusal(address, true)).toBeNull();
  },
);

test.each([
  "169.254.169.254", // metadata
  "::ffff:169.254.169.254",
  "64:ff9b::a9fe:a9fe",
  "::a9fe:a9fe",
  "fd00:ec2::254",
  "fd00:0ec2:0000::0254",
  "fd20:ce::254",
  "100.100.100.200",
  "168.63.129.16",
  "169.254.0.1", // link-local
  "fe80::1",
  "fe80::1%eth0",
  "0.0.0.0",
  "0.1.2.3",
  "::",
  "255.255.255.255",
  "224.0.0.1",
  "ff02::1",
  "192.0.2.1",
  "198.18.0.1",
  "240.0.0.1",
  "2001:db8::1",
  "2002:7f00:1::", // 6to4 of 127.0.0.1
  "2001:0:7f00:1::", // Teredo
  "64:ff9b:1::7f00:1", // NAT64 for local use
  "fec0::1",
  "100::1",
  "4000::1", // not handed out
  "localhost",
  "",
])("%s is never dialled, opted in or not", (address) => {
  expect(addressRefusal(address, false)).not.toBeNull();
  expect(addressRefusal(address, true)).not.toBeNull();
});

test("every IPv4 address is judged alike in each of its IPv6 disguises", () => {
  fc.assert(
    fc.property(fc.ipV4(), fc.boolean(), (address, allowPrivate) => {
      const plain = addressRefusal(address, allowPrivate);
      for (const disguise of [`::ffff:${address}`, `64:ff9b::${address}`, `::ffff:0:${address}`]) {
        expect(addressRefusal(disguise, allowPrivate)).toBe(plain);
      }
    }),
  );
});

const options: HttpOptions = { timeoutMs: 5_000, allowPrivate: false, followRedirects: 0, userAgent: "statusquo/test" };
const HIDDEN = [
  "2130706433",
  "0x7f000001",
  "0177.0.0.1",
  "127.1",
  "①②⑦.⓪.⓪.①",
  "127。0。0。1",
  "127.0.0.1.",
  "localhost",
  "localhost.",
  "LOCALHOST",
  "[::1]",
  "[::ffff:127.0.0.1]",
  "[::ffff:7f00:1]",
  "[64:ff9b::127.0.0.1]",
  "0.0.0.0",
];
test.each(HIDDEN)("http://%s/ leads home and is refused before a connection is made", async (host) => {
  await using target = await startTarget("HTTP/1.1 200 OK\r\n\r\n");
  const plan = { method: "GET", url: new URL(`http://${host}:${target.port}/`), headers: {}, body: null };
  const exchange = await probeHttp(plan, options);
  expect(exchange.end).toMatchObject({ kind: "missed", reason: "blocked" });
  expect(exchange.remoteAddress).toBeNull();
  expect(target.connections()).toBe(0);
});

test("who opted in reaches loopback by number and by name, dot at its end or not", async () => {
  await using target = await startTarget("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
  for (const host of ["2130706433", "localhost", "localhost."]) {
    const plan = { method: "GET", url: new URL(`http://${host}:${target.port}/`), headers: {}, body: null };
    const exchange = await probeHttp(plan, { ...options, allowPrivate: true });
    expect(exchange.end).toEqual({ kind: "status", status: 200 });
  }
  expect(target.requests[2]).toContain(`host: localhost:${target.port}\r\n`);
});

test("a host is dialled without brackets and trailing dot", () => {
  expect(dialledHost(new URL("http://[::1]:80/"))).toBe("::1");
  expect(dialledHost(new URL("http://api.example.com./"))).toBe("api.example.com");
});

test("of a name's addresses only those that may be dialled come out of the guarded lookup", async () => {
  const addresses = ["10.0.0.1", "8.8.8.8", "::1", "2606:4700::1111"].map((address) => ({
    address,
    family: address.includes(":") ? 6 : 4,
  }));
  const lookup = guardedLookup({
    allowPrivate: false,
    names: { find: () => ({ addresses: Promise.resolve(addresses), begun: () => true }) },
  });
  const all = await new Promise((resolve) => lookup("a.example", { all: true }, (_, found) => resolve(found)));
  expect(all).toEqual([
    { address: "8.8.8.8", family: 4 },
    { address: "2606:4700::1111", family: 6 },
  ]);
  const six = await new Promise((resolve) => lookup("a.example", { family: 6 }, (_, found) => resolve(found)));
  expect(six).toBe("2606:4700::1111");
});

test("a name with nothing but forbidden addresses fails with address_blocked and says why", async () => {
  const lookup = guardedLookup({
    allowPrivate: true,
    names: {
      find: () => ({ addresses: Promise.resolve([{ address: "169.254.169.254", family: 4 }]), begun: () => true }),
    },
  });
  const error = await new Promise((resolve) => lookup("meta.example", { all: true }, (problem) => resolve(problem)));
  expect(error).toMatchObject({ code: "address_blocked", message: expect.stringContaining("169.254.169.254") });
});
