/** Several requests of another tool as the steps of one monitor; those that always run become its cleanup. */
import { type Carried, carry, type Definition } from "./carry.ts";
import { type ForeignSuite, foreign } from "./foreign.ts";
import type { Secrets } from "./secrets.ts";
import { shown } from "./words.ts";

/** What a step may say, in this order. */
const STEP_KEYS = ["method", "url", "auth", "headers", "json", "body", "form", "multipart", "expect"];
/** What only a monitor may say: of all its steps. */
const SHARED_KEYS = ["tls", "proxy", "ip", "http2", "follow_redirects", "allow_private"];

export function carrySuite(suite: ForeignSuite, id: string, secrets: Secrets): Carried {
  const { everyMs, timeoutMs, tags, notify, notes } = suite;
  // Cleanup takes time of its own behind the timeout: half of the interval leaves it room.
  const most = (everyMs ?? 60_000) / 2;
  const within = timeoutMs === null ? null : Math.min(timeoutMs, most);
  // Name, times and tags are carried as those of one check.
  const as = foreign({
    name: suite.name,
    url: "https://example.com/",
    everyMs,
    timeoutMs: within,
    tags,
    notify,
    notes,
  });
  const frame = carry(as, id, secrets);
  if (within !== timeoutMs)
    frame.notes.push({ key: "timeout", message: "was longer; half of every leaves room for cleanup" });
  const { url: _, ...definition } = frame.definition;
  let leftOut = suite.leftOut;
  const all: { step: Definition; always: boolean }[] = [];
  for (const [index, { check, save, always }] of suite.steps.entries()) {
    const { definition: whole, notes: own, leftOut: why } = carry(check, id, secrets);
    const name = shown(check.name, 60) || `step ${index + 1}`;
    frame.notes.push(...own.map(({ message }) => ({ key: null, message: `step ${name}: ${message}` })));
    if (why !== null) leftOut ??= `step ${name}: ${why}`;
    for (const key of SHARED_KEYS) {
      if (!Object.hasOwn(whole, key)) continue;
      const before = definition[key];
      if (before === undefined) definition[key] = whole[key];
      else if (JSON.stringify(before) !== JSON.stringify(whole[key]))
        leftOut ??= `its steps say different things of ${key}`;
    }
    const kept = STEP_KEYS.filter((key) => Object.hasOwn(whole, key)).map((key) => [key, whole[key]]);
    const step = { name, ...Object.fromEntries(kept), ...(Object.keys(save).length > 0 && { save }) };
    all.push({ step, always });
  }
  const steps = all.flatMap(({ step, always }) => (always ? [] : [step]));
  const cleanup = all.flatMap(({ step, always }) => (always ? [step] : []));
  if (steps.length === 0) leftOut ??= "it has no step that decides";
  return { ...frame, leftOut, definition: { ...definition, steps, ...(cleanup.length > 0 && { cleanup }) } };
}
