/** The theme: the system's, until a person chooses. The choice is remembered in this browser. */
import { useSyncExternalStore } from "react";

export type Theme = "light" | "dark";
const KEY = "statusquo-theme";
const dark = matchMedia("(prefers-color-scheme: dark)");
const listeners = new Set<() => void>();

function chosen(): Theme | null {
  const text = localStorage.getItem(KEY);
  return text === "light" || text === "dark" ? text : null;
}

const current = (): Theme => chosen() ?? (dark.matches ? "dark" : "light");
/** Asked by every canvas, so not looked up each time. */
let known = current();

function tell(): void {
  const choice = chosen();
  known = current();
  if (choice === null) delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = choice;
  for (const listener of listeners) listener();
}

/** Before the first paint, so that a chosen theme does not flash. */
export function applyTheme(): void {
  tell();
  dark.addEventListener("change", tell);
}

export function switchTheme(): void {
  localStorage.setItem(KEY, current() === "dark" ? "light" : "dark");
  tell();
}

const inForce = () => known;

/** The theme in force; canvases are drawn again when it changes. */
export function useTheme(): Theme {
  return useSyncExternalStore((listener) => {
    listeners.add(listener);
    return () => void listeners.delete(listener);
  }, inForce);
}
