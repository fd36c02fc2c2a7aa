/** JSONPaths of definitions: checked before anything is probed, and followed into what a target sent. */
import { compile, type JSONValue, query } from "json-p3";

/** Why `path` is not an RFC 9535 JSONPath, in a few words; null when it is one. */
export function jsonPathProblem(path: string): string | null {
  try {
    compile(path);
    return null;
  } catch (error) {
    return (error as Error).message;
  }
}

/** What a path leads to. */
export interface Found {
  location: (string | number)[];
  value: unknown;
}

/** All nodes a path leads to, in order; a path into a document too deep for the stack leads nowhere. */
export function nodesAt(path: string, document: unknown): Found[] {
  try {
    return [...query(path, document as JSONValue)].map(({ location, value }) => ({ location, value }));
  } catch {
    return [];
  }
}
