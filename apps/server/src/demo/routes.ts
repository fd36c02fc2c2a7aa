/**
 * What the demo service answers, apart from sockets: a request and the data of one deployment give an answer.
 */
import { z } from "zod";
import { type DemoAnswer, jsonAnswer, problemAnswer } from "./answer.ts";
import type { Deployment } from "./deployment.ts";
import { type DocumentRead, documentTag, type StoredDocument } from "./documents.ts";
import type { StoredFile } from "./files.ts";
import { NEXT_STATES, type OrderState, type StoredOrder } from "./orders.ts";

export interface DemoRequest {
  method: string;
  /** Without query, not decoded: `/documents/shift-plan`. */
  path: string;
  /** Lower case names. */
  headers: Record<string, string | undefined>;
  body: string;
}

/** A request that a route can take up: `parts` are the decoded pieces of its path. */
interface Call {
  request: DemoRequest;
  deployment: Deployment;
  parts: string[];
}

type Handler = (call: Call) => DemoAnswer | Promise<DemoAnswer>;

/** Methods by path; `*` is one piece, `**` the rest of them. */
const ROUTES: { path: string; methods: Record<string, Handler> }[] = [
  { path: "/", methods: { GET: showIndex } },
  { path: "/documents/*", methods: { GET: readDocument, PUT: saveDocument } },
  { path: "/users", methods: { POST: registerUser } },
  { path: "/users/*", methods: { GET: readUser, DELETE: removeUser } },
  { path: "/orders", methods: { POST: placeOrder } },
  { path: "/orders/*", methods: { GET: readOrder } },
  { path: "/orders/*/cancel", methods: { POST: cancelOrder } },
  { path: "/files/**", methods: { GET: readFile, PUT: commitFile } },
  { path: "/status/*", methods: { GET: answerStatus } },
];

/** Answers one request; whatever is wrong with it is a problem, never a throw. */
export async function answerRoute(request: DemoRequest, deployment: Deployment): Promise<DemoAnswer> {
  const parts = piecesOf(request.path);
  if (!parts) {
    return problemAnswer(400, { type: "path", title: "Not a path", detail: `${request.path} cannot be decoded.` });
  }
  const route = ROUTES.find(({ path }) => fits(path.split("/").slice(1), parts));
  if (!route) {
    return problemAnswer(404, { type: "unknown-path", title: "Not found", detail: `Nothing is at ${request.path}.` });
  }
  const handler = route.methods[request.method === "HEAD" ? "GET" : request.method];
  if (!handler) {
    const allowed = Object.keys(route.methods).join(", ");
    const detail = `${request.path} takes ${allowed}; got ${request.method}.`;
    return problemAnswer(405, { type: "method", title: "Method not allowed", detail }, { allow: allowed });
  }
  return handler({ request, deployment, parts });
}

function piecesOf(path: string): string[] | null {
  try {
    return path.slice(1).split("/").map(decodeURIComponent);
  } catch {
    return null;
  }
}

function fits(pattern: string[], parts: string[]): boolean {
  if (pattern.at(-1) === "**") {
    const fixed = pattern.slice(0, -1);
    return parts.length > fixed.length && parts.every((part, at) => (at < fixed.length ? part === fixed[at] : part));
  }
  return (
    pattern.length === parts.length && pattern.every((piece, at) => (piece === "*" ? parts[at] : piece === parts[at]))
  );
}

/** The body as `shape` has it, or the problem to answer with. */
function bodyOf<T>(request: DemoRequest, shape: z.ZodType<T>): { body: T } | { problem: DemoAnswer } {
  let parsed: unknown;
  try {
    parsed = JSON.parse(request.body);
  } catch (error) {
    const detail = `The body is not JSON: ${error instanceof Error ? error.message : String(error)}`;
    return { problem: problemAnswer(400, { type: "not-json", title: "Not JSON", detail }) };
  }
  const checked = shape.safeParse(parsed);
  if (checked.success) return { body: checked.data };
  const errors = checked.error.issues.map(({ path, message }) => ({ pointer: `/${path.join("/")}`, detail: message }));
  const detail = errors.map((error) => `${error.pointer}: ${error.detail}`).join("; ");
  return { problem: problemAnswer(422, { type: "invalid", title: "Invalid data", detail, errors }) };
}

