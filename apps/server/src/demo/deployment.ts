/**
 * One region's deployment of the demo service: its data, and the clients that work on it all day.
 *
 * The usual few percent of conflicts come from here: clients and probes do the same operations on the same data, and
 * now and then two of them meet. Nothing rolls dice over an answer; dice only say when a client comes back.
 */
import type { Region } from "@statusquo/core";
import { type DemoClock, type Random, untilNext, type Waits } from "./clock.ts";
import { createDocuments, type Documents, documentTag, SHIFT_PLAN } from "./documents.ts";
import type { Faults } from "./faults.ts";
import { createFiles, type Files } from "./files.ts";
import { createOrders, type Orders } from "./orders.ts";
import { createUsers, type Users } from "./users.ts";

export interface Deployment {
  region: Region;
  documents: Documents;
  users: Users;
  orders: Orders;
  files: Files;
}

/** Storage answers after 40 to 120 ms. */
const STORAGE_MS = { least: 40, most: 120 };

/** Mean time between two doings of a kind of client. With a storage time of 80 ms and one save in 2.5 s, 3 % collide. */
const BETWEEN_MS = {
  saves: 2_500,
  commits: 2_800,
  // A guest keeps the nickname for a second.
  guests: 32_000,
  orders: 800,
  // The van takes the newest order along: until the next one is placed, the newest is a shipped one.
  vans: 25_000,
};
const SHIPPING_ROUND_MS = 10_000;
const SHIPPED_AFTER_MS = 30_000;
const DELIVERED_AFTER_MS = 120_000;
const INBOX_FILES = 20;

/** Makes a deployment and starts its clients; they stop with `waits`. */
export function startDeployment(
  region: Region,
  clock: DemoClock,
  random: Random,
  faults: Faults,
  waits: Waits,
): Deployment {
  const storageDelay = () => waits.pause(STORAGE_MS.least + random() * (STORAGE_MS.most - STORAGE_MS.least));
  const deployment: Deployment = {
    region,
    documents: createDocuments(
      clock,
      storageDelay,
      (id) => faults.meets("stale-cache", `/documents/${id}`, region) !== null,
    ),
    users: createUsers(clock, () => faults.meets("index-corruption", "/users", region) !== null),
    orders: createOrders(clock),
    files: createFiles(storageDelay),
  };
  startClients(deployment, clock, random, waits);
  return deployment;
}

function startClients({ documents, users, orders, files }: Deployment, clock: DemoClock, random: Random, waits: Waits) {
  const again = (meanMs: number, act: () => unknown) => {
    waits.after(untilNext(meanMs, random), async () => {
      await act();
      again(meanMs, act);
    });
  };

  let saves = 0;
  again(BETWEEN_MS.saves, async () => {
    const read = documents.read(SHIFT_PLAN);
    if (!read) return;
    const ifMatch = [documentTag(read.document)];
    await documents.save({ id: SHIFT_PLAN, text: `Plan, draft ${++saves}.`, by: "an editor", ifMatch });
  });

  let guests = 0;
  again(BETWEEN_MS.guests, () =>
    users.register({ email: `visitor-${++guests}@example.com`, nickname: "guest", guest: true }),
  );

  orders.place({ item: "tea", quantity: 1 });
  again(BETWEEN_MS.orders, () => orders.place({ item: "tea", quantity: 1 + Math.floor(random() * 3) }));
  again(BETWEEN_MS.vans, () => orders.move("latest", "shipped"));
  const round = () => {
    const now = clock.now();
    for (const order of orders.waiting("placed", now - SHIPPED_AFTER_MS)) orders.move(order.id, "shipped");
    for (const order of orders.waiting("shipped", now - DELIVERED_AFTER_MS)) orders.move(order.id, "delivered");
    waits.after(SHIPPING_ROUND_MS, round);
  };
  waits.after(SHIPPING_ROUND_MS, round);

  let commits = 0;
  again(BETWEEN_MS.commits, () =>
    files.commit({ path: `inbox/${++commits % INBOX_FILES}.txt`, content: `Receipt ${commits}.`, sha: null }),
  );
}
