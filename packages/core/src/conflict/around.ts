/**
 * What was seen around a conflict weighs: several answers side by side, shares by region or backend, deploys, load.
 *
 * Such causes (a cached error, everything refused) hardly show in one answer, and what does not fit speaks against them
 * as loudly as what fits speaks for them.
 */
import { quote } from "./body.ts";
import { cacheHit } from "./cache.ts";
import type { CauseName, ConflictCase, ConflictContext, Shares } from "./case.ts";
import { type Mark, marksOf, weightOf } from "./marks.ts";
import { conflictsOf, spanOf, valuesSent } from "./samples.ts";

const ALL = 0.95;
const HARDLY_ANY = 0.05;

/** Marks of the context and of cache headers; `words` are the marks of the body. */
export function readAround(conflict: ConflictCase, words: readonly Mark[]): Mark[] {
  const context = conflict.context ?? {};
  const heard = (cause: CauseName) => weightOf(words, cause);
  return [
    ...readCache(conflict, context),
    ...readEverything(conflict, context),
    ...readRace(context, heard),
    ...readVersions(context, heard),
    ...readContainer(context),
    ...readDeploys(context, heard),
  ];
}

/** What a body's words lose when the answer is not about the request that got it. */
const NOT_OF_THIS_REQUEST = {
  "duplicate-resource": -1,
  "stale-version": -1,
  "invalid-state": -1,
  race: -1,
  "file-or-merge": -1,
  "container-not-running": -1,
};

function readCache(conflict: ConflictCase, context: ConflictContext): Mark[] {
  const marks: Mark[] = [];
  const refused = conflictsOf(context);
  const { headers } = conflict.response;
  const hit = cacheHit(headers) ?? first(refused.map((sample) => cacheHit(sample.headers ?? {})));
  const mayCache = conflict.method === null || conflict.method === "GET" || conflict.method === "HEAD";
  if (hit === true) {
    const shown = headers.age && headers.age !== "0" ? `Age: ${quote(headers.age)}` : "a cache hit";
    const weight = mayCache ? 5 : 3.2;
    marks.push(...marksOf(`the 409 itself came from a cache (${shown})`, { "cached-error": weight }));
    if (mayCache) {
      marks.push(...marksOf("the words are those of an earlier answer, kept by a cache", NOT_OF_THIS_REQUEST));
    }
  } else if (hit === false) {
    marks.push(...marksOf("the cache in front did not answer this itself (Age 0 or a miss)", { "cached-error": -2 }));
  }
  if (/no-store|private/i.test(headers["cache-control"] ?? "")) {
    marks.push(...marksOf("Cache-Control keeps this answer out of shared caches", { "cached-error": -1.5 }));
  }
  for (const name of ["x-request-id", "request-id", "x-correlation-id", "x-trace-id", "date", "etag"]) {
    const seen = refused.flatMap((sample) => sample.headers?.[name] ?? []);
    const span = spanOf(refused.filter((sample) => sample.headers?.[name] !== undefined));
    if (seen.length < 2 || span < 2) continue;
    if (new Set(seen).size === 1) {
      const says = `${seen.length} answers over ${Math.round(span)} s carry the same ${name}`;
      marks.push(...marksOf(says, { "cached-error": name === "etag" ? 0.6 : name === "date" ? 1.6 : 2.2 }));
    } else if (new Set(seen).size === seen.length && name !== "etag") {
      marks.push(...marksOf(`every answer carries a ${name} of its own`, { "cached-error": -2.2 }));
    }
  }
  const past = (context.samples ?? []).filter((sample) => sample.request?.cacheBuster === true);
  if (past.some((sample) => sample.status !== 409 && sample.status !== 0)) {
    marks.push(...marksOf("a request that no cache could answer got through", { "cached-error": 2.4 }));
  } else if (past.length > 0) {
    marks.push(...marksOf("a request that no cache could answer got a 409 as well", { "cached-error": -3 }));
  }
  return marks;
}

