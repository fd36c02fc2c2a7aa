/** Definitions as commented YAML. Every letter is written by the YAML library: no foreign text is glued into a line. */
import { Document, isMap, isPair, isScalar, Pair, Scalar, visit, YAMLMap, YAMLSeq } from "yaml";
import type { Carried, Definition } from "./carry.ts";
import type { ForeignChannel } from "./foreign.ts";
import { shown } from "./words.ts";

/** What stands in the list of monitors: a monitor, or a line about what is none. */
export type Item = Carried | { name: string; leftOut: string };

export interface Written {
  /** First lines, as comments. */
  head: string[];
  channels: ForeignChannel[];
  items: Item[];
}

/** Widest comment; texts of others are folded to it. */
const WIDTH = 110;
/** Keys that go to `defaults` when every monitor says the same. */
const SHARED = ["every", "timeout", "follow_redirects", "notify"];

/** The file as text. Monitors that are left out stand as comments where they would have stood. */
export function emit({ head, channels, items }: Written): string {
  const document = new Document({}, { aliasDuplicateObjects: false, version: "1.2" });
  const root = document.contents as unknown as YAMLMap;
  const defaults = sharedOf(items);
  if (channels.length > 0) root.set(key("channels"), channelsNode(document, channels));
  if (Object.keys(defaults).length > 0) root.set(key("defaults"), nodeOf(document, defaults));
  const monitors = new YAMLSeq();
  let waiting: string[] = [];
  for (const item of items) {
    if (!("definition" in item)) {
      waiting.push(...folded(`Left out: ${shown(item.name, 100)}: ${shown(item.leftOut)}`), "");
      continue;
    }
    const definition = without(item.definition, defaults);
    if (item.leftOut !== null) {
      const one = new Document([], { aliasDuplicateObjects: false });
      const list = one.contents as unknown as YAMLSeq;
      list.add(monitorNode(one, definition, item));
      waiting.push(...folded(`Left out: ${shown(item.leftOut)}`), ...linesOf(textOf(one)), "");
      continue;
    }
    const node = monitorNode(document, definition, item);
    const about = item.notes.filter((note) => note.key === null || !Object.hasOwn(definition, note.key));
    const comment = [...waiting, ...about.flatMap((note) => folded(noteText(note)))];
    // What was left out is not about this monitor: an empty line stands between.
    if (comment.length > 0)
      node.commentBefore = `${commentOf(comment)}${about.length === 0 && waiting.length > 0 ? "\n" : ""}`;
    if (monitors.items.length > 0) node.spaceBefore = true;
    waiting = [];
    monitors.add(node);
  }
  if (monitors.items.length > 0) {
    root.set(key("monitors"), monitors);
    if (waiting.length > 0) monitors.comment = `\n${commentOf(waiting)}`;
  } else document.comment = commentOf(waiting);
  const lines = head.flatMap((line) => (line === "" ? [""] : folded(line)));
  document.commentBefore = commentOf(lines);
  if (root.items.length === 0) {
    // Nothing but comments.
    const empty = new Document(null);
    empty.commentBefore = commentOf([...lines, "", ...waiting]);
    empty.contents = null;
    return textOf(empty).replace(/\nnull\n$/, "\n");
  }
  return textOf(document);
}

/** What is left of letters nobody sees stands inside double quotes, where the library writes them as they are. */
function textOf(document: Document): string {
  return document.toString(LAYOUT).replaceAll(/[\u007f-\u009f\u2028\u2029\p{Cf}]/gu, (letter) => {
    const code = (letter.codePointAt(0) as number).toString(16).toUpperCase();
    return code.length > 4 ? `\\U${code.padStart(8, "0")}` : `\\u${code.padStart(4, "0")}`;
  });
}

const LAYOUT = { lineWidth: 0, flowCollectionPadding: true } as const;

const noteText = ({ key: about, message }: { key: string | null; message: string }) =>
  shown(about === null ? message : `${about}: ${message}`, 400);

function channelsNode(document: Document, channels: readonly ForeignChannel[]): YAMLMap {
  const map = new YAMLMap();
  for (const { id, notes, ...kinds } of channels) {
    const name = key(id);
    const lines = notes.flatMap((note) => folded(noteText(note)));
    if (lines.length > 0) name.commentBefore = commentOf(lines);
    const node = nodeOf(document, kinds) as YAMLMap;
    for (const pair of node.items) if (isMap(pair.value)) pair.value.flow = true;
    map.add(new Pair(name, node));
  }
  return map;
}

