/**
 * JSONPaths of definitions: checked before anything is probed, and followed into what a target sent.
 *
 * What RFC 9535 allows and a target could make slow is refused: a path costs the length of the body, times a hundred at most.
 */
import { compile, type JSONValue, query } from "json-p3";

/** Why `path` is not an RFC 9535 JSONPath that may be used, in a few words; null when it is one. */
export function jsonPathProblem(path: string): string | null {
  try {
    compile(path);
    return slownessOf(path);
  } catch (error) {
    return (error as Error).message;
  }
}

/** Selectors in brackets multiply from one bracket to the next. */
const MOST_WAYS = 100;

/** What of a valid path takes more time than the body is long. */
function slownessOf(path: string): string | null {
  const plain = path.replace(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'/g, "''");
  // These two match by backtracking; `matches` does not.
  if (/\b(?:match|search)\s*\(/.test(plain)) return "match() and search() are not supported, use matches";
  if (plain.split("$").length > 2) return "$ may stand at its beginning alone";
  if (plain.split("..").length > 2) return ".. may stand in it once";
  const lists = plain.match(/\[[^[\]]*\]/g) ?? [];
  const ways = lists.reduce((product, list) => product * list.split(",").length, 1);
  return ways > MOST_WAYS ? `its lists of selectors lead ${ways} ways, of ${MOST_WAYS} at most` : null;
}

/** What a path leads to. */
export interface Found {
  location: (string | number)[];
  value: unknown;
}

/** All nodes a path leads to, in order; a path into a document too deep to be followed leads nowhere. */
export function nodesAt(path: string, document: unknown): Found[] {
  try {
    return [...query(path, document as JSONValue)].map(({ location, value }) => ({ location, value }));
  } catch {
    return [];
  }
}