function readEverything(conflict: ConflictCase, context: ConflictContext): Mark[] {
  const marks: Mark[] = [];
  const to = (weight: number, says: string) => marks.push(...marksOf(says, { "everything-409": weight }));
  const share = shareOf(context);
  if (share !== null && share >= ALL && (context.window?.requests ?? 0) >= 5) {
    to(1, `${context.window?.conflicts} of ${context.window?.requests} answers are 409`);
    const before = context.baselineShare;
    const usual = context.usual?.status;
    if (before !== undefined && before <= HARDLY_ANY && usual !== undefined && usual < 300)
      to(0.9, `before, ${percent(before)} were 409 and a usual answer was ${usual}`);
  } else if (share !== null && share < 0.8) to(-2, "other requests get through in the same window");
  const methods = Object.entries(context.byMethod ?? {});
  const reads = methods.filter(([name]) => name === "GET" || name === "HEAD");
  if (methods.length >= 2 && methods.every(([, part]) => part >= ALL)) {
    const all = quote(methods.map(([name]) => name).join(", "));
    to(reads.length > 0 ? 4.2 : 2.2, `every method gets 409: ${all}`);
    if (reads.length > 0)
      marks.push(...marksOf("every method gets 409, so the words are not about this request", NOT_OF_THIS_REQUEST));
  } else if (methods.some(([, part]) => part <= HARDLY_ANY)) to(-3, "another method of the same endpoint is fine");
  const regions = Object.values(context.byRegion ?? {});
  if (regions.length >= 2 && regions.every((part) => part >= ALL)) to(0.8, "every region gets it");
  else if (regions.some((part) => part < 0.5)) to(-2, "a region is fine");
  for (const [what, parts] of [
    ["backend", context.byBackend],
    ["shard", context.byShard],
    ["resource", context.byResource],
  ] as const) {
    const values = Object.values(parts ?? {});
    if (values.some((part) => part <= HARDLY_ANY)) to(-3, `another ${what} is fine`);
    else if (values.length >= 2 && values.every((part) => part >= ALL)) to(1.2, `every ${what} answers so`);
  }
  const paths = new Set(conflictsOf(context).flatMap((sample) => sample.path ?? []));
  if (paths.size >= 3) to(2.6, `${paths.size} different paths answer 409`);
  const probed = [...paths].find((path) => /health|ready|live|ping|status|version|favicon|robots|^\/$/i.test(path));
  if (probed !== undefined) to(1, `even ${quote(probed)} answers 409`);
  const fine = (context.samples ?? []).find(
    ({ status, request }) => status >= 200 && status < 300 && request?.cacheBuster !== true,
  );
  if (fine !== undefined) to(-2.5, `a request in between was answered ${fine.status}`);
  const other = context.otherClientsShare;
  if (other !== undefined && other <= HARDLY_ANY) to(-2.5, "other clients get through");
  const bodies = new Set(
    conflictsOf(context).flatMap(({ body }) =>
      body === undefined ? [] : body === "=" ? conflict.response.body : body,
    ),
  );
  if (paths.size >= 2 && bodies.size === 1) to(0.8, "different requests get the very same body");
  else if (bodies.size === 1 && !bodies.has("")) {
    const sent = new Set(conflictsOf(context).map(valuesSent));
    if (sent.size >= 3) to(1.2, `${sent.size} different requests get the very same body`);
  }
  return marks;
}

function readRace(context: ConflictContext, heard: (cause: CauseName) => number): Mark[] {
  const marks: Mark[] = [];
  const loads = ordered(context.byLoad);
  if (loads.length >= 2) {
    const [low, high] = [loads[0] ?? 0, loads.at(-1) ?? 0];
    if (high >= 2 * low && high - low >= 0.02) {
      marks.push(...marksOf(`the share rises with load, from ${percent(low)} to ${percent(high)}`, { race: 2.8 }));
    } else marks.push(...marksOf("the share does not rise with load", { race: -1 }));
  }
  if (context.clients === 1) marks.push(...marksOf("only one client was seen", { race: -1.2 }));
  const samples = context.samples ?? [];
  const passed = samples.some(
    (sample, at) =>
      sample.status === 409 &&
      valuesSent(sample) !== "" &&
      samples
        .slice(at + 1)
        .some((next) => next.status >= 200 && next.status < 300 && valuesSent(next) === valuesSent(sample)),
  );
  if (passed)
    marks.push(
      ...marksOf("the same request got through a little later", { race: heard("duplicate-resource") > 2 ? 0.8 : 2.2 }),
    );
  return marks;
}

function readVersions(context: ConflictContext, heard: (cause: CauseName) => number): Mark[] {
  const marks: Mark[] = [];
  const versions = conflictsOf(context).flatMap(({ request }) => request?.version ?? []);
  if (versions.length >= 2 && new Set(versions).size === 1) {
    marks.push(...marksOf(`version ${quote(String(versions[0]))} was sent again and again`, { "stale-version": 1.8 }));
  } else if (versions.length >= 2) marks.push(...marksOf("requests carried a version", { "stale-version": 0.8 }));
  const reads = (context.samples ?? []).filter(({ method, status }) => method === "GET" && status < 300);
  const cached = [context.usual?.headers ?? {}, ...reads.map(({ headers }) => headers ?? {})];
  if (heard("stale-version") > 1 && cached.some((headers) => cacheHit(headers) === true)) {
    marks.push(
      ...marksOf("reads are answered by a cache, so an old version is read", { "stale-version": 1.6, race: -0.5 }),
    );
  }
  return marks;
}

