/**
 * The HTTP end: one POST to one address under one deadline, and what its answer means for another attempt.
 *
 * What a provider asks for in `Retry-After` is kept by the whole channel, so that no other message asks in between.
 * Redirects are answers. Nothing that is said repeats a secret.
 */
import { type DeliveryResult, type EpochMs, StatusquoError } from "@statusquo/core";
import { CLOSED, HELD_MS, type Surroundings } from "./channel.ts";
import { type Sayer, sayerWithout } from "./secrets.ts";

/** Providers answer a few words; whoever answers more is somebody else. In characters. */
const ANSWER_MAX = 2_000;
/** A provider that asks for more than this is broken, not busy. */
const LONGEST_QUIET_MS = 24 * 3_600_000;

/** What came back: an answer, or why there was none. */
export type Answer =
  | { kind: "answer"; status: number; body: string; retryAfter: string | null }
  /** `blocked`: the address may not be dialled, which is a setting of ours. */
  | { kind: "silence"; why: string; blocked: boolean };

/**
 * How a provider reads an answer of its own: taken; to be tried later; refused for good; or held, as a setting of ours
 * is wrong and the message well.
 */
export type Meaning = { kind: "delivered"; said: string } | { kind: "later" | "refused" | "held"; said?: string };

export interface HttpEnd {
  /** How long the provider still wants quiet, as a result; null when it does not. */
  resting(): DeliveryResult | null;
  post(headers: Record<string, string>, body: string): Promise<Answer>;
  /**
   * What comes back when `send` posts by the `fetch` it is given. For a provider's own library: those drop headers, read
   * bodies of any size and take any 200 for success, so the answer is kept before they see it.
   */
  postBy(send: (fetch: typeof globalThis.fetch) => Promise<unknown>): Promise<Answer>;
  resultOf(answer: Answer, meaningOf: (status: number, body: string) => Meaning): DeliveryResult;
  close(): void;
}

/** @param secrets everything beside the address that must not be repeated */
export function httpEnd(address: string, secrets: readonly string[], surroundings: Surroundings): HttpEnd {
  const { now, fetch, httpTimeoutMs } = surroundings;
  const url = new URL(address);
  const say = sayerWithout([...secretsOf(url, address), ...secrets]);
  const closing = new AbortController();
  let quietUntil: EpochMs = Number.NEGATIVE_INFINITY;

  async function postBy(send: (fetch: typeof globalThis.fetch) => Promise<unknown>): Promise<Answer> {
    const deadline = AbortSignal.timeout(httpTimeoutMs);
    let answer: Answer | null = null;
    const keeping: typeof globalThis.fetch = async (target, init) => {
      const signal = AbortSignal.any([deadline, closing.signal, ...(init?.signal ? [init.signal] : [])]);
      const response = await fetch(new URL(target instanceof Request ? target.url : target), {
        method: "POST",
        headers: Object.fromEntries(new Headers(init?.headers)),
        body: String(init?.body ?? ""),
        redirect: "manual",
        signal,
      });
      const { status, headers } = response;
      const text = await readStart(response);
      answer = { kind: "answer", status, body: text, retryAfter: headers.get("retry-after") };
      return new Response(text === "" ? null : text, { status });
    };
    try {
      await send(keeping);
    } catch (error) {
      if (answer === null) return silenceOf(error, deadline.aborted);
    }
    return answer ?? silenceOf(null, deadline.aborted);
  }

  function silenceOf(error: unknown, isLate: boolean): Answer {
    const blocked = blockedBy(error);
    if (blocked !== null) return { kind: "silence", why: blocked, blocked: true };
    const why = isLate ? `no answer within ${httpTimeoutMs / 1_000} s` : `no connection${codeOf(error)}`;
    return { kind: "silence", why, blocked: false };
  }

  return {
    postBy,
    resting() {
      const quietMs = quietUntil - now();
      if (quietMs <= 0) return null;
      return { kind: "retry", said: `waiting: ${url.host} asked for quiet`, afterMs: quietMs };
    },
    post: (headers, body) => postBy((fetch) => fetch(url, { method: "POST", headers, body })),
    resultOf(answer, meaningOf) {
      if (closing.signal.aborted && answer.kind === "silence") return { kind: "retry", said: CLOSED };
      const result = read(answer, meaningOf, url.host, now(), say);
      if (result.kind === "retry" && result.afterMs !== undefined) quietUntil = now() + result.afterMs;
      return result;
    },
    close: () => closing.abort(),
  };
}

