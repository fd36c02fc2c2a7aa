import fc from "fast-check";
import { expect, test } from "vitest";
import { type Cause, type ConflictCase, type ConflictContext, diagnoseConflict } from "./conflict.ts";

const UUID = "6f1d8a52-0b1c-4f6e-9d2a-7c1b2f3e4d5a";

function conflict(method: string, path: string, body: unknown, more: Partial<ConflictCase> = {}): ConflictCase {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  return { method, pathShape: path, request: {}, response: { status: 409, headers: {}, body: text }, ...more };
}

function likeliest(one: ConflictCase): Cause {
  return diagnoseConflict(one)[0]!;
}

function shareOf(one: ConflictCase, cause: Cause["cause"]): number {
  return diagnoseConflict(one).find((reading) => reading.cause === cause)!.share;
}

test("each kind of conflict is told by the words, the method and what was sent", () => {
  const read = (method: string, path: string, body: unknown, request: ConflictCase["request"] = {}) =>
    likeliest(conflict(method, path, body, { request })).cause;
  expect(read("POST", "/gardeners", { error: "A gardener with this badge already exists" })).toBe("duplicate-resource");
  expect(read("PUT", "/plots/{id}", { detail: "revision 4 is not the latest" }, { ifMatch: true })).toBe(
    "stale-version",
  );
  expect(read("POST", "/harvests/{id}/cancel", { detail: "The harvest has already been shipped" })).toBe(
    "invalid-state",
  );
  expect(read("PATCH", "/plots/{id}", { detail: "Plot is locked by another request, try again later" })).toBe("race");
  expect(read("PUT", "/plans/{path}", "sha does not match", { bodyField: "sha" })).toBe("file-or-merge");
  expect(read("POST", "/containers/{id}/exec", "container gnome is not running")).toBe("container-not-running");
});

test("the same words are told apart by what the request does", () => {
  const inUse = { message: "the watering can is in use by 2 gardeners" };
  expect(likeliest(conflict("DELETE", "/cans/{id}", inUse)).cause).toBe("invalid-state");
  const taken = { message: "the badge name is already in use" };
  expect(likeliest(conflict("POST", "/badges", taken)).cause).toBe("duplicate-resource");
  const overtaken = conflict("DELETE", "/plots/{id}", { message: "version mismatch" });
  const sent = { ...overtaken, request: { query: "version" } };
  expect(shareOf(sent, "stale-version")).toBeGreaterThan(shareOf(overtaken, "stale-version"));
  expect(shareOf(overtaken, "race")).toBeGreaterThan(shareOf(sent, "race"));
});

test("what passes on its own is a race, what is settled is a state", () => {
  const running = conflict("POST", "/beds/{id}/dig", { message: "An import is already running for this bed" });
  const settled = conflict("POST", "/beds/{id}/dig", { message: "The bed is already archived" });
  expect([likeliest(running).cause, likeliest(settled).cause]).toEqual(["race", "invalid-state"]);
});

test("error bodies are understood in other languages", () => {
  const read = (method: string, text: string) => likeliest(conflict(method, "/things", { message: text })).cause;
  expect(read("POST", "Ein Beet mit diesem Namen ist bereits vorhanden")).toBe("duplicate-resource");
  expect(read("POST", "Un jardinier avec cet identifiant existe déjà")).toBe("duplicate-resource");
  expect(read("DELETE", "No se puede eliminar: el huerto no está vacío")).toBe("invalid-state");
  expect(read("POST", "Outra operação está em andamento, aguarde")).toBe("race");
  expect(read("POST", "この名前は既に使用されています")).toBe("duplicate-resource");
  expect(read("POST", "任务正在执行，请稍后再试")).toBe("race");
  expect(read("PUT", "Данные были изменены другим пользователем, версия устарела")).toBe("stale-version");
});

test("an answer that says nothing is undetermined, and the fix says what to send", () => {
  const silent = [
    "",
    "Conflict",
    { status: 409, error: "Conflict", path: "/beds/already-exists" },
    { title: "Conflict" },
  ];
  const stock = [
    "<html><head><title>409 Conflict</title></head><body><h1>409 Conflict</h1></body></html>",
    { message: "The request could not be completed due to a conflict with the current state of the target resource." },
    { message: "An error occurred" },
    { message: "Die Anfrage steht im Konflikt mit dem aktuellen Zustand der Ressource" },
    { message: "请求与资源的当前状态相冲突" },
    { message: "Conflict while trying to store the thing" },
    { message: "The bed could not be saved to the database" },
  ];
  for (const body of [...silent, ...stock]) {
    const reading = likeliest(conflict("POST", "/beds", body));
    expect(reading.cause).toBe("undetermined");
    expect(reading.fix.later).toContain("problem+json");
  }
});

test("an If-Match that failed is a stale version even without a body", () => {
  expect(likeliest(conflict("PUT", "/beds/{id}", "", { request: { ifMatch: true } })).cause).toBe("stale-version");
});

