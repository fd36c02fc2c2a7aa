/**
 * Mutated input, by the thousand: definitions that were damaged, and messages of Redis that somebody else wrote. The same
 * seed gives the same mutations.
 */
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Monitor } from "@statusquo/core";
import { readBatch, readDefinition, readResults, writeDefinition, writeResults } from "@statusquo/transport/testing";
import { compileDefinitions, type LoadResult } from "../src/definitions/load.ts";
import { startReloading } from "../src/definitions/reload.ts";

export interface Fuzzed {
  tried: number;
  /** Those that could be used after all. */
  used: number;
}

/** Numbers from 0 to below 1 (mulberry32). */
export function dice(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const NASTY_TEXTS = [
  ..."[]{}:,-?&*!|>'\"%@`#~\\\n\t\r\0\u001b\u202e\ufeff\ud800",
  "---\n",
  "...\n",
  "*a",
  "&a ",
  "<<: ",
  "!!js/function ",
  "__proto__: ",
  "constructor: ",
  "${env:",
  "${file:/etc/passwd}",
  "{{uuid}}",
  "{{x",
  "0409",
  ".inf",
  "-1",
  "1e999",
  "99999999999999999999",
  "null",
  "true",
  "monitors:\n",
  "steps:\n",
  "[[[[[[[[",
  "{a: {a: {a: ",
  "x".repeat(3_000),
];

/** A text with one to five damages: parts cut out, doubled, moved, replaced, or cut off at the end. */
export function damaged(text: string, random: () => number): string {
  const below = (limit: number) => Math.floor(random() * limit);
  let found = text;
  for (let times = 1 + below(5); times > 0; times--) {
    const [at, length] = [below(found.length + 1), 1 + below(30)];
    const part = found.slice(at, at + length);
    const nasty = NASTY_TEXTS[below(NASTY_TEXTS.length)] ?? "";
    const forms = [
      () => found.slice(0, at) + found.slice(at + length),
      () => found.slice(0, at) + part + part + found.slice(at + length),
      () => found.slice(0, at) + nasty + found.slice(at),
      () => found.slice(0, at) + nasty + found.slice(at + length),
      () => found.slice(0, at),
      () => {
        const to = below(found.length + 1);
        return found.slice(0, to) + part + found.slice(to);
      },
      () => found.slice(0, at) + String.fromCharCode(below(65_536)) + found.slice(at + 1),
    ];
    found = (forms[below(forms.length)] as () => string)();
  }
  return found;
}

const NASTY_VALUES: unknown[] = [
  null,
  true,
  0,
  -1,
  0.5,
  1e308,
  Number.MAX_SAFE_INTEGER,
  "",
  "409",
  "__proto__",
  "../../x",
  "a:b",
  "\0\u001b[2J\u202e\ud800",
  "x".repeat(5_000),
  [],
  [[[[[]]]]],
  {},
  { toString: 1, length: -1 },
  { valueOf: 1, toJSON: 2 },
];

/** A value with one to four places replaced, left out, doubled, or added to. */
function twisted(value: unknown, random: () => number): unknown {
  const below = (limit: number) => Math.floor(random() * limit);
  const root = { value: structuredClone(value) };
  for (let times = 1 + below(4); times > 0; times--) {
    let holder: Record<string, unknown> = root;
    let key = "value";
    for (;;) {
      const inner = holder[key];
      const keys = typeof inner === "object" && inner !== null ? Object.keys(inner) : [];
      if (keys.length === 0 || random() < 0.25) break;
      holder = inner as Record<string, unknown>;
      key = keys[below(keys.length)] ?? "";
    }
    const nasty = structuredClone(NASTY_VALUES[below(NASTY_VALUES.length)]);
    const form = below(4);
    if (form === 0) Array.isArray(holder) ? holder.splice(Number(key), 1) : delete holder[key];
    else if (form === 1)
      Object.defineProperty(holder, "__proto__", {
        value: nasty,
        enumerable: true,
        configurable: true,
        writable: true,
      });
    else holder[key] = nasty;
    if (!("value" in root)) (root as { value: unknown }).value = null;
  }
  return root.value;
}

const EXAMPLES = fileURLToPath(new URL("../../../examples/", import.meta.url));

/** The examples' texts, and an environment in which all their references lead somewhere. */
function examples() {
  const texts = readdirSync(EXAMPLES, { recursive: true, encoding: "utf8" })
    .filter((name) => /\.ya?ml$/.test(name) && !name.includes("import"))
    .sort()
    .map((name) => readFileSync(`${EXAMPLES}${name}`, "utf8"));
  const names = texts.flatMap((text) => [...text.matchAll(/\$\{env:(\w+)\}/g)].map(([, name = ""]) => name));
  const addressFor = (name: string) =>
    name.includes("SMTP") ? "smtp://mail.example.com" : `https://hooks.example.com/${name.toLowerCase()}`;
  return { texts, env: Object.fromEntries(names.map((name) => [name, addressFor(name)])) };
}

/**
 * Reloads `count` damaged definitions, one after the other. What cannot be used must say where and why, and leave in force
 * what was; what can be used must be whole.
 *
 * @throws Error naming seed and number of the one that did otherwise
 */
export async function fuzzDefinitions(count: number, seed: number): Promise<Fuzzed> {
  const random = dice(seed);
  const { texts, env } = examples();
  const good = await compileDefinitions([{ file: "a.yaml", text: "monitors: [{ url: https://a.example.com/ }]" }], {});
  let onDisk: LoadResult = good;
  let inForce: LoadResult = good;
  let trouble: unknown = null;
  const reloading = startReloading({
    load: async () => onDisk,
    redefine: async (result) => {
      if (result.ok) inForce = result;
    },
    monitors: () => (inForce.ok ? inForce.loaded.monitors : []),
    howToConfirm: "",
    onTrouble: (error) => {
      trouble = error;
    },
  });
  let used = 0;
  for (let at = 0; at < count; at++) {
    const text = damaged(texts[at % texts.length] ?? "", random);
    const before = inForce;
    const complain = (what: string, cause?: unknown) =>
      new Error(`definitions ${at} of seed ${seed} ${what}: ${JSON.stringify(text.slice(0, 300))}`, { cause });
    try {
      onDisk = await compileDefinitions([{ file: "a.yaml", text }], env);
    } catch (error) {
      throw complain("threw", error);
    }
    await reloading.changed();
    if (trouble !== null) throw complain("broke reloading", trouble);
    if (onDisk.ok) {
      used += 1;
      if (!onDisk.loaded.monitors.every(isWhole)) throw complain("made a monitor that is not whole");
    } else {
      if (inForce !== before) throw complain("changed what is in force");
      if (onDisk.problems.length === 0 || !onDisk.problems.every(isPlaced))
        throw complain("has a problem without a place");
    }
  }
  return { tried: count, used };
}

const isWhole = ({ id, name, intervalMs, timeoutMs, regions }: Monitor) =>
  /^[a-z0-9][a-z0-9-]{0,63}$/.test(id) &&
  name.length > 0 &&
  !/[\p{Cc}\p{Cs}]/u.test(name) &&
  intervalMs >= 5_000 &&
  timeoutMs < intervalMs &&
  regions.length > 0;

const isPlaced = ({ line, column, message }: { line: number; column: number; message: string }) =>
  line >= 1 && column >= 1 && message !== "";

const STEPS = `
monitors:
  - id: order
    every: 1m
    timeout: 5s
    headers: { x-key: "\${env:KEY}" }
    steps:
      - { post: https://api.example.com/orders, json: { sku: A }, expect: 201, save: { order: json.$.id } }
      - { get: "https://api.example.com/orders/{{order}}", expect: { status: 200, json: { "$.state": open } } }
`;
const NOW = Date.UTC(2026, 10, 21, 9, 0, 0);

function messages() {
  const key = { monitor: "order", region: "eu-west", slot: NOW - 60_000 };
  const exchange = {
    request: { method: "PUT", url: "https://api.example.com/1", headers: [["if-match", '"1"']], body: "{}" },
    response: {
      ...{ status: 409, reason: "Conflict", httpVersion: "1.1", headers: [["content-type", "application/json"]] },
      ...{ body: '{"error":"stale"}', bodyBytes: 17, truncated: false },
    },
    remoteAddress: "192.0.2.1",
    bodyError: null,
  };
  const phases = { dns: 0.5, connect: 1, tls: null, firstByte: 9, body: 0 };
  const sample = {
    ...{ kind: "sampled", ...key, version: "v1", startedAt: NOW - 59_990, totalMs: 12.25, phases },
    outcome: { kind: "status", status: 409 },
    unmet: { step: null, what: "x" },
    confirmation: { code: 200, expected: true },
    evidence: {
      ...exchange,
      steps: [
        {
          ...{ name: "1", role: "step", decided: true, said: "409", problem: null, totalMs: 3, phases, saved: [] },
          exchange,
        },
      ],
    },
  };
  const missed = { kind: "missed", ...key, reason: "stalled", detail: "x" };
  const failed = { ...sample, outcome: { kind: "failure", reason: "timeout", detail: "x" }, evidence: undefined };
  const parcel = { v: 1, results: [sample, missed, failed] };
  const job = { monitor: "order", version: "v1", slot: NOW, startBefore: NOW + 3_000 };
  const batch = { v: 1, id: "b1", region: "eu-west", jobs: [job, { ...job, monitor: "pay" }] };
  return { parcel, batch };
}

/**
 * Reads `count` damaged parcels of results, batches and definitions, in turn. None may throw; what is read of one must be
 * such that it can be written and read again as the same.
 *
 * @throws Error naming seed and number of the one that did otherwise
 */
export async function fuzzMessages(count: number, seed: number): Promise<Fuzzed> {
  const random = dice(seed);
  const { parcel, batch } = messages();
  const loaded = await compileDefinitions([{ file: "a.yaml", text: STEPS }], { KEY: "k" });
  const monitor = loaded.ok ? loaded.loaded.monitors[0] : undefined;
  if (!monitor) throw new Error(`its definition cannot be used: ${JSON.stringify(loaded)}`);
  const definition = JSON.parse(writeDefinition(monitor)) as unknown;
  let used = 0;
  const asText = (value: unknown) =>
    random() < 0.5 ? JSON.stringify(twisted(value, random)) : damaged(JSON.stringify(value), random);
  const turns = [
    () => {
      const { results } = readResults(asText(parcel), NOW);
      used += results.length > 0 ? 1 : 0;
      const again = writeResults(results).flatMap((text) => readResults(text, NOW).results);
      if (JSON.stringify(again) !== JSON.stringify(results))
        throw new Error("is not the same when written and read again");
    },
    () => {
      const read = readBatch(twisted(batch, random));
      if (read.kind === "unreadable") return;
      used += 1;
      const again = readBatch({ ...read.batch });
      if (again.kind === "unreadable") throw new Error("cannot be read again");
    },
    () => {
      const read = readDefinition(asText(definition));
      if ("why" in read) return;
      used += 1;
      if ("why" in (readDefinition(writeDefinition(read)) as object)) throw new Error("cannot be read again");
    },
  ];
  for (let at = 0; at < count; at++) {
    try {
      turns[at % turns.length]?.();
    } catch (cause) {
      throw new Error(`message ${at} of seed ${seed} failed`, { cause });
    }
  }
  return { tried: count, used };
}
