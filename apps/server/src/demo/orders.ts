/**
 * Orders and their states: placed, then shipped, then delivered; only a placed one can still be cancelled.
 */
import type { EpochMs } from "@statusquo/core";
import type { DemoClock } from "./clock.ts";

export type OrderState = "placed" | "shipped" | "delivered" | "cancelled";

export interface StoredOrder {
  id: number;
  item: string;
  quantity: number;
  state: OrderState;
  placedAt: EpochMs;
  /** When it came into its state. */
  changedAt: EpochMs;
}

/** Which states may follow. */
export const NEXT_STATES: Record<OrderState, readonly OrderState[]> = {
  placed: ["shipped", "cancelled"],
  shipped: ["delivered"],
  delivered: [],
  cancelled: [],
};

export type OrderMoved =
  | { kind: "moved"; order: StoredOrder }
  | { kind: "missing" }
  | { kind: "invalid"; order: StoredOrder; wanted: OrderState };

export interface Orders {
  place(order: Pick<StoredOrder, "item" | "quantity">): StoredOrder;
  /** By id; "latest" is the one placed last. */
  find(id: number | "latest"): StoredOrder | null;
  move(id: number | "latest", wanted: OrderState): OrderMoved;
  /** Orders in a state that came into it at or before an instant, oldest first. */
  waiting(state: OrderState, since: EpochMs): StoredOrder[];
}

const MAX_ORDERS = 500;
const FIRST_ID = 1_001;

export function createOrders(clock: Pick<DemoClock, "now">): Orders {
  const orders = new Map<number, StoredOrder>();
  let lastId = FIRST_ID - 1;

  const find = (id: number | "latest") => orders.get(id === "latest" ? lastId : id) ?? null;

  return {
    find,
    place({ item, quantity }) {
      const now = clock.now();
      const order: StoredOrder = { id: ++lastId, item, quantity, state: "placed", placedAt: now, changedAt: now };
      orders.set(order.id, order);
      orders.delete(order.id - MAX_ORDERS);
      return order;
    },
    move(id, wanted) {
      const order = find(id);
      if (!order) return { kind: "missing" };
      if (!NEXT_STATES[order.state].includes(wanted)) return { kind: "invalid", order, wanted };
      const moved: StoredOrder = { ...order, state: wanted, changedAt: clock.now() };
      orders.set(order.id, moved);
      return { kind: "moved", order: moved };
    },
    waiting: (state, since) =>
      [...orders.values()].filter((order) => order.state === state && order.changedAt <= since),
  };
}
