/**
 * A recorded exchange as JSON: what `statusquo diagnose` reads, and how it becomes a case.
 *
 * Names are those of files (`path_shape`, `by_region`); keys that are not known are left alone, for whoever wrote them.
 */
import type { ConflictCase, ConflictContext, ConflictSample } from "@statusquo/core";
import { neighbourOf } from "@statusquo/core";
import { z } from "zod";

/** One exchange that can be read, for messages about those that cannot. */
export const EXAMPLE =
  '{"id":"a1","method":"POST","path_shape":"/users","status":409,"headers":{"content-type":"application/json"},"body":"{\\"message\\":\\"email already exists\\"}"}';

const text = z.string({ error: 'text in quotes, such as "POST"' });
const number = z.number({ error: "a number, such as 12" });
const share = z.number({ error: "a share from 0 to 1, such as 0.25" }).min(0).max(1);
const shares = z.record(z.string(), share, { error: 'shares by name, such as {"eu": 0.25}' });
const headers = z.record(z.string(), text, { error: 'header values by name, such as {"retry-after": "5"}' });
const sent = z.union([z.boolean(), z.string()], { error: "true, or the value that was sent as text" });
const names = z.union([z.string(), z.array(z.string())], { error: 'a name or a list of names, such as ["version"]' });
const scalar = z.union([z.string(), z.number()], { error: "text or a number" });
const object = { error: "an object in braces, such as {}" };

const requestSignals = z.object(
  {
    if_match: sent.nullish(),
    if_none_match: sent.nullish(),
    idempotency_key: sent.nullish(),
    client_made_id: z.boolean({ error: "true or false" }).nullish(),
    version_header: sent.nullish(),
    header: text.nullish(),
    accept_language: text.nullish(),
    query: names.nullish(),
    body_field: names.nullish(),
    path_part: text.nullish(),
    action: text.nullish(),
  },
  object,
);

const sentValues = z.object(
  {
    from: text.nullish(),
    values: z.record(z.string(), z.unknown(), object).nullish(),
    idempotency_key: text.nullish(),
    cache_buster: z.boolean({ error: "true or false" }).nullish(),
    version: scalar.nullish(),
  },
  object,
);

const sample = z.object(
  {
    t: number.default(0),
    status: z.int({ error: "a status, such as 409; 0 for no answer" }).min(0).max(999),
    region: text.nullish(),
    slot: number.nullish(),
    method: text.nullish(),
    path: text.nullish(),
    headers: headers.nullish(),
    body: text.nullish(),
    request: sentValues.nullish(),
  },
  object,
);

const context = z.object(
  {
    window: z
      .object(
        { minutes: number.nullish(), requests: number.min(0), conflicts: number.min(0) },
        { error: 'an object such as {"minutes": 10, "requests": 120, "conflicts": 30}' },
      )
      .nullish(),
    baseline_share: share.nullish(),
    by_region: shares.nullish(),
    by_method: shares.nullish(),
    by_backend: shares.nullish(),
    by_shard: shares.nullish(),
    by_resource: shares.nullish(),
    by_load: shares.nullish(),
    other_clients_share: share.nullish(),
    clients: number.nullish(),
    deploys: z
      .array(
        z.object({ minutes_before_onset: number, what: text, regions: z.array(text).nullish() }, object),
        'a list such as [{"minutes_before_onset": 3, "what": "api 2.4.0"}]',
      )
      .nullish(),
    usual: z
      .object(
        { status: number.nullish(), headers: headers.nullish(), body: text.nullish(), request: sentValues.nullish() },
        object,
      )
      .nullish(),
    samples: z.array(sample, 'a list such as [{"t": 0, "status": 409}]').nullish(),
  },
  object,
);

const exchange = z.object(
  {
    id: scalar.nullish(),
    method: text.nullish(),
    path_shape: text.nullish(),
    request_signals: requestSignals.nullish(),
    status: z.int({ error: "a status, such as 409" }).default(409),
    headers: headers.nullish(),
    body: text.nullish(),
    context: context.nullish(),
  },
  { error: `an object such as ${EXAMPLE}` },
);

/** An exchange that was read; `id` is null when it has none. */
export interface ReadExchange {
  id: string | number | null;
  conflict: ConflictCase;
}

/** The exchange in `json`, or one sentence about what is wrong with it: what, what is allowed, what came. */
export function readExchange(json: string): ReadExchange | { problem: string } {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (error) {
    return { problem: `is not JSON: ${(error as Error).message}; one exchange is ${EXAMPLE}` };
  }
  const read = exchange.safeParse(value);
  if (!read.success) {
    const [issue] = read.error.issues;
    const place = (issue?.path ?? []).map(String).join(".");
    const came = (issue?.path ?? []).reduce<unknown>(
      (inner, part) => (inner as Record<PropertyKey, unknown> | null | undefined)?.[part],
      value,
    );
    const got = came === undefined ? "it is missing" : `got ${JSON.stringify(came).slice(0, 80)}`;
    return { problem: `${place === "" ? "the exchange" : place} must be ${issue?.message}; ${got}` };
  }
  const { data } = read;
  if (data.status !== 409) {
    const about = neighbourOf(data.status)?.says;
    return {
      problem: `status must be 409, for only conflicts are read; got ${data.status}${about ? ` (${about})` : ""}`,
    };
  }
  return {
    id: data.id ?? null,
    conflict: {
      method: data.method?.toUpperCase() ?? null,
      pathShape: data.path_shape ?? null,
      request: camelCased(data.request_signals ?? {}) as ConflictCase["request"],
      response: { status: data.status, headers: lowerCased(data.headers ?? {}), body: data.body ?? "" },
      ...(data.context && { context: contextOf(data.context) }),
    },
  };
}

function contextOf(read: z.infer<typeof context>): ConflictContext {
  const { samples, deploys, usual, window, ...rest } = read;
  return {
    ...(camelCased(rest) as ConflictContext),
    ...(window && { window: camelCased(window) as NonNullable<ConflictContext["window"]> }),
    ...(deploys && { deploys: deploys.map((one) => camelCased(one) as { minutesBeforeOnset: number; what: string }) }),
    ...(usual && { usual: sampleOf(usual) as NonNullable<ConflictContext["usual"]> }),
    ...(samples && {
      samples: samples.map((one): ConflictSample => ({ t: one.t, status: one.status, ...sampleOf(one) })),
    }),
  };
}

function sampleOf(one: { headers?: Record<string, string> | null | undefined; request?: object | null | undefined }) {
  const { headers: heads, request, ...rest } = one;
  return {
    ...camelCased(rest),
    ...(heads && { headers: lowerCased(heads) }),
    ...(request && { request: camelCased(request) }),
  };
}

/** `by_region` as `byRegion`; what is null is not known, and left out. */
function camelCased(value: object): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, inner]) => inner !== null && inner !== undefined)
      .map(([name, inner]) => [name.replace(/_([a-z])/g, (_, sign: string) => sign.toUpperCase()), inner]),
  );
}

function lowerCased(named: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(named).map(([name, value]) => [name.toLowerCase(), value]));
}
