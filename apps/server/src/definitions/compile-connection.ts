/** From what a definition says of connection and authorization to the values of the house, and what is wrong with it. */
import type { Auth, Connection, Monitor, RequestPlan, Step } from "@statusquo/core";
import { stepsOf } from "@statusquo/core";
import { literalRefusal, trustProblemOf } from "@statusquo/probe";
import type { ConnectionDefinition } from "./connection-schema.ts";
import type { DefinitionDocument, Problem } from "./document.ts";
import { valueAt } from "./issues.ts";

/** What of it a request carries; empty for one that is sent as usual. */
export type Reach = Pick<RequestPlan, "auth" | "connection">;

/** @param said with what it does not say taken from the defaults already */
export function reachOf(said: ConnectionDefinition): Reach {
  const auth = authOf(said.auth);
  const connection = connectionOf(said);
  return {
    ...(auth && { auth }),
    ...(Object.keys(connection).length > 0 && { connection }),
  };
}

function authOf(said: ConnectionDefinition["auth"]): Auth | undefined {
  if (said === undefined || said === "none") return undefined;
  const { basic, bearer, oauth2, hmac } = said;
  if (basic) return { kind: "basic", ...basic };
  if (bearer !== undefined) return { kind: "bearer", token: bearer };
  if (oauth2) {
    const { scope, audience } = oauth2;
    return {
      kind: "oauth2",
      tokenUrl: oauth2.token_url,
      clientId: oauth2.client_id,
      clientSecret: oauth2.client_secret,
      ...(scope !== undefined && { scope }),
      ...(audience !== undefined && { audience }),
      credentials: oauth2.credentials ?? "header",
    };
  }
  return (
    hmac && {
      kind: "hmac",
      secret: hmac.secret,
      header: (hmac.header ?? "x-signature").toLowerCase(),
      timestampHeader: (hmac.timestamp_header ?? "x-timestamp").toLowerCase(),
      encoding: hmac.encoding ?? "hex",
      prefix: hmac.prefix ?? "",
    }
  );
}

function connectionOf({ auth, tls, proxy, ip, http2 }: ConnectionDefinition): Connection {
  const mtls = auth === undefined || auth === "none" ? undefined : auth.mtls;
  const { cert, key, passphrase } = mtls ?? {};
  return {
    ...(proxy !== undefined && proxy !== "none" && { proxy: typeof proxy === "string" ? { url: proxy } : proxy }),
    ...(ip !== undefined && { ip }),
    ...(http2 && { http2 }),
    ...(tls?.server_name !== undefined && { serverName: tls.server_name }),
    ...(tls?.ca !== undefined && { ca: tls.ca }),
    ...(cert !== undefined &&
      key !== undefined && { clientCertificate: { cert, key, ...(passphrase !== undefined && { passphrase }) } }),
  };
}

/** What only the whole monitor shows, and what its certificates are. */
export async function connectionProblems(
  document: DefinitionDocument,
  path: readonly (string | number)[],
  monitor: Monitor,
  env: NodeJS.ProcessEnv,
): Promise<Problem[]> {
  const found = new Map<string, Problem>();
  const say = (key: string, message: string) => {
    const at = hasKey(document, path, key) ? document.placeOf(path, key) : document.placeOf(["defaults"], key);
    // Of several steps that share what is wrong, one is told of.
    found.set(`${key} ${message}`, { file: document.file, ...at, message: `monitor "${monitor.id}": ${message}` });
  };
  for (const { request } of [...stepsOf(monitor), ...(monitor.cleanup ?? [])] satisfies Step[]) {
    for (const { key, message } of await problemsOf(request, monitor, env)) say(key, message);
  }
  const isPlain = stepsOf(monitor).every(({ request }) => request.url.startsWith("http:"));
  if (isPlain && hasKey(document, path, "http2") && valueAt(document.value, [...path, "http2"]) === true) {
    say("http2", "http2 must be false for http: HTTP/2 is agreed on in TLS, so the address must be https; got true");
  }
  if (isPlain && hasKey(document, path, "tls")) {
    say("tls", "tls says nothing of an http address; make it https, or leave tls out");
  }
  return [...found.values()];
}

function hasKey(document: DefinitionDocument, path: readonly (string | number)[], key: string): boolean {
  return Object.hasOwn((valueAt(document.value, path) as object | undefined) ?? {}, key);
}

async function problemsOf(
  { url, headers, auth, connection = {} }: RequestPlan,
  { allowPrivate }: Monitor,
  env: NodeJS.ProcessEnv,
): Promise<{ key: string; message: string }[]> {
  const problems: { key: string; message: string }[] = [];
  const own = ownHeaders(auth).find((name) => headers[name] !== undefined);
  if (own !== undefined) {
    const other = `headers ${own}`;
    problems.push({ key: "auth", message: `auth and ${other} say the same thing; leave one of them out` });
  }
  const { proxy, ip, clientCertificate } = connection;
  const host = hostOf(url);
  if (ip !== undefined && proxy === undefined && familyOf(host) && familyOf(host) !== ip) {
    problems.push({ key: "ip", message: `ip must be that of the address, ${familyOf(host)} for ${host}; got ${ip}` });
  }
  if (clientCertificate !== undefined && url.startsWith("http:")) {
    problems.push({
      key: "auth",
      message: "auth mtls needs TLS: the address must be https, such as https://api.example.com/",
    });
  }
  const refusedProxy = proxy && literalRefusal(hostOf(proxy.url), true);
  if (refusedProxy) problems.push({ key: "proxy", message: `proxy: ${refusedProxy}` });
  const refusedToken = auth?.kind === "oauth2" ? literalRefusal(hostOf(auth.tokenUrl), allowPrivate) : null;
  if (refusedToken) {
    problems.push({
      key: "auth",
      message: `auth oauth2 token_url: ${refusedToken}; only allow_private: true lets it be asked`,
    });
  }
  const untrusted = await trustProblemOf(connection, env);
  if (untrusted) {
    const { part, message, written } = untrusted;
    problems.push(
      part === "ca"
        ? { key: "tls", message: `tls ca ${message}; got ${written}` }
        : { key: "auth", message: `auth mtls ${part} ${message}; got ${written}` },
    );
  }
  return problems;
}

/** Headers that authorization sets. */
function ownHeaders(auth: Auth | undefined): string[] {
  if (auth === undefined) return [];
  return auth.kind === "hmac" ? [auth.header, auth.timestampHeader] : ["authorization"];
}

function hostOf(url: string): string {
  const parsed = URL.parse(url.replaceAll(/\$\{[^}]*\}|\{\{[^}]*\}\}/g, "x"));
  return parsed?.hostname.replace(/^\[|\]$/g, "").replace(/\.$/, "") ?? "";
}

/** 4 or 6 for an address, 0 for a name. */
function familyOf(host: string): 0 | 4 | 6 {
  if (host.includes(":")) return 6;
  return /^\d+(?:\.\d+){3}$/.test(host) ? 4 : 0;
}
