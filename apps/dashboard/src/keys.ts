/**
 * Single keys, and pairs such as `g i`. They do nothing while a person types, with a modifier held, or while a dialog is
 * open, and they can be turned off altogether (WCAG 2.1.4).
 */
import { useEffect, useEffectEvent } from "react";

const OFF = "statusquo-keys-off";
/** How long the first key of a pair waits for the second, ms. */
const PAIR_MS = 1_500;

export const areKeysOn = () => localStorage.getItem(OFF) === null;

export function setKeysOn(on: boolean): void {
  if (on) localStorage.removeItem(OFF);
  else localStorage.setItem(OFF, "1");
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    target.matches("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]")
  );
}

/** Asked in turn, the newest first: what stands deeper in the page knows better. */
const listeners: ((key: string) => boolean)[] = [];
let first = { key: "", at: 0 };

function press(event: KeyboardEvent): void {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  if (!areKeysOn() || isTyping(event.target) || document.querySelector("dialog[open]") !== null) return;
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  const does = (each: string) => listeners.findLast((listener) => listener(each)) !== undefined;
  const isPair = event.timeStamp - first.at < PAIR_MS && does(`${first.key} ${key}`);
  // What ends no pair may begin one: `v` and then quickly `g d` are three keys.
  first = isPair ? { key: "", at: 0 } : { key, at: event.timeStamp };
  if (isPair || does(key)) event.preventDefault();
}

/** @param keys by `KeyboardEvent.key`, letters in lower case; a pair is two of them with a space between */
export function useKeys(keys: Record<string, () => void>): void {
  const act = useEffectEvent((key: string) => {
    keys[key]?.();
    return keys[key] !== undefined;
  });
  useEffect(() => {
    const listen = (key: string) => act(key);
    if (listeners.length === 0) addEventListener("keydown", press);
    listeners.push(listen);
    return () => {
      listeners.splice(listeners.indexOf(listen), 1);
      if (listeners.length === 0) removeEventListener("keydown", press);
    };
  }, []);
}
