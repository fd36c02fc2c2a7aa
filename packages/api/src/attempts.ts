/** Wrong tokens, counted by where they came from, so that guessing is slow. Bounded: the longest unseen are forgotten. */
import type { EpochMs } from "@statusquo/core";

/** So many within a minute, and no further token is looked at before that minute is over. */
export const MOST_WRONG = 30;
const WINDOW_MS = 60_000;
const MOST_PLACES = 1_000;

export interface Attempts {
  /** For how many ms more no token of `address` is looked at; 0 when it may try. */
  waitMs(address: string): number;
  wrong(address: string): void;
}

export function createAttempts(now: () => EpochMs): Attempts {
  const places = new Map<string, { since: EpochMs; count: number }>();
  const countOf = (place: string) => {
    const found = places.get(place);
    const at = now();
    // A clock that was set back ends the minute too.
    return found && at >= found.since && at - found.since < WINDOW_MS ? found : { since: at, count: 0 };
  };
  return {
    waitMs(address) {
      const { since, count } = countOf(placeOf(address));
      return count < MOST_WRONG ? 0 : since + WINDOW_MS - now();
    },
    wrong(address) {
      const place = placeOf(address);
      const { since, count } = countOf(place);
      places.delete(place);
      places.set(place, { since, count: count + 1 });
      const [oldest] = places.keys();
      if (places.size > MOST_PLACES && oldest !== undefined) places.delete(oldest);
    },
  };
}

/** One address, of IPv6 the /64 it is in, which is one customer's. */
function placeOf(address: string): string {
  if (!address.includes(":") || address.includes(".")) return address;
  const [head = "", tail] = address.split("::");
  const left = head === "" ? [] : head.split(":");
  const right = tail ? tail.split(":") : [];
  const zeros = Array<string>(Math.max(0, 8 - left.length - right.length)).fill("0");
  return [...left, ...zeros, ...right].slice(0, 4).join(":");
}