test("sentences quote the deciding words, short and without control characters", () => {
  const nasty = `\u001b[31mThe \u202ename\u0007 "${"x".repeat(30)}" is\nalready in use`;
  const reading = likeliest(conflict("POST", "/beds", { message: nasty }));
  expect(reading.cause).toBe("duplicate-resource");
  expect(reading.for.join(" ")).toContain("in use");
  for (const sentence of diagnoseConflict(conflict("POST", "/beds", { message: nasty })).flatMap((one) => one.for)) {
    expect(sentence).not.toMatch(/[\p{Cc}\p{Cf}]/u);
    expect(sentence.length).toBeLessThan(200);
  }
});

test("a name that another one has is a duplicate, whatever is said of the other", () => {
  for (const [method, body] of [
    ["PATCH", "Another gardener already uses this badge"],
    ["POST", "Another bed with that label"],
    ["PUT", "This badge already maps to another gardener."],
    ["POST", "The badge provided is already being used."],
  ] as const)
    expect(likeliest(conflict(method, "/beds/{id}", { message: body })).cause, body).toBe("duplicate-resource");
});

test("a rule that names a passing state is a matter of state", () => {
  const rule = conflict("POST", "/digs/{id}/pause", { message: "Only an in-progress dig can be paused." });
  expect(likeliest(rule).cause).toBe("invalid-state");
  const running = conflict("POST", "/digs/{id}/pause", { message: "A pause is already in progress." });
  expect(likeliest(running).cause).toBe("race");
});

test("what changed while somebody read it is stale", () => {
  for (const body of [
    "The bed changed while you were editing it. Reload it.",
    "stale_bed",
    "Beds changed since this page loaded; reload",
  ])
    expect(likeliest(conflict("PUT", "/beds/{id}", { message: body })).cause, body).toBe("stale-version");
});

test("what any 409 says, in whatever frame or language, names no cause", () => {
  for (const body of [
    "<h2>HTTP ERROR 409 Conflict</h2><table><tr><th>STATUS:</th><td>409</td></tr><tr><th>MESSAGE:</th><td>Conflict</td></tr></table>",
    { message: "リクエストは現在のリソースの状態と競合しています" },
    { message: "요청이 현재 리소스 상태와 충돌합니다" },
    { error: "E409", message: "Something went wrong, please try again" },
    { message: "Ha ocurrido un error" },
    { title: "Conflict", detail: "A conflict occurred. Check the documentation." },
  ])
    expect(likeliest(conflict("POST", "/beds", body)).cause, JSON.stringify(body)).toBe("undetermined");
});

test("a bare failure names no cause, in any language", () => {
  for (const body of ["Cannot add bed", "Bed update failed", "No se pudo crear la cuenta", "Não foi possível salvar."])
    expect(likeliest(conflict("POST", "/beds", { message: body })).cause, body).toBe("undetermined");
});

const NAME_TAKEN = { message: "A bed with this name already exists" };
const HEALTHY: ConflictContext = { window: { minutes: 10, requests: 100, conflicts: 100 }, baselineShare: 0.01 };

test("409 for every method, region and path after a release is the endpoint, whatever the body says", () => {
  const everywhere = conflict("POST", "/beds", NAME_TAKEN, {
    context: {
      ...HEALTHY,
      byMethod: { GET: 1, POST: 1 },
      byRegion: { north: 1, south: 1 },
      deploys: [{ minutesBeforeOnset: 2, what: "release 12" }],
      samples: ["/beds", "/beds/{id}", "/healthz"].map((path, t) => ({
        t,
        method: "GET",
        path,
        status: 409,
        body: "=",
      })),
    },
  });
  expect(likeliest(everywhere).cause).toBe("everything-409");
  const readsFine = {
    ...everywhere,
    context: { ...HEALTHY, byMethod: { GET: 0, POST: 1 }, deploys: everywhere.context!.deploys! },
  };
  expect(likeliest(readsFine).cause).toBe("duplicate-resource");
});

test("a 409 that a cache repeats is a cached error; a cache that missed is none", () => {
  const samples = [0, 20, 40].map((t) => ({
    t,
    status: 409,
    headers: { age: String(10 + t), "x-request-id": "q-1" },
    body: "=",
  }));
  const headers = { age: "10", "x-cache": "HIT", "x-request-id": "q-1" };
  const cached = conflict("GET", "/beds", NAME_TAKEN, {
    response: { status: 409, headers, body: "{}" },
    context: { samples },
  });
  expect(likeliest(cached).cause).toBe("cached-error");
  const missed = conflict("POST", "/beds", NAME_TAKEN, {
    response: { status: 409, headers: { age: "0", "x-cache": "MISS" }, body: JSON.stringify(NAME_TAKEN) },
  });
  const reading = diagnoseConflict(missed);
  expect(reading[0]!.cause).toBe("duplicate-resource");
  expect(reading.find(({ cause }) => cause === "cached-error")!.against[0]).toContain("miss");
});