function notFound(what: string): DemoAnswer {
  return problemAnswer(404, { type: "not-found", title: "Not found", detail: `There is no ${what}.` });
}

function showIndex(): DemoAnswer {
  return jsonAnswer(200, {
    about: "The demo service of Statusquo: real data, real conflicts.",
    routes: ROUTES.flatMap(({ path, methods }) => Object.keys(methods).map((method) => `${method} ${path}`)),
    faults: "/_demo/faults",
  });
}

// Documents

const DocumentBody = z.strictObject({ text: z.string().max(20_000), by: z.string().max(100).default("a caller") });

/** What the answer to a read says of the cache it came through. */
function cacheHeaders(cache: DocumentRead["cache"]): Record<string, string> {
  if (!cache) return {};
  return cache.hit
    ? { "x-cache": "HIT", age: String(Math.floor(cache.ageMs / 1000)) }
    : { "x-cache": "MISS", "cache-control": "max-age=30" };
}

function readDocument({ deployment, parts }: Call): DemoAnswer {
  const read = deployment.documents.read(parts[1]!);
  if (!read) return notFound(`document ${parts[1]}`);
  return jsonAnswer(200, documentView(read.document), {
    "cache-control": "no-cache",
    etag: documentTag(read.document),
    ...cacheHeaders(read.cache),
  });
}

async function saveDocument({ request, deployment, parts }: Call): Promise<DemoAnswer> {
  const checked = bodyOf(request, DocumentBody);
  if ("problem" in checked) return checked.problem;
  const id = parts[1]!;
  const ifMatch = request.headers["if-match"]?.split(",").map((tag) => tag.trim()) ?? null;
  const saved = await deployment.documents.save({ id, ...checked.body, ifMatch });
  switch (saved.kind) {
    case "missing":
      return notFound(`document ${id}`);
    case "saved":
      return jsonAnswer(saved.created ? 201 : 200, documentView(saved.document), { etag: documentTag(saved.document) });
    case "stale": {
      const { submitted, current, cache } = saved;
      const version = /^"v(\d+)"$/.exec(submitted)?.[1];
      return problemAnswer(
        409,
        {
          type: "stale-version",
          title: "Version conflict",
          detail: `Document ${id} was modified since: this save starts from ${submitted}, the document is at ${documentTag(current)}.`,
          document: id,
          submitted_version: version === undefined ? submitted : Number(version),
          current_version: current.version,
          updated_by: current.updatedBy,
          updated_at: new Date(current.updatedAt).toISOString(),
        },
        {
          etag: documentTag(current),
          // Of the read that the save started from; this answer itself comes from no cache.
          ...(cache ? { "x-read-cache": cache.hit ? `HIT; age=${Math.floor(cache.ageMs / 1000)}` : "MISS" } : {}),
        },
      );
    }
  }
}

function documentView({ id, text, version, updatedBy, updatedAt }: StoredDocument) {
  return { id, text, version, updated_by: updatedBy, updated_at: new Date(updatedAt).toISOString() };
}

// Users

const UserBody = z.strictObject({
  email: z.email().max(200),
  nickname: z.string().min(1).max(60),
  guest: z.boolean().default(false),
});

function registerUser({ request, deployment }: Call): DemoAnswer {
  const checked = bodyOf(request, UserBody);
  if ("problem" in checked) return checked.problem;
  const registered = deployment.users.register(checked.body);
  if (registered.kind === "registered") {
    const { id, email, nickname, guest } = registered.user;
    return jsonAnswer(201, { id, email, nickname, guest }, { location: `/users/${id}` });
  }
  const { field, constraint, value } = registered;
  return problemAnswer(409, {
    type: "duplicate",
    title: `duplicate key value violates unique constraint "${constraint}"`,
    detail: `Key (${field})=(${value}) already exists.`,
    code: "23505",
    constraint,
    field,
  });
}

function readUser({ deployment, parts }: Call): DemoAnswer {
  const user = deployment.users.find(Number(parts[1]));
  if (!user) return notFound(`user ${parts[1]}`);
  const { id, email, nickname, guest } = user;
  return jsonAnswer(200, { id, email, nickname, guest });
}

function removeUser({ deployment, parts }: Call): DemoAnswer {
  if (!deployment.users.remove(Number(parts[1]))) return notFound(`user ${parts[1]}`);
  return { status: 204, headers: { "cache-control": "no-store" }, body: undefined };
}

