/**
 * Bodies that two readers would read differently, or that are deep for no reason: a key that is there twice, and nesting
 * beyond what any edit has. `JSON.parse` takes the last of two keys and says nothing.
 */
import type { MiddlewareHandler } from "hono";
import { badParameter } from "./problem.ts";

const DEEPEST = 10;
/** Texts of JSON, one that never ends included, so that no place is looked at twice; and the marks that give it its shape. */
const PARTS = /"(?:[^"\\]|\\.)*\\?(?:"|$)|[{}[\],:]/gs;

/** Refuses them (400). What is no JSON at all is said by who reads it next. */
export const plainJson: MiddlewareHandler = async (context, next) => {
  if (/^application\/json/i.test(context.req.header("content-type") ?? "")) {
    const problem = jsonProblem(await context.req.text());
    if (problem !== null) throw badParameter("body", problem.allowed, problem.got);
  }
  await next();
};

/** @returns what is allowed and what came; null when nothing is wrong, or when it is no JSON */
export function jsonProblem(text: string): { allowed: string; got: string } | null {
  /** Keys of each object that is open, by depth; null of a list. */
  const open: (Set<string> | null)[] = [];
  let last = "";
  for (const [part] of text.matchAll(PARTS)) {
    if (part === "{" || part === "[") {
      if (open.push(part === "{" ? new Set() : null) > DEEPEST)
        return { allowed: `nested ${DEEPEST} deep at most`, got: "deeper" };
    } else if (part === "}" || part === "]") open.pop();
    else if (part === ":") {
      const key = keyOf(last);
      const keys = open.at(-1);
      if (keys?.has(key)) return { allowed: "an object in which each key is once", got: key };
      keys?.add(key);
    }
    last = part;
  }
  return null;
}

/** However it is escaped. */
function keyOf(text: string): string {
  try {
    return String(JSON.parse(text));
  } catch {
    return text;
  }
}
