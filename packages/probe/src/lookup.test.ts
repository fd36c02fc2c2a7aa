import type { LookupAddress } from "node:dns";
import { expect, test } from "vitest";
import { createNameLookup } from "./lookup.ts";

const ADDRESS = [{ address: "192.0.2.1", family: 4 }];

/** A machine and name servers whose answers are given by hand. */
function byHand(budget: number) {
  const machine = new Map<string, PromiseWithResolvers<LookupAddress[]>>();
  const servers = new Map<string, PromiseWithResolvers<LookupAddress[]>>();
  const asking = (asked: typeof machine) => (hostname: string) => {
    const answer = Promise.withResolvers<LookupAddress[]>();
    asked.set(hostname, answer);
    return answer.promise;
  };
  const names = createNameLookup({ budget, machine: asking(machine), servers: asking(servers) });
  return { names, machine, servers };
}

test("probes of one name share one lookup, and the next probe asks anew", async () => {
  let asked = 0;
  const machine = async () => {
    asked++;
    return ADDRESS;
  };
  const names = createNameLookup({ machine });
  const both = [names.find("a.example"), names.find("a.example")];
  expect(await Promise.all(both.map((one) => one.addresses))).toEqual([ADDRESS, ADDRESS]);
  expect(asked).toBe(1);
  await names.find("a.example").addresses;
  expect(asked).toBe(2);
});

test("a slow name does not hold up others: what has to wait is found at the name servers", async () => {
  const { names, machine, servers } = byHand(1);
  const slow = names.find("slow.example");
  const quick = names.find("quick.example");
  expect([slow.begun(), quick.begun()]).toEqual([true, false]);
  servers.get("quick.example")!.resolve(ADDRESS);
  expect(await quick.addresses).toEqual(ADDRESS);
  expect(quick.begun()).toBe(true);
  machine.get("slow.example")!.resolve(ADDRESS);
  await slow.addresses;
  expect(machine.has("quick.example")).toBe(false);
});

test("name servers that know nothing do not decide: the machine is asked when a thread comes free", async () => {
  const { names, machine, servers } = byHand(1);
  const first = names.find("first.example");
  const second = names.find("printer.local");
  servers.get("printer.local")!.reject(new Error("ENOTFOUND"));
  machine.get("first.example")!.reject(Object.assign(new Error("gone"), { code: "ENOTFOUND" }));
  await expect(first.addresses).rejects.toMatchObject({ code: "ENOTFOUND" });
  await Promise.resolve().then(() => undefined);
  expect(second.begun()).toBe(true);
  machine.get("printer.local")!.resolve(ADDRESS);
  expect(await second.addresses).toEqual(ADDRESS);
});

test("the machine's own names are known", async () => {
  const found = await createNameLookup().find("localhost").addresses;
  expect(found.map((one) => one.address)).toContain("127.0.0.1");
});
