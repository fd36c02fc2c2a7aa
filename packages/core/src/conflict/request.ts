/**
 * What the request and the response's head weigh: method, path, conditions and keys that were sent.
 *
 * Read together with what the words said, for a version mismatch means one thing when a version was sent and another
 * when none was.
 */
import { fold, quote } from "./body.ts";
import type { CauseName, ConflictCase, RequestSignals } from "./case.ts";
import { type Mark, marksOf, weightOf } from "./marks.ts";

const VERSION_NAME =
  /version|revision|(?:^|[^a-z])_?rev|precondition|expected|etag|e-tag|generation|\bcas\b|if_?seq|primary_?term|sequence|if-|updated_?at|modified|index|token|offset|vector/i;
const HASH_NAME = /\bsha|commit|blob|checksum|digest|\bhash|\bparents?$|\bbase$|\bhead$|base_?tree|md5/i;
const READS = ["GET", "HEAD", "OPTIONS"];
const DAV = ["MKCOL", "COPY", "MOVE", "MKCALENDAR"];
const ACTION =
  /(?:\}|\d|[0-9a-f]{8,})\/(?:[a-z]+[-_:])?(?:accept|activate|approve|archive|assign|attach|cancel|capture|claim|close|complete|confirm|deactivate|deploy|disable|enable|exec|fail|finali[sz]e|kill|launch|lock|merge|pause|pay|power|publish|rebase|rebuild|refund|reject|release|reopen|reset|resize|restart|restore|resume|retry|revert|revoke|rotate|send|ship|start|stop|submit|suspend|transition|unlock|unpause|unpublish|upgrade|verify|void|withdraw)s?\b/i;

/** The names of what carried a version or tag, such as `If-Match`; empty when none was sent. */
export function versionsSent(request: RequestSignals): string[] {
  const names: string[] = [];
  if (request.ifMatch) names.push("If-Match");
  if (request.versionHeader) names.push(nameOf(request.versionHeader, "a version header"));
  for (const name of listed(request.query)) if (VERSION_NAME.test(name)) names.push(`?${name}`);
  for (const name of listed(request.bodyField)) {
    if (VERSION_NAME.test(name) && !HASH_NAME.test(name)) names.push(`the field ${name}`);
  }
  if (request.pathPart && VERSION_NAME.test(request.pathPart)) names.push(request.pathPart);
  if (request.header && VERSION_NAME.test(request.header)) names.push(nameOf(request.header, "a header"));
  return names.map((name) => quote(name));
}

/** Marks of method, path, request signals and response headers; `words` are the marks of the body. */
export function readRequest(conflict: ConflictCase, words: readonly Mark[]): Mark[] {
  const { request } = conflict;
  const heard = (cause: CauseName) => weightOf(words, cause);
  const marks = [...readMethod(conflict, heard), ...readPath(conflict, heard), ...readHeaders(conflict)];
  const versions = versionsSent(request);
  const hashes = [...listed(request.bodyField), ...listed(request.query)].filter((name) => HASH_NAME.test(name));
  const writes = conflict.method !== null && !READS.includes(conflict.method);

  if (hashes.length > 0) {
    const says = `the request carried ${quote(hashes.join(", "))}, the content it was made from`;
    marks.push(...marksOf(says, { "file-or-merge": 2.4, "stale-version": 0.6 }));
  } else if (versions.length > 0) {
    const says = `the request carried a version: ${versions.join(", ")}`;
    // When the body says nothing, the condition is the one thing known that can have failed.
    const silent = words.every(({ weight }) => weight < 1);
    marks.push(...marksOf(says, { "stale-version": silent ? 3.4 : 2.6, race: -0.7 }));
  } else if (writes && heard("stale-version") > 1.5) {
    // A version that the service checks although the caller sent none is another writer's doing.
    const versioned = conflict.method === "PUT" || conflict.method === "PATCH";
    marks.push(
      ...marksOf("no version or tag is known to have been sent", {
        "stale-version": versioned ? -0.2 : -0.7,
        race: versioned ? 0.2 : 1,
      }),
    );
  }
  if (request.ifNoneMatch) {
    marks.push(...marksOf("If-None-Match was sent: write only if nothing is there", { "duplicate-resource": 2.2 }));
  }
  if (request.idempotencyKey) {
    marks.push(...marksOf("an idempotency key was sent", { race: 0.8, "duplicate-resource": 0.4 }));
  }
  if (request.clientMadeId) {
    marks.push(...marksOf("the client chose the id itself", { "duplicate-resource": 0.8 }));
  }
  if (request.header && /(?:upsert|overwrite|replace)[^:]*:\s*(?:f|false|no|0)\b/i.test(request.header)) {
    marks.push(...marksOf(`"${quote(request.header)}" was sent: do not overwrite`, { "duplicate-resource": 1.2 }));
  }
  return marks;
}

