/**
 * An actor is a process of its own that stands for somebody outside the product. It says over IPC where it listens, and
 * is told over IPC how to behave. It ends with its parent.
 */
import type { AddressInfo } from "node:net";

/** What an actor is begun with: its ledger, and what it needs to know. */
export const [, , ledgerFile = "", ...given] = process.argv;

/** A world may be taken down before an actor has begun. */
const gone = () => {};

export function ready(port: number): void {
  process.send?.({ port }, gone);
}

export function portOf(server: { address(): AddressInfo | string | null }): number {
  return (server.address() as AddressInfo).port;
}

/** Orders are acknowledged once they are in force. */
export function onOrder<Order>(obey: (order: Order) => void): void {
  process.on("message", ({ id, order }: { id: number; order: Order }) => {
    obey(order);
    process.send?.({ done: id }, gone);
  });
}

process.on("disconnect", () => process.exit(0));
// The terminal's Ctrl-C goes to the whole group; the harness ends its actors itself.
process.on("SIGINT", () => {});
