/** Now, once a second, for ages that grow while nothing else changes. One timer serves the page. */
import { useSyncExternalStore } from "react";

let now = Date.now();
const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  if (timer === undefined) now = Date.now();
  timer ??= setInterval(() => {
    now = Date.now();
    for (const each of listeners) each();
  }, 1_000);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

const itself = <T>(at: number) => at as T;

/**
 * The browser's clock in ms, at most a second behind.
 *
 * @param select what is made of it, such as a text or whether something is overdue; drawn again only when that is another
 */
export function useNow<T = number>(select: (now: number) => T = itself): T {
  return useSyncExternalStore(subscribe, () => select(now));
}