// Orders

const OrderBody = z.strictObject({ item: z.string().min(1).max(60), quantity: z.int().min(1).max(100) });

/** What each state is when it stands in the way. */
const STATE_WORDS: Record<OrderState, string> = {
  placed: "still only placed",
  shipped: "already shipped",
  delivered: "already delivered",
  cancelled: "already cancelled",
};

const orderId = (part: string) => (part === "latest" ? part : Number(part));

function placeOrder({ request, deployment }: Call): DemoAnswer {
  const checked = bodyOf(request, OrderBody);
  if ("problem" in checked) return checked.problem;
  const order = deployment.orders.place(checked.body);
  return jsonAnswer(201, orderView(order), { location: `/orders/${order.id}` });
}

function readOrder({ deployment, parts }: Call): DemoAnswer {
  const order = deployment.orders.find(orderId(parts[1]!));
  return order ? jsonAnswer(200, orderView(order)) : notFound(`order ${parts[1]}`);
}

function cancelOrder({ deployment, parts }: Call): DemoAnswer {
  const moved = deployment.orders.move(orderId(parts[1]!), "cancelled");
  if (moved.kind === "missing") return notFound(`order ${parts[1]}`);
  if (moved.kind === "moved") return jsonAnswer(200, orderView(moved.order));
  const { id, state, changedAt } = moved.order;
  return problemAnswer(409, {
    type: "invalid-state",
    title: "Order cannot be cancelled",
    detail: `Order ${id} is ${STATE_WORDS[state]}.`,
    order: id,
    state,
    state_since: new Date(changedAt).toISOString(),
    allowed_next: NEXT_STATES[state],
  });
}

function orderView({ id, item, quantity, state, placedAt }: StoredOrder) {
  return { id, item, quantity, state, placed_at: new Date(placedAt).toISOString() };
}

// Files

const FileBody = z.strictObject({
  content: z.string().max(20_000),
  sha: z
    .string()
    .regex(/^[0-9a-f]{40}$/, "40 hex digits")
    .optional(),
});

function readFile({ deployment, parts }: Call): DemoAnswer {
  const path = parts.slice(1).join("/");
  const file = deployment.files.find(path);
  return file ? jsonAnswer(200, fileView(file), { etag: `"${file.sha}"` }) : notFound(`file ${path}`);
}

async function commitFile({ request, deployment, parts }: Call): Promise<DemoAnswer> {
  const checked = bodyOf(request, FileBody);
  if ("problem" in checked) return checked.problem;
  const path = parts.slice(1).join("/");
  const { content, sha = null } = checked.body;
  const committed = await deployment.files.commit({ path, content, sha });
  switch (committed.kind) {
    case "committed":
      return jsonAnswer(committed.created ? 201 : 200, fileView(committed.file), { etag: `"${committed.file.sha}"` });
    case "sha":
      return problemAnswer(409, {
        type: "base-sha",
        title: "Base revision does not match",
        detail: `${path} is ${committed.current === null ? "not there" : `at sha ${committed.current}`}, not at ${committed.submitted}.`,
        submitted_sha: committed.submitted,
        current_sha: committed.current,
      });
    case "head":
      return problemAnswer(409, {
        type: "not-a-fast-forward",
        title: "Merge conflict",
        detail: `main is at sha ${committed.actual} but expected ${committed.expected}: another commit landed first, so this is not a fast-forward.`,
        branch: "main",
        base_sha: committed.expected,
        head_sha: committed.actual,
      });
  }
}

function fileView({ path, content, sha, commit }: StoredFile) {
  return { path, content, sha, commit };
}

// Codes

/** Answers with the code asked for, 200 to 599. */
function answerStatus({ parts }: Call): DemoAnswer {
  const status = Number(parts[1]);
  if (!Number.isInteger(status) || status < 200 || status > 599) {
    const detail = `A status code from 200 to 599, got ${parts[1]}.`;
    return problemAnswer(422, { type: "invalid", title: "Not a status code", detail });
  }
  if (status < 400) return jsonAnswer(status, status === 204 || status === 304 ? undefined : { status });
  return problemAnswer(status, {
    type: "as-asked",
    title: `Status ${status}`,
    detail: `The path asks for ${status}, so here it is.`,
  });
}
