/**
 * Collisions of values: whether what is called a duplicate is one, and whether we sent it ourselves.
 *
 * The same words ("already exists") are true, wrong or our own doing; the values that were sent tell which.
 */
import { fold, quote } from "./body.ts";
import type { CauseName, ConflictCase, ConflictContext, Shares } from "./case.ts";
import { type Mark, marksOf, weightOf } from "./marks.ts";
import { conflictsOf, fieldsAcross, identitySent, spanOf } from "./samples.ts";

const ALL = 0.95;
const HARDLY_ANY = 0.05;

/** Marks for a corrupted index and for checks that collide with themselves; `words` are the marks of the body. */
export function readCollisions(conflict: ConflictCase, words: readonly Mark[]): Mark[] {
  const context = conflict.context ?? {};
  const heard = (cause: CauseName) => weightOf(words, cause);
  return [...readUniqueness(conflict, context, heard), ...readOwnProbe(conflict, context, heard)];
}

function readUniqueness(conflict: ConflictCase, context: ConflictContext, heard: (cause: CauseName) => number): Mark[] {
  const marks: Mark[] = [];
  const to = (weight: number, says: string) => marks.push(...marksOf(says, { "corrupted-index": weight }));
  const duplicate = heard("duplicate-resource") > 1.5;
  const refused = conflictsOf(context);
  const { same, fresh: renewed } = fieldsAcross(refused);
  const blamed = (name: string) => names(conflict.response.body, name);
  // With fields that stay and fields that change, the body has to say which of them collides.
  const fresh = renewed.length > 0 && !same.some(blamed) && (same.length === 0 || renewed.some(blamed));
  if (fresh && duplicate) {
    to(3.2, `${refused.length} different new values were all called duplicates`);
    marks.push(...marksOf("the values are new each time", { "duplicate-resource": -1.5 }));
    if (refused.every(({ request }) => request?.from === "own-probe"))
      to(2, "our own checks made those values, each once");
    if (wasAccepted(context)) {
      to(1.6, "new values like these were accepted until now");
      marks.push(...marksOf("new values like these were accepted until now", { "duplicate-resource": -0.8 }));
    }
  } else if (fresh) to(1, `${refused.length} different values were all refused`);
  else if (same.length > 0 && renewed.length === 0) to(-1, "the same value was sent again and again");
  const absent = (context.samples ?? []).find(
    ({ method, status, body }) =>
      (method === "GET" || method === "HEAD") &&
      (status === 404 || status === 410 || (status === 200 && isEmpty(body))),
  );
  if (absent !== undefined && (duplicate || fresh)) {
    const answer = absent.status === 200 ? "an empty list" : absent.status;
    to(3, `a read of what is said to exist answers ${answer}`);
    marks.push(...marksOf(`a read of it answers ${answer}`, { "duplicate-resource": -1.2 }));
  }
  const denied = (context.samples ?? []).find(
    ({ method, status }) => method === "DELETE" && (status === 404 || status === 410 || status === 422),
  );
  if (denied !== undefined && duplicate) to(1.2, `deleting what is said to exist answers ${denied.status}`);
  for (const [what, parts] of [
    ["backend", context.byBackend],
    ["shard", context.byShard],
  ] as const) {
    const entries = Object.entries(parts ?? {});
    const bad = entries.filter(([, part]) => part >= 0.5);
    if (entries.length >= 2 && bad.length >= 1 && bad.length < entries.length && lowest(parts) <= 0.1) {
      const weight = duplicate || fresh ? 4 : 2;
      if (duplicate) marks.push(...marksOf(`another ${what} knows of no such thing`, { "duplicate-resource": -1.2 }));
      to(weight, `only ${what} ${quote(bad.map(([name]) => name).join(", "))} answers so`);
    }
  }
  const single = context.clients === 1;
  const contended = heard("race") + heard("stale-version") > 2;
  const lasting = refused.length >= 3 && refused.length === (context.samples ?? []).length && spanOf(refused) >= 600;
  if (single && contended && lasting) {
    to(3.4, "a single client is refused for long, though the body blames a second one");
    marks.push(...marksOf("there is one client, and it is refused for long", { race: -2.5, "stale-version": -1 }));
  } else if (lasting) marks.push(...marksOf("it did not pass over ten minutes", { race: -0.8 }));
  if (single && lasting && split(context.byResource)) to(1.6, "one resource is always refused, every other never");
  // A database makes primary keys itself; when those collide, its sequence stands behind the highest id.
  const text = conflict.response.body.slice(0, 4_000);
  const primary =
    /\b\w{1,60}_pkey\b|\bfor key '?(?:\w{1,60}\.)?primary\b|\bkey \(id\)\s*=\s*\((?:\d{1,12}|\{\w{1,12}\})\)/i.exec(
      text,
    );
  if (primary && duplicate && conflict.method === "POST" && !conflict.request.clientMadeId) {
    marks.push(
      ...marksOf("the caller is not known to have chosen the key that collides", { "duplicate-resource": -3.4 }),
    );
    to(5.4, `"${quote(primary[0])}" is a key the database makes itself: its sequence may stand behind`);
  }
  return marks;
}