test("duplicates of values that are new each time, on one shard, are a corrupted index", () => {
  const samples = [1, 2, 3].map((n) => ({
    t: n,
    method: "POST",
    status: 409,
    body: "=",
    request: { values: { name: `n-${n}` } },
  }));
  const bad = conflict("POST", "/beds", NAME_TAKEN, { context: { samples, byShard: { s1: 0, s2: 1 } } });
  expect(likeliest(bad).cause).toBe("corrupted-index");
});

/** What our own checks of three regions met, each with a value of its own. */
const freshChecks = (count: number) =>
  Array.from({ length: count }, (_, n) => ({
    ...{ t: n * 5, slot: n, region: ["eu", "us", "ap"][n % 3]!, method: "POST", path: "/beds", status: 409, body: "=" },
    request: { from: "own-probe", values: { name: `bed-${n}` } },
  }));

test("new values that were accepted until now and are all called duplicates are a corrupted index", () => {
  const body = 'duplicate key value violates unique constraint "beds_name_key"';
  const context = { samples: freshChecks(6), window: { requests: 6, conflicts: 6 }, baselineShare: 0.03 };
  const usual = { status: 201, request: { from: "own-probe", values: { name: "bed-0" } } };
  const before = shareOf(conflict("POST", "/beds", body, { context }), "corrupted-index");
  const read = conflict("POST", "/beds", body, { context: { ...context, usual } });
  expect(likeliest(read).cause).toBe("corrupted-index");
  expect(shareOf(read, "corrupted-index")).toBeGreaterThan(before);
});

test("one answer to different requests that speaks of the route is an endpoint that answers 409 to everything", () => {
  const body = { title: "Conflict", detail: "Handler for /beds is mounted twice, the fallback handler answered" };
  const context = { samples: freshChecks(6), window: { requests: 6, conflicts: 6 }, byRegion: { eu: 1, us: 1, ap: 1 } };
  expect(likeliest(conflict("POST", "/beds", body, { context })).cause).toBe("everything-409");
  const registered = conflict("POST", "/gardeners", { detail: "The badge is registered" });
  expect(likeliest(registered).cause).toBe("duplicate-resource");
});

test("checks that send one value in every region and minute collide with themselves", () => {
  const check = (t: number, slot: number, region: string, status: number, name: string) => ({
    t,
    slot,
    region,
    status,
    ...(status === 409 && { body: "=" }),
    request: { from: "own-probe", values: { name } },
  });
  const same = [check(0, 0, "north", 201, "p"), check(1, 0, "south", 409, "p"), check(60, 1, "north", 409, "p")];
  const own = conflict("POST", "/beds", NAME_TAKEN, { context: { samples: same, otherClientsShare: 0 } });
  expect(likeliest(own).cause).toBe("own-probe");
  expect(likeliest(own).fix.now).toContain("{{uuid}}");
  const shared = { ...own, context: { samples: same, otherClientsShare: 0.6 } };
  expect(likeliest(shared).cause).toBe("duplicate-resource");
});

test("a share that rises with load speaks for a race, and one client alone against it", () => {
  const silent = conflict("PUT", "/beds/{id}", { message: "write conflict" });
  const rising = { ...silent, context: { byLoad: { "10 rps": 0.01, "200 rps": 0.2 } } };
  const alone = { ...silent, context: { clients: 1 } };
  expect(shareOf(rising, "race")).toBeGreaterThan(shareOf(silent, "race"));
  expect(shareOf(alone, "race")).toBeLessThan(shareOf(silent, "race"));
});

test("a key the database makes itself that collides points at its sequence", () => {
  const body = {
    code: "23505",
    detail: "Key (id)=(41) already exists.",
    message: 'violates unique constraint "beds_pkey"',
  };
  expect(likeliest(conflict("POST", "/beds", body)).cause).toBe("corrupted-index");
  expect(likeliest(conflict("POST", "/beds", body, { request: { clientMadeId: true } })).cause).toBe(
    "duplicate-resource",
  );
});

test("removed values are no words of the body", () => {
  expect(likeliest(conflict("POST", "/beds", { message: "[removed: already exists]" })).cause).toBe("undetermined");
});

test("every case gets every cause once, with shares that sum to 1, in order, however broken the body is", () => {
  const text = fc.oneof(
    fc.string({ unit: "binary", maxLength: 400 }),
    fc.json(),
    fc.constant("{".repeat(9_000)),
    fc.constant(`${"a_B".repeat(4_000)} already`),
  );
  fc.assert(
    fc.property(text, fc.constantFrom(null, "GET", "POST", "PUT", "DELETE"), (body, method) => {
      const causes = diagnoseConflict({
        method,
        pathShape: `/x/${UUID}`,
        request: {},
        response: { status: 409, headers: {}, body },
      });
      expect(new Set(causes.map(({ cause }) => cause)).size).toBe(11);
      expect(causes.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 9);
      for (const [at, one] of causes.entries()) expect(one.share).toBeLessThanOrEqual(causes[at - 1]?.share ?? 1);
    }),
    { numRuns: 200 },
  );
});