function readContainer(context: ConflictContext): Mark[] {
  const told = (context.samples ?? [])
    .filter(({ body, status }) => status < 400 && body !== undefined && body !== "=")
    .find(({ body }) =>
      /"(?:status|state|phase|reason)"\s*:\s*"(?:exited|dead|paused|created|restarting|stopped|crashloopbackoff|failed)"/i.test(
        body ?? "",
      ),
    );
  return told ? marksOf("a read shows that the container does not run", { "container-not-running": 1.8 }) : [];
}

/** Minutes after a deploy in which what begins is put down to it. */
const SOON = 10;
const LATE = 30;

function readDeploys(context: ConflictContext, heard: (cause: CauseName) => number): Mark[] {
  const marks: Mark[] = [];
  const byRegion = Object.entries(context.byRegion ?? {});
  const bad = byRegion.filter(([, part]) => part >= 0.5).map(([region]) => region);
  const split = bad.length > 0 && bad.length < byRegion.length;
  for (const { minutesBeforeOnset, what, regions } of context.deploys ?? []) {
    if (minutesBeforeOnset < 0 || minutesBeforeOnset > LATE) continue;
    const there = regions !== undefined && split && bad.every((region) => regions.includes(region));
    const elsewhere = regions !== undefined && bad.length > 0 && !bad.some((region) => regions.includes(region));
    const name = quote(what);
    if (elsewhere) {
      marks.push(...marksOf(`${name} went out where there are no conflicts`, { "everything-409": -1 }));
      continue;
    }
    const matches = there && byRegion.every(([region, part]) => regions.includes(region) === part >= 0.5);
    const where = matches ? " in the same regions" : "";
    const says = `it began ${Math.round(minutesBeforeOnset)} min after ${name}${where}`;
    const share = shareOf(context);
    const all = share !== null && share >= ALL;
    const allThere = matches && byRegion.every(([, part]) => part >= ALL || part <= HARDLY_ANY);
    if (minutesBeforeOnset <= SOON && (all || allThere)) {
      // A region that is fine speaks against it, unless the deploy did not reach that region.
      marks.push(...marksOf(says, { "everything-409": allThere ? 3.2 : 1.1 }));
    }
    if (/replica|scal(?:e|ing)|worker|concurren|parallel|instances|second|queue|cron|job/i.test(what)) {
      marks.push(...marksOf(says, { race: 1.5 }));
    }
    if (/cach|cdn|varnish|edge|proxy/i.test(what)) {
      marks.push(
        ...marksOf(says, { "cached-error": 0.6, ...(heard("stale-version") > 1 && { "stale-version": 1.4 }) }),
      );
    }
    if (/migrat|restor|backup|import|re-?index|index|shard|replay|fail-?over|sequence/i.test(what)) {
      marks.push(...marksOf(says, { "corrupted-index": heard("duplicate-resource") > 1.5 ? 1.6 : 0.6 }));
    }
  }
  return marks;
}

function shareOf({ window }: ConflictContext): number | null {
  return window && window.requests > 0 ? window.conflicts / window.requests : null;
}

/** Shares in rising order of load: by the number in each key where there is one, else as they came. */
function ordered(parts: Shares | undefined): number[] {
  const entries = Object.entries(parts ?? {});
  const loads = entries.map(([name]) => Number(/\d+(?:\.\d+)?/.exec(name)?.[0] ?? Number.NaN));
  if (loads.every((load) => Number.isFinite(load))) {
    return entries
      .map(([, part], at) => ({ part, load: loads[at] ?? 0 }))
      .toSorted((a, b) => a.load - b.load)
      .map(({ part }) => part);
  }
  const rank = (name: string) =>
    /low|idle|night|off|quiet|min/i.test(name) ? 0 : /high|peak|busy|max/i.test(name) ? 2 : 1;
  return entries.toSorted(([a], [b]) => rank(a) - rank(b)).map(([, part]) => part);
}

function first(values: readonly (boolean | null)[]): boolean | null {
  return values.find((value) => value !== null) ?? null;
}

function percent(share: number): string {
  return `${Math.round(share * 1000) / 10} %`;
}