function read(
  answer: Answer,
  meaningOf: (status: number, body: string) => Meaning,
  host: string,
  now: EpochMs,
  say: Sayer,
): DeliveryResult {
  if (answer.kind === "silence") {
    const said = say(`${host}: ${answer.why}`);
    return answer.blocked ? { kind: "retry", said, afterMs: HELD_MS, held: true } : { kind: "retry", said };
  }
  const { status, body, retryAfter } = answer;
  const meaning = meaningOf(status, body);
  if (meaning.kind === "delivered") return { kind: "delivered", said: say(meaning.said) };
  const said = say(meaning.said ?? `${host} said ${status} ${body}`);
  if (meaning.kind === "refused") return { kind: "refused", said };
  const afterMs = quietOf(retryAfter, now);
  if (meaning.kind === "held") return { kind: "retry", said, afterMs: Math.max(HELD_MS, afterMs ?? 0), held: true };
  return { kind: "retry", said, ...(afterMs === null ? {} : { afterMs }) };
}

/** What a status alone says, for whoever answers like most do. */
export function usualMeaning(status: number): "later" | "refused" {
  // A redirect for the time being is somebody between us and the provider; a lasting one says the address is wrong.
  if (status < 400) return status === 301 || status === 308 ? "refused" : "later";
  return status >= 500 || status === 408 || status === 425 || status === 429 ? "later" : "refused";
}

/** Why nothing can be posted to an address; null when nothing speaks against it. */
export function addressProblem(key: string, address: string): string | null {
  const url = URL.parse(address);
  if (url === null || !["http:", "https:"].includes(url.protocol))
    return `${key} must be an http(s) address; what its reference resolves to is not one`;
  // Node would send them as a header of its own making, and servers' logs would keep them.
  if (url.username !== "" || url.password !== "") return `${key} must hold no user and password`;
  return null;
}

/** The host an address dials, without brackets. */
export function hostOf(address: string): string | null {
  return URL.parse(address)?.hostname.replace(/^\[|\]$/g, "") ?? null;
}

/** `Retry-After` in ms, as seconds or as a date; null when there is none that can be read. */
function quietOf(retryAfter: string | null, now: EpochMs): number | null {
  if (retryAfter === null) return null;
  const ms = /^\d+$/.test(retryAfter.trim()) ? Number(retryAfter) * 1_000 : Date.parse(retryAfter) - now;
  return Number.isNaN(ms) ? null : Math.min(Math.max(ms, 0), LONGEST_QUIET_MS);
}

async function readStart(response: Response): Promise<string> {
  let text = "";
  if (response.body === null) return text;
  const decoder = new TextDecoder();
  for await (const chunk of response.body) {
    text += decoder.decode(chunk as Uint8Array, { stream: true });
    // Leaving the loop cancels the rest of the body.
    if (text.length > ANSWER_MAX) break;
  }
  return text.slice(0, ANSWER_MAX).trim();
}

/** The guard's words; null when it was not the guard. They name an address, never a path. */
function blockedBy(error: unknown): string | null {
  for (let cause = error; cause instanceof Error; cause = originOf(cause)) {
    if (cause instanceof StatusquoError && cause.code === "address_blocked") return cause.message;
  }
  return null;
}

/** The cause by its code alone: messages of network errors repeat the address, which is the secret. */
function codeOf(error: unknown): string {
  for (let cause = error; cause instanceof Error; cause = originOf(cause)) {
    const code: unknown = (cause as { code?: unknown }).code;
    if (typeof code === "string" && /^(E[A-Z]|UND_|CERT|ERR_|DEPTH|UNABLE|SELF|HPE_)/.test(code)) return ` (${code})`;
  }
  return "";
}

/** Libraries of providers put what went wrong into `original`, where others have `cause`. */
const originOf = (error: Error): unknown => (error as { original?: unknown }).original ?? error.cause;

function secretsOf({ pathname, search }: URL, address: string): string[] {
  // Every part of the path that looks like a token, in case an answer repeats only that.
  return [address, pathname + search, pathname, ...pathname.split("/").filter((part) => part.length >= 8)];
}
