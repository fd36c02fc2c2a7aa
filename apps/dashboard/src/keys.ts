/**
 * Single keys. They do nothing while a person types, with a modifier held, or while a dialog is open, and they can be
 * turned off altogether (WCAG 2.1.4).
 */
import { useEffect, useEffectEvent } from "react";

const OFF = "statusquo-keys-off";

export const areKeysOn = () => localStorage.getItem(OFF) === null;

export function setKeysOn(on: boolean): void {
  if (on) localStorage.removeItem(OFF);
  else localStorage.setItem(OFF, "1");
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement && target.matches("input:not([type=checkbox]), textarea, select, [contenteditable]")
  );
}

/** @param keys by `KeyboardEvent.key`, letters in lower case */
export function useKeys(keys: Record<string, () => void>): void {
  const press = useEffectEvent((event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (!areKeysOn() || isTyping(event.target) || document.querySelector("dialog[open]") !== null) return;
    const act = keys[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (act === undefined) return;
    event.preventDefault();
    act();
  });
  useEffect(() => {
    const listen = (event: KeyboardEvent) => press(event);
    addEventListener("keydown", listen);
    return () => removeEventListener("keydown", listen);
  }, []);
}
