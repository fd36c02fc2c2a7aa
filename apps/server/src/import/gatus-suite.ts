/** Gatus' suites: endpoints one after the other, with a context that they fill and read. */
import { saveNameProblem } from "@statusquo/core";
import type { Foreign, ForeignSuite, Unlike } from "./foreign.ts";
import { at, entriesOf, goDuration, isFalse, isTrue, listOf, textOf } from "./source.ts";
import { shown } from "./words.ts";

const CONTEXT = /\[CONTEXT\]\.([A-Za-z0-9_-]+)/g;

/** @param endpointOf reads one endpoint */
export function suiteOf(suite: unknown, endpointOf: (endpoint: unknown) => Foreign | Unlike): ForeignSuite | Unlike {
  const group = textOf(at(suite, "group"));
  const name = textOf(at(suite, "name")) ?? "a suite";
  const fixed = new Map(entriesOf(at(suite, "context")).map(([key, value]) => [key, textOf(value) ?? ""]));
  const stored = new Set<string>();
  const made: ForeignSuite = {
    name: group === null ? name : `${group} / ${name}`,
    id: group === null ? name : `${group}-${name}`,
    tags: group === null ? [] : [group],
    steps: [],
    // As Gatus has it where a suite says nothing.
    everyMs: goDuration(textOf(at(suite, "interval"))) ?? 600_000,
    timeoutMs: goDuration(textOf(at(suite, "timeout"))) ?? 300_000,
    notify: [],
    leftOut: isFalse(at(suite, "enabled")) ? "it is not enabled there" : null,
    notes: [],
  };
  /** A text with values of the context put in, or the name of one that came before. */
  const fill = (value: unknown): unknown => {
    if (typeof value === "string") {
      return value.replaceAll(CONTEXT, (whole, key: string) => {
        if (stored.has(key)) return `{{${savedName(key)}}}`;
        if (fixed.has(key)) return fixed.get(key) as string;
        made.leftOut ??= `nothing fills ${shown(whole, 60)} before it is read`;
        return whole;
      });
    }
    if (Array.isArray(value)) return value.map(fill);
    const entries = entriesOf(value);
    return entries.length > 0 ? Object.fromEntries(entries.map(([key, one]) => [key, fill(one)])) : value;
  };
  for (const endpoint of listOf(at(suite, "endpoints"))) {
    const { alerts, conditions, ...rest } = Object.fromEntries(entriesOf(endpoint));
    const held = listOf(conditions).filter((one) => typeof one !== "string" || !one.includes("[CONTEXT]"));
    const filled = Object.fromEntries(
      entriesOf(rest).map(([key, value]) => [key, key === "store" ? value : fill(value)]),
    );
    const check = endpointOf({ ...filled, conditions: held, ...(alerts !== undefined && { alerts }) });
    if (!("url" in check)) return { name: made.name, leftOut: `${check.name}: ${check.leftOut}` };
    if (held.length < listOf(conditions).length)
      check.notes.push({ key: null, message: "conditions on values of the context were left out" });
    made.notify.push(...check.notify.splice(0));
    const save: Record<string, string> = {};
    for (const [key, value] of entriesOf(at(endpoint, "store"))) {
      const from = sourceOf(textOf(value) ?? "");
      if (from === null || saveNameProblem(savedName(key)) !== null)
        check.notes.push({ key: null, message: `${shown(key, 40)} is not stored: ${shown(textOf(value) ?? "", 60)}` });
      else {
        save[savedName(key)] = from;
        stored.add(key);
      }
    }
    made.steps.push({ check, save, always: isTrue(at(endpoint, "always-run")) });
  }
  return made;
}

/** `itemId` is `item_id`. */
const savedName = (key: string) =>
  key
    .replaceAll(/([a-z0-9])([A-Z])/g, "$1_$2")
    .toLowerCase()
    .replaceAll("-", "_");

function sourceOf(text: string): string | null {
  if (text === "[STATUS]") return "status";
  const path = /^\[BODY\]((?:\.|\[)\S+)$/.exec(text)?.[1];
  return path === undefined ? null : `json.$${path}`;
}
