/**
 * What each cause is called and what to do about it: at once, in the clients, and for good.
 *
 * One place for these words; messages quote them and add none.
 */
import type { CauseName } from "./case.ts";

/** What to do, in three times. Short imperatives. */
export interface Fix {
  now: string;
  inClients: string;
  later: string;
}

export const REMEDIES: Readonly<Record<CauseName, { title: string; fix: Fix }>> = {
  "duplicate-resource": {
    title: "the resource exists already",
    fix: {
      now: "Look up the earlier success in the service's logs: a retry or a second client may have made it.",
      inClients: "Send an idempotency key, or look the resource up before creating it; treat its own 409 as done.",
      later: "Create with PUT and a client-made id, or upsert (INSERT … ON CONFLICT).",
    },
  },
  "stale-version": {
    title: "a stale ETag or version",
    fix: {
      now: "Bypass or purge caches in front of reads; roll back what began to cache them.",
      inClients: "Read again, merge, and retry once with the new version.",
      later:
        "Answer a failed If-Match with 412, so that 409 keeps meaning conflict; send the current version in the body.",
    },
  },
  "invalid-state": {
    title: "the resource's state forbids it",
    fix: {
      now: "Look at the resource's state, and at what it depends on or what uses it.",
      inClients: "Read the state before acting; do not retry until it has changed.",
      later: "Name the current state and the allowed transitions in the body of the 409.",
    },
  },
  race: {
    title: "a race with another writer or operation",
    fix: {
      now: "Find the second writer: a job, a webhook, a new replica, an operation that never ends.",
      inClients: "Retry with back-off and jitter; honour Retry-After.",
      later: "Lock, queue or serialize writes to one resource; send Retry-After with the 409.",
    },
  },
  "file-or-merge": {
    title: "a file or merge conflict",
    fix: {
      now: "Pull the latest revision or hash, merge by hand, and write again.",
      inClients: "Fetch the current hash right before each write, and write on top of it.",
      later: "Give each writer its own branch or file, or let one job do all the writing.",
    },
  },
  "container-not-running": {
    title: "the container is not running",
    fix: {
      now: "Start it (docker start, or restart the pod), and read its last logs for the crash.",
      inClients: "Check the container's state before exec, attach or kill.",
      later: "Fix the crash; add a restart policy and a health check.",
    },
  },
  "everything-409": {
    title: "the endpoint answers 409 to everything",
    fix: {
      now: "Roll back the latest release or change of configuration; check the base address.",
      inClients: "Do not retry: no request can succeed until the service is repaired.",
      later:
        "Look for a route or middleware registered twice, or a default branch that answers 409; test a plain GET in the pipeline.",
    },
  },
  "cached-error": {
    title: "a cached 409",
    fix: {
      now: "Purge the cached answer at the CDN or proxy.",
      inClients: "Send Cache-Control: no-cache once to get past the cache.",
      later: "Send Cache-Control: no-store with every error, and do not let the cache keep 4xx.",
    },
  },
  "corrupted-index": {
    title: "a corrupted index or replayed writes",
    fix: {
      now: "Take the shard or backend that answers so out of service; stop replays.",
      inClients: "Stop retrying: a new value collides as well.",
      later: "Rebuild the index, set the sequence above the highest id, and check the uniqueness constraint.",
    },
  },
  "own-probe": {
    title: "our own probe collides with itself",
    fix: {
      now: "Put {{uuid}}, or {{region}} and {{slot}}, into the value or key that the definition sends.",
      inClients: "Nothing: other clients are not affected.",
      later: "Set stagger: regions, and delete in a last step what the probe creates.",
    },
  },
  undetermined: {
    title: "the answer does not say why",
    fix: {
      now: "Look for the request in the service's own log: the answer names no cause.",
      inClients: "Do not retry blindly; keep method, body and headers of one failing request.",
      later: "Send application/problem+json with a type, a detail and the current state or version.",
    },
  },
};
