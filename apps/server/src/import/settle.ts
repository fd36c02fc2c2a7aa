/**
 * Settling: what was imported becomes a file that the loader takes. A monitor that it refuses, for whatever reason,
 * stands as a comment with the loader's own words.
 */

import { StatusquoError } from "@statusquo/core";
import type { DefinitionDocument } from "../definitions/document.ts";
import { readDocument } from "../definitions/document.ts";
import { compileDefinitions } from "../definitions/load.ts";
import { type Carried, carry } from "./carry.ts";
import { carrySuite } from "./carry-suite.ts";
import { emit, type Item } from "./emit.ts";
import { type Imported, isSuite, isWatchable } from "./foreign.ts";
import { createSecrets } from "./secrets.ts";
import { createIds, shown } from "./words.ts";

/** One thing that is not as it was. */
export interface Said {
  /** The id of a monitor or channel, or the source's name of what has none; null for the source as a whole. */
  about: string | null;
  key: string | null;
  message: string;
  /** Whether it is not watched. */
  leftOut: boolean;
}

export interface Settled {
  yaml: string;
  /** Ids of the monitors that are watched. */
  monitors: string[];
  channels: string[];
  /** Variables that the file refers to. */
  variables: string[];
  said: Said[];
}

/** Most monitors a file may hold, as its schema says. */
const MOST_MONITORS = 5_000;

/** @param origin what the file was made from, for its first line: `gatus config.yaml` */
export async function settle(imported: Imported, origin: string): Promise<Settled> {
  const idFor = createIds("monitor");
  const secrets = createSecrets();
  let watched = 0;
  const items: Item[] = imported.checks.map((check) => {
    if (!isWatchable(check)) return { name: check.name, leftOut: check.leftOut };
    const id = idFor(check.id ?? check.name);
    const carried = isSuite(check) ? carrySuite(check, id, secrets) : carry(check, id, secrets);
    if (carried.leftOut === null && ++watched > MOST_MONITORS)
      carried.leftOut = `a file holds at most ${MOST_MONITORS} monitors`;
    return carried;
  });
  const { channels } = imported;
  for (;;) {
    const said = saidOf(imported, items);
    const variables = variablesOf({ channels, items });
    const yaml = emit({ head: headOf(origin, imported, variables), channels, items });
    const monitors = watchedOf(items);
    const settled = {
      yaml,
      monitors: monitors.map(({ id }) => id),
      channels: channels.map(({ id }) => id),
      variables,
      said,
    };
    if (monitors.length === 0) return settled;
    const refused = await refusedBy(yaml, channels, variables);
    if (refused.size === 0) return settled;
    for (const [index, message] of refused) {
      const monitor = monitors[index];
      if (!monitor) throw new StatusquoError("bad_request", `what it makes cannot be used as one file: ${message}`);
      monitor.leftOut = message;
    }
  }
}

const watchedOf = (items: readonly Item[]): Carried[] =>
  items.flatMap((item) => ("definition" in item && item.leftOut === null ? [item] : []));

/** What the loader refuses of a text, by the monitor's place in it; -1 for what is no monitor's. */
async function refusedBy(
  yaml: string,
  channels: Imported["channels"],
  variables: readonly string[],
): Promise<Map<number, string>> {
  const env: NodeJS.ProcessEnv = Object.fromEntries(["HOME", ...variables].map((name) => [name, "x"]));
  for (const { slack, email } of channels) {
    if (slack) env[nameIn(slack.webhook)] = "https://hooks.example.com/x";
    if (email) env[nameIn(email.smtp)] = "smtp://mail.example.com";
  }
  // Whether a file is there, and what a certificate holds, is not for this machine to say.
  const text = yaml.replaceAll(/\$\{file:\/[^}\n"]*\}/g, "${env:HOME}");
  const result = await compileDefinitions([{ file: "", text }], env);
  const refused = new Map<number, string>();
  if (result.ok) return refused;
  const document = readDocument("", text);
  const placed = Array.isArray(document) ? [] : placesOf(document);
  const problems = result.problems.filter(({ message }) => !UNREADABLE.test(message));
  for (const { line, message } of problems) {
    const index = placed.findIndex((place) => place.line <= line && line <= place.endLine);
    if (!refused.has(index)) refused.set(index, message.replace(/^monitor "[^"]*": /, ""));
  }
  return refused;
}

function placesOf(document: DefinitionDocument): { line: number; endLine: number }[] {
  const { monitors = [] } = document.value as { monitors?: unknown[] };
  return monitors.map((_, index) => document.placeOf(["monitors", index]));
}

const UNREADABLE = /: (?:tls ca|auth mtls (?:cert|key)) .*; got \$\{/;
const nameIn = (reference: string) => /\$\{env:(\w+)\}/.exec(reference)?.[1] ?? "";

/** Variables that watched monitors and channels refer to, in order of appearance. */
function variablesOf({ channels, items }: { channels: Imported["channels"]; items: readonly Item[] }): string[] {
  const text = JSON.stringify([channels, watchedOf(items).map(({ definition }) => definition)]);
  return [...new Set([...text.matchAll(/\$\{env:([A-Za-z_]\w*)\}/g)].map(([, name]) => name as string))];
}

function headOf(origin: string, { notes }: Imported, variables: readonly string[]): string[] {
  const head = [`Made by: npx statusquo import ${shown(origin)}`];
  if (variables.length > 0) head.push(`Needs in the environment: ${variables.join(", ")}`);
  if (notes.length > 0) head.push("", ...notes.map((note) => shown(note, 400)));
  return head;
}

function saidOf({ channels, notes }: Imported, items: readonly Item[]): Said[] {
  const about = (id: string, of: { key: string | null; message: string }[]): Said[] =>
    of.map(({ key, message }) => ({ about: id, key, message: shown(message, 400), leftOut: false }));
  return [
    ...notes.map((message) => ({ about: null, key: null, message: shown(message, 400), leftOut: false })),
    ...channels.flatMap(({ id, notes: of }) => about(id, of)),
    ...items.flatMap((item): Said[] => {
      const name = "definition" in item ? item.id : shown(item.name, 100);
      const left =
        item.leftOut === null ? [] : [{ about: name, key: null, message: shown(item.leftOut, 400), leftOut: true }];
      return "definition" in item ? [...left, ...about(name, item.notes)] : left;
    }),
  ];
}