/** Whether such requests succeeded as a rule, and now most of them do not. */
function wasAccepted({ usual, window, baselineShare }: ConflictContext): boolean {
  const { status = 0 } = usual ?? {};
  const rose = window !== undefined && baselineShare !== undefined && window.conflicts > window.requests / 2;
  return status >= 200 && status < 300 && rose && baselineShare < 0.2;
}

function readOwnProbe(conflict: ConflictCase, context: ConflictContext, heard: (cause: CauseName) => number): Mark[] {
  const marks: Mark[] = [];
  const to = (weight: number, says: string) => marks.push(...marksOf(says, { "own-probe": weight }));
  const own = (context.samples ?? []).filter((sample) => sample.request?.from === "own-probe");
  const sent = own.map(identitySent).filter((values) => values !== "");
  const others = context.otherClientsShare;
  if (others !== undefined && others <= HARDLY_ANY && own.length > 0) to(2, "other clients get no 409");
  else if (others !== undefined && others > 0.1) to(-3, "other clients get the 409 as well");
  if (sent.length < 2) return marks;
  const { same } = fieldsAcross(own);
  const blamed = same.find((name) => names(conflict.response.body, name));
  if (new Set(sent).size === sent.length && blamed === undefined) {
    to(same.length === 0 ? -3 : -1, "our checks send something new each time");
    return marks;
  }
  // A write under a condition may repeat its value; what decides is the version it carries.
  if (own.every(({ request }) => request?.version !== undefined)) return marks;
  const duplicate = heard("duplicate-resource") > 1;
  if (!duplicate && context.usual?.request !== undefined && sent.includes(identitySent(context.usual))) {
    to(-1.5, "the same value is accepted as a rule");
    return marks;
  }
  if (others === undefined || others <= HARDLY_ANY) {
    // What the body says is true then, and of our own making.
    const explained = { "duplicate-resource": -1.4, race: -1.2, "invalid-state": -1.2, "stale-version": -1.2 };
    marks.push(...marksOf("the conflict is of our own making: the same value was sent before", explained));
  }
  const contested = duplicate || heard("race") > 1 || heard("stale-version") > 1;
  const repeated = blamed === undefined ? "the same value or key" : `the same ${quote(blamed)}`;
  to(contested ? 3.4 : 2.4, `our checks send ${repeated} each time`);
  if (duplicate && others === undefined) to(1.8, "what one check creates is there when the next one comes");
  const answered = own.findIndex(({ status }) => status >= 200 && status < 300);
  const refused = own.findIndex(({ status }) => status === 409);
  if (answered >= 0 && refused > answered) {
    const [earlier, met] = [own[answered], own[refused]];
    const same = earlier?.slot !== undefined && earlier.slot === met?.slot && earlier.region !== met?.region;
    to(
      1.8,
      same ? "the first region of a slot succeeds, the next collides" : "the first check succeeds, later ones collide",
    );
  }
  return marks;
}

/** Whether the body speaks of the field `name`: `email` in "a user with this email exists". */
function names(body: string, name: string): boolean {
  const last = fold(name.split(".").at(-1) ?? name)
    .replace(/[^a-z0-9]+/g, " ")
    .trim();
  const said = ` ${fold(body.slice(0, 4_000)).replace(/[^a-z0-9]+/g, " ")} `;
  return last.length >= 3 && last !== "body" && said.includes(` ${last} `);
}

function lowest(parts: Shares | undefined): number {
  return Math.min(...Object.values(parts ?? {}));
}

function split(parts: Shares | undefined): boolean {
  const values = Object.values(parts ?? {});
  return values.some((part) => part >= ALL) && values.some((part) => part <= HARDLY_ANY);
}

/** Whether a list in `body` is empty: `[]`, or an object with an empty list in it. */
function isEmpty(body: string | undefined): boolean {
  return /^\s*(?:\[\s*\]|\{[^[\]]{0,200}\[\s*\][^[\]]{0,200}\})\s*$/.test(body ?? "");
}
