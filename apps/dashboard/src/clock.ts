/** Whose clock times are read by: UTC, as messages and logs do, or that of this browser. Kept with the browser. */
import { useSyncExternalStore } from "react";

export type Clock = "utc" | "local";
const KEY = "statusquo.clock";

let clock: Clock = read();
const listeners = new Set<() => void>();

function read(): Clock {
  try {
    return localStorage.getItem(KEY) === "local" ? "local" : "utc";
  } catch {
    // A browser may forbid it, and there is none in tests of what needs no browser.
    return "utc";
  }
}

export const clockNow = () => clock;

export function setClock(next: Clock): void {
  clock = next;
  try {
    localStorage.setItem(KEY, next);
  } catch {
    // Then it lasts as long as the page.
  }
  for (const listener of listeners) listener();
}

/** The clock in use; who shows times is drawn anew when it is another. */
export function useClock(): Clock {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    () => clock,
  );
}
