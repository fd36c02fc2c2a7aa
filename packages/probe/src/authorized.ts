/**
 * One exchange made as the definition asks: by its way, and with its word for who we are.
 */
import type { Auth, Connection } from "@statusquo/core";
import { authorizationOf, basicCredentials, type OwnAuth } from "./authorization.ts";
import type { ReadyProxy } from "./dial.ts";
import type { Refusal } from "./failure.ts";
import { type Exchange, type HttpOptions, type HttpPlan, probeHttp, unasked, type Way } from "./http.ts";
import { secureContextFor, type TrustProblem } from "./secure-context.ts";
import type { Tokens } from "./token.ts";

/** A request with everything filled in that was a reference. */
export interface AuthorizedRequest {
  plan: HttpPlan;
  auth?: Auth | undefined;
  connection?: Connection | undefined;
}

const UNAUTHORIZED = 401;

/**
 * As `probeHttp`, with authorization. A token that was kept and is not taken any more is asked for anew, once: then the
 * second answer is the one that counts. Time spent on tokens is inside the deadline, and in no phase.
 *
 * @param at when the probe began, ms since 1970
 */
export async function probeAuthorized(
  { plan, auth, connection }: AuthorizedRequest,
  at: number,
  options: HttpOptions,
  tokens: Tokens,
): Promise<Exchange> {
  if (auth === undefined && connection === undefined) return probeHttp(plan, options);
  const way = wayOf(connection);
  if ("reason" in way) return unasked(plan, way);
  const begun = performance.now();
  const remaining = (): HttpOptions => ({
    ...options,
    timeoutMs: Math.max(1, options.timeoutMs - (performance.now() - begun)),
    ...way.options,
  });
  const send = (who: OwnAuth | null) => probeAs(who, plan, at, remaining());
  if (auth?.kind !== "oauth2") return send(auth ?? null);

  for (let isSecond = false; ; isSecond = true) {
    const { way: all = {}, ...others } = remaining();
    const { own: _, ...elsewhere } = all;
    const taken = await tokens.take(auth, { ...others, way: elsewhere });
    if (taken.kind === "missed") return unasked(plan, taken);
    const exchange = await send({ kind: "bearer", token: taken.token });
    const isRefused = exchange.end.kind === "status" && exchange.end.status === UNAUTHORIZED;
    if (isRefused) tokens.drop(auth, taken.token);
    if (!isRefused || !taken.kept || isSecond) return exchange;
  }
}

async function probeAs(who: OwnAuth | null, plan: HttpPlan, at: number, options: HttpOptions): Promise<Exchange> {
  if (who === null) return probeHttp(plan, options);
  const secrets = new Set<string>(who.kind === "bearer" ? [who.token] : []);
  const authorize = (hop: HttpPlan) => {
    const made = authorizationOf(who, hop, at);
    for (const secret of made.secrets) secrets.add(secret);
    return made.headers;
  };
  const { way } = options;
  const exchange = await probeHttp(plan, { ...options, way: { ...way, own: { ...way?.own, authorize } } });
  return { ...exchange, secrets: [...secrets] };
}

/** What `probeHttp` needs to go this way; or what is wrong with it. */
function wayOf(connection: Connection | undefined): { options: Pick<HttpOptions, "way" | "secureContext"> } | Refusal {
  if (connection === undefined) return { options: {} };
  const { proxy, ip, http2, serverName, ca, clientCertificate } = connection;
  const way: Way = {};
  if (ip !== undefined) way.ip = ip;
  if (http2 !== undefined) way.http2 = http2;
  if (proxy !== undefined) {
    const ready = readyProxy(proxy);
    if (ready === null) {
      return { kind: "missed", reason: "unsupported", detail: "proxy: its url is no http address without user name" };
    }
    way.proxy = ready;
  }
  if (serverName !== undefined) way.own = { serverName };
  if (ca === undefined && clientCertificate === undefined) return { options: { way } };
  const everywhere = secureContextFor({ ca });
  const own = secureContextFor({ ca, clientCertificate });
  if ("problem" in everywhere) return untrusted(everywhere.problem);
  if ("problem" in own) return untrusted(own.problem);
  if (clientCertificate !== undefined) way.own = { ...way.own, secureContext: own.context };
  return { options: { way, ...(ca === undefined ? {} : { secureContext: everywhere.context }) } };
}

function untrusted({ part, message }: TrustProblem): Refusal {
  return { kind: "missed", reason: "unresolved", detail: `${part} ${message}` };
}

/** Null for what is no address of an HTTP proxy. */
export function readyProxy({ url, user, password }: NonNullable<Connection["proxy"]>): ReadyProxy | null {
  const parsed = URL.parse(url);
  if (parsed?.protocol !== "http:" || parsed.username !== "" || parsed.password !== "") return null;
  if (parsed.pathname !== "/" || parsed.search !== "") return null;
  return {
    host: parsed.hostname.replace(/^\[|\]$/g, "").replace(/\.$/, ""),
    port: parsed.port === "" ? 80 : Number(parsed.port),
    credentials: user === undefined ? null : basicCredentials(user, password ?? ""),
  };
}
