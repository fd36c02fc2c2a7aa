/** JSONPaths of definitions, checked before anything is probed. */
import { compile } from "json-p3";

/** Why `path` is not an RFC 9535 JSONPath, in a few words; null when it is one. */
export function jsonPathProblem(path: string): string | null {
  try {
    compile(path);
    return null;
  } catch (error) {
    return (error as Error).message;
  }
}