function readMethod({ method }: ConflictCase, heard: (cause: CauseName) => number): Mark[] {
  if (method === null) return [];
  if (READS.includes(method)) {
    const weights = {
      "duplicate-resource": -2,
      "stale-version": -1.2,
      "everything-409": heard("duplicate-resource") > 2 ? 2 : 0.6,
      "cached-error": 0.3,
    };
    return marksOf(`${method} changes nothing, so it has nothing to collide with`, weights);
  }
  if (DAV.includes(method)) {
    const says = `${method} is WebDAV, where 409 means that the parent collection is missing`;
    return marksOf(says, { "invalid-state": 3.4, "duplicate-resource": -1 });
  }
  if (method === "DELETE") {
    return marksOf("DELETE creates nothing; it is refused for what the resource is or is used by", {
      "duplicate-resource": -2,
      "invalid-state": 1.1,
    });
  }
  if (method === "PUT" || method === "PATCH") {
    return marksOf(`${method} replaces what was read before`, { "stale-version": 0.5 });
  }
  return method === "POST" ? marksOf("POST may create a second one", { "duplicate-resource": 0.5 }) : [];
}

function readPath(conflict: ConflictCase, heard: (cause: CauseName) => number): Mark[] {
  const path = `${conflict.pathShape ?? ""} ${conflict.request.action ?? ""}`;
  const marks: Mark[] = [];
  const shown = quote(conflict.pathShape ?? "");
  if (conflict.method === "PUT" && /\/(?:web)?dav\b/i.test(path) && !conflict.request.ifMatch) {
    marks.push(...marksOf(`${shown} is WebDAV, where 409 to PUT means a missing parent`, { "invalid-state": 1.8 }));
  }
  if (conflict.method === "POST" && ACTION.test(path)) {
    marks.push(
      ...marksOf(`${shown} acts on a resource that exists`, { "invalid-state": 0.7, "duplicate-resource": -0.7 }),
    );
  }
  if (/\/(?:locks?|leases?|acquire)\/?(?:\?|\s|$)/i.test(path) && conflict.method !== "DELETE") {
    marks.push(...marksOf(`${shown} takes a lock, and somebody may hold it`, { race: 2.8 }));
  }
  const needsNone =
    conflict.method === "DELETE" || /\/containers?\/[^/]{1,80}\/(?:start|unpause|rename|wait|remove)\b/i.test(path);
  if (needsNone && heard("container-not-running") > 0) {
    marks.push(...marksOf("this call needs no running container", { "container-not-running": -3, "invalid-state": 1 }));
  } else if (/\/(?:containers?|exec|attach|pods?)\b/i.test(path) && heard("container-not-running") > 0) {
    const inside = /\/(?:exec|attach)\b/i.test(path);
    marks.push(...marksOf(`${shown} is about a container`, { "container-not-running": inside ? 1.8 : 0.6 }));
  }
  if (
    /\b(?:merges?|merge_requests|pulls?|branch(?:es)?|commits?|rebase|cherry-?pick|contents?|blobs?|refs?|trees?)\b/i.test(
      path,
    )
  ) {
    const moved = heard("stale-version") > 1.5 || heard("file-or-merge") > 0;
    marks.push(...marksOf(`${shown} is about files or branches`, { "file-or-merge": moved ? 1.8 : 0.7 }));
  }
  return marks;
}

function readHeaders({ request, response }: ConflictCase): Mark[] {
  const marks: Mark[] = [];
  const { headers } = response;
  if (headers["retry-after"] !== undefined) {
    marks.push(...marksOf(`Retry-After: ${quote(headers["retry-after"])} says that it passes`, { race: 1.8 }));
  }
  const names = Object.keys(headers);
  const current = names.find((name) => /^etag$|version|revision|generation|-index$|session-id|-offset$/.test(name));
  const theirs =
    current !== undefined && !/^(?:x-)?(?:api|http|powered|server|app|aspnet|ms)[-a-z]*version/.test(current);
  if (theirs && (versionsSent(request).length > 0 || /session-id|-offset/.test(current))) {
    marks.push(...marksOf(`the response carries the current one: ${quote(current)}`, { "stale-version": 1.2 }));
  }
  return marks;
}

function listed(value: string | readonly string[] | undefined): string[] {
  const names = typeof value === "string" ? value.split(/[\s,]+/) : [...(value ?? [])];
  return names.map((name) => fold(name).trim()).filter((name) => name !== "");
}

function nameOf(value: boolean | string, otherwise: string): string {
  return typeof value === "string" && value !== "" ? (value.split(":")[0] ?? value) : otherwise;
}
