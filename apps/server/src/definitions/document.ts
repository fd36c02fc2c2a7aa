/**
 * One YAML file as a document that remembers where everything stands. What YAML would guess at is refused instead.
 */
import {
  isAlias,
  isMap,
  isNode,
  isPair,
  isScalar,
  LineCounter,
  type Node,
  parseAllDocuments,
  visit,
  type YAMLMap,
  type Document as YamlDocument,
} from "yaml";

/** Something wrong in a file, at a place a person can go to. Lines and columns count from 1. */
export interface Problem {
  file: string;
  line: number;
  column: number;
  message: string;
}

export interface DefinitionDocument {
  file: string;
  text: string;
  /** Plain values, still unchecked. */
  value: unknown;
  /** Where a value stands; with `key`, where that key of it stands. The nearest parent when it does not exist. */
  placeOf(path: readonly PropertyKey[], key?: string): { line: number; column: number; endLine: number };
}

const LARGEST_FILE = 1_048_576;
const DEEPEST = 20;
/** Problems said of one file at most: more say nothing new, and all of them are logged and shown. */
const MOST_PROBLEMS = 100;
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be there
const UNPRINTABLE = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\ufffe\uffff]/;

/** Reads a text as YAML 1.2. Tags, aliases, several documents and ambiguous scalars are problems. */
export function readDocument(file: string, text: string): DefinitionDocument | Problem[] {
  if (text.length > LARGEST_FILE) return [{ file, line: 1, column: 1, message: "the file must be at most 1 MiB" }];
  const lines = new LineCounter();
  const unprintable = text.search(UNPRINTABLE);
  if (unprintable >= 0) {
    const before = text.slice(0, unprintable).split("\n");
    const code = text.charCodeAt(unprintable).toString(16).padStart(4, "0");
    const message = `the file holds an unprintable character (U+${code.toUpperCase()}); YAML is plain text, in UTF-8`;
    return [{ file, line: before.length, column: (before.at(-1)?.length ?? 0) + 1, message }];
  }
  // Keys are compared below, each once: the parser would compare each with all others.
  const documents = parseAllDocuments(text, { lineCounter: lines, uniqueKeys: false, version: "1.2", strict: true });
  const at = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  const problems: Problem[] = [];
  if ("empty" in documents || documents.length === 0) {
    return [
      {
        file,
        line: 1,
        column: 1,
        message: 'the file is empty; the smallest is "monitors: [{ url: https://api.example.com/health }]"',
      },
    ];
  }
  for (const extra of documents.slice(1, 2)) {
    problems.push({
      file,
      ...at(extra.range[0]),
      message: "one YAML document a file; put the second into a file of its own",
    });
  }
  const document = documents[0] as YamlDocument.Parsed;
  for (const issue of [...document.errors, ...document.warnings].slice(0, MOST_PROBLEMS)) {
    problems.push({
      file,
      ...at(issue.pos[0]),
      message: (issue.message.split("\n")[0] ?? "").replace(/ at line \d+.*$/, "").replace(/:$/, ""),
    });
  }
  visit(document, (_key, node, path) => {
    if (problems.length >= MOST_PROBLEMS) return visit.BREAK;
    if (isMap(node))
      for (const again of wrongKeys(node)) problems.push({ file, ...at(again.offset), message: again.message });
    if (isNode(node) && node.tag !== undefined && problems.length === 0)
      problems.push({
        file,
        ...at((node as Node | null)?.range?.[0] ?? 0),
        message: `tags such as ${node.tag} are not allowed; leave it out`,
      });
    if (isAlias(node))
      problems.push({
        file,
        ...at(node.range?.[0] ?? 0),
        message: `aliases are not allowed here: write *${node.source} out`,
      });
    if (path.filter((parent) => !isPair(parent)).length > DEEPEST) {
      problems.push({
        file,
        ...at((node as Node | null)?.range?.[0] ?? 0),
        message: `nested deeper than ${DEEPEST} levels`,
      });
      return visit.BREAK;
    }
    if (isScalar(node) && node.type === "PLAIN" && AMBIGUOUS.test(node.source ?? "")) {
      problems.push({
        file,
        ...at(node.range?.[0] ?? 0),
        message: `${node.source} can be read in more than one way: put quotes around a text, write a number plainly`,
      });
    }
    return undefined;
  });
  if (problems.length > 0) return problems.slice(0, MOST_PROBLEMS);
  return { file, text, value: document.toJS({ maxAliasCount: 0 }), placeOf };

  function placeOf(path: readonly PropertyKey[], key?: string) {
    for (let depth = path.length; depth >= 0; depth--) {
      const parent = depth === 0 ? document.contents : document.getIn(path.slice(0, depth), true);
      const whole = depth === path.length;
      const node =
        whole && key !== undefined && isMap(parent)
          ? parent.items.find((pair) => isScalar(pair.key) && pair.key.value === key)?.key
          : parent;
      const range = (node as Node | null | undefined)?.range;
      if (range) return { ...at(range[0]), endLine: at(Math.max(range[0], range[1] - 1)).line };
    }
    return { line: 1, column: 1, endLine: 1 };
  }
}

/** Keys that stand in a mapping already, as the strings they will be, and the one that cannot be a key. */
function* wrongKeys({ items }: YAMLMap): Generator<{ offset: number; message: string }> {
  const seen = new Set<string>();
  for (const { key } of items) {
    if (key !== null && !isScalar(key)) {
      yield {
        offset: (key as Node).range?.[0] ?? 0,
        message: "keys must be texts; a list or mapping stands here as one",
      };
      continue;
    }
    const name = String(key?.value);
    // It would become the prototype of what it stands in, or be passed over.
    if (name === "__proto__") {
      const message = "the key __proto__ is not allowed; where a body must hold it, write the body as a text";
      yield { offset: (key as Node).range?.[0] ?? 0, message };
    }
    if (seen.has(name)) {
      const message = `keys must be unique, and "${name.slice(0, 80)}" stands here again; leave one of them out`;
      yield { offset: (key as Node).range?.[0] ?? 0, message };
    }
    seen.add(name);
  }
}

/** What YAML 1.1 and 1.2 read differently, or what looks like one thing and is another: 0409, 4.09e2, no, .inf, 12:30. */
const AMBIGUOUS =
  /^(?:[-+]?0\d+|[-+]?\d[\d_]*(?:\.\d*)?[eE][-+]?\d+|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)|y|Y|n|N|yes|Yes|YES|no|No|NO|on|On|ON|off|Off|OFF|\d{1,2}(?::[0-5]\d)+|0[xob][\da-fA-F]+|~)$/;
