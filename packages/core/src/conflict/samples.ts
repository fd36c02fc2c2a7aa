/**
 * What a run of answers holds: which of them are 409, over how long, and what was sent to get them.
 *
 * Values count as known only when they were recorded; nothing is concluded from what was not.
 */
import type { ConflictContext, ConflictSample } from "./case.ts";

/** Those that are 409, in order of time. */
export function conflictsOf(context: ConflictContext): ConflictSample[] {
  return (context.samples ?? []).filter(({ status }) => status === 409);
}

/** Seconds from the first to the last. */
export function spanOf(samples: readonly ConflictSample[]): number {
  return (samples.at(-1)?.t ?? 0) - (samples[0]?.t ?? 0);
}

/** What was sent, as one text that is equal for equal values; empty when not known. */
export function valuesSent({ request }: Pick<ConflictSample, "request">): string {
  const entries = Object.entries(request?.values ?? {}).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return entries.length > 0 ? JSON.stringify(entries) : "";
}

/** What makes the request the same request: its idempotency key, else its values. */
export function identitySent(sample: Pick<ConflictSample, "request">): string {
  return sample.request?.idempotencyKey ?? valuesSent(sample);
}

/** Names of sent fields: with one value in all samples, and with another in each. Empty when fewer than two are known. */
export function fieldsAcross(samples: readonly Pick<ConflictSample, "request">[]): { same: string[]; fresh: string[] } {
  const known = samples.flatMap(({ request }) => (request?.values ? [request.values] : []));
  if (known.length < 2) return { same: [], fresh: [] };
  const names = [...new Set(known.flatMap((values) => Object.keys(values)))];
  const kinds = (name: string) => new Set(known.map((values) => JSON.stringify(values[name]))).size;
  return {
    same: names.filter((name) => kinds(name) === 1),
    fresh: names.filter((name) => kinds(name) === known.length),
  };
}