function monitorNode(document: Document, definition: Definition, { notes }: Carried): YAMLMap {
  const map = nodeOf(document, definition) as YAMLMap;
  for (const pair of map.items) {
    const name = pair.key as Scalar<string>;
    const lines = notes.filter((note) => note.key === name.value).map((note) => shown(note.message, 400));
    if (lines.length > 0) name.commentBefore = commentOf([...new Set(lines)].flatMap(folded));
  }
  return map;
}

/** A value as nodes, each text quoted unless it is beyond doubt. */
function nodeOf(document: Document, value: unknown): unknown {
  const node = document.createNode(value, { aliasDuplicateObjects: false });
  visit(node, {
    Scalar: (place, scalar) => {
      if (typeof scalar.value !== "string") return;
      const style = styleOf(scalar.value);
      scalar.type = place === "key" && style === Scalar.BLOCK_LITERAL ? Scalar.QUOTE_DOUBLE : style;
    },
    Map: (_, map, path) => {
      // The monitor itself is path's beginning; what is short stands on one line.
      if (path.length > 0 && isShort(map)) map.flow = true;
    },
    Seq: (_, list) => {
      if (isShort(list)) list.flow = true;
    },
  });
  return node;
}

/** Whether a mapping or list holds a few plain values and nothing else. */
function isShort({ items }: YAMLMap | YAMLSeq): boolean {
  const values = items.map((item) => (isPair(item) ? item.value : item));
  return values.every(isScalar) && JSON.stringify(items).length <= 100;
}

const WORD = /^[A-Za-z][\w.@/-]*(?: [\w.@/-]+)*$/;
const DURATION = /^[1-9]\d*(?:ms|s|m|h)$/;
const ADDRESS = /^https?:\/\/[\w.~:/?&=%+@,;$!*()-]+$/;
/** Words that some reader of YAML takes for something else. */
const TAKEN = /^(?:y|n|yes|no|on|off|true|false|null|nan|inf)$/i;

function styleOf(text: string): Scalar.Type {
  if (text.length < 2_000 && !TAKEN.test(text) && (WORD.test(text) || DURATION.test(text) || ADDRESS.test(text)))
    return Scalar.PLAIN;
  const isProse = /\n./.test(text) && /^[^\s]/.test(text) && /^[\t\n\x20-\x7e]*$/.test(text) && !/[ \t]$/m.test(text);
  return isProse ? Scalar.BLOCK_LITERAL : Scalar.QUOTE_DOUBLE;
}

function key(name: string): Scalar<string> {
  const scalar = new Scalar(name);
  scalar.type = styleOf(name);
  return scalar;
}

/** What every monitor of the file says alike, when there are several. */
function sharedOf(items: readonly Item[]): Definition {
  const all = items.flatMap((item) => ("definition" in item ? [item.definition] : []));
  const [first] = all;
  if (!first || all.length < 2) return {};
  const same = (name: string) => {
    const value = JSON.stringify(first[name]);
    return value !== undefined && all.every((one) => JSON.stringify(one[name]) === value);
  };
  // A timeout is judged beside its `every`.
  return Object.fromEntries(SHARED.filter(same).map((name) => [name, first[name]]));
}

const without = (definition: Definition, defaults: Definition): Definition =>
  Object.fromEntries(Object.entries(definition).filter(([name]) => !Object.hasOwn(defaults, name)));

/** Lines of a comment, each with its `#` still to come. An empty one stays empty, and no line can end the comment. */
const commentOf = (lines: readonly string[]): string =>
  lines
    .map((line) => (line === "" ? "" : ` ${line}`))
    .join("\n")
    .replace(/\n+$/, "");

/** A text of the library's, line by line, made safe to stand behind `#`. */
const linesOf = (text: string): string[] =>
  text
    .trimEnd()
    .split("\n")
    .map((line) => line.replaceAll(/[\p{Cc}\u2028\u2029]/gu, " ").trimEnd());

function folded(text: string): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && line.length + 1 + word.length > WIDTH) {
      lines.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  if (line !== "") lines.push(line);
  return lines;
}
