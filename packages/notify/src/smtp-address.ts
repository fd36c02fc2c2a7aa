/**
 * SMTP addresses: `smtp://user:password@host:587` or `smtps://…`, and what it asks of the connection.
 *
 * A mail leaves this host encrypted unless its definition says otherwise: STARTTLS is required, except on loopback.
 */

export interface SmtpAddress {
  host: string;
  port: number;
  /** From the first byte (`smtps`), by STARTTLS, or not at all. */
  encryption: "tls" | "starttls" | "none";
  auth: { user: string; pass: string } | null;
  /** `host:port`, for what is said about attempts. */
  place: string;
}

const TLS_WORDS = ["required", "off"];

/**
 * Reads a resolved address. `?tls=off` sends in the clear, `?tls=required` insists on STARTTLS on loopback too.
 *
 * @returns the address, or a sentence saying what is allowed; never with the address in it, which holds a password
 */
export function parseSmtpAddress(text: string): SmtpAddress | string {
  const url = URL.parse(text);
  if (url === null || !["smtp:", "smtps:"].includes(url.protocol) || url.hostname === "")
    return "smtp must be smtp://[user:password@]host[:port] or smtps://…; what its reference resolves to is neither";
  const unknown = [...url.searchParams.keys()].find((name) => name !== "tls");
  if (unknown !== undefined) return `smtp knows the parameter tls only, got "${unknown}"`;
  const tls = url.searchParams.get("tls");
  if (tls !== null && !TLS_WORDS.includes(tls)) return `smtp: tls must be ${TLS_WORDS.join(" or ")}, got "${tls}"`;
  const host = url.hostname.replace(/^\[|\]$/g, "");
  const secure = url.protocol === "smtps:";
  const port = url.port === "" ? (secure ? 465 : 587) : Number(url.port);
  const auth = credentialsOf(url);
  if (typeof auth === "string") return auth;
  const clear = tls === "off" || (tls === null && isLoopback(host));
  return {
    host,
    port,
    encryption: secure ? "tls" : clear ? "none" : "starttls",
    auth,
    place: `${url.hostname}:${port}`,
  };
}

function credentialsOf(url: URL): SmtpAddress["auth"] | string {
  if (url.username === "") return null;
  try {
    return { user: decodeURIComponent(url.username), pass: decodeURIComponent(url.password) };
  } catch {
    return "smtp: a % in user or password must be written %25";
  }
}

function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || /^127(\.\d{1,3}){3}$/.test(host);
}

/** The host of an SMTP address; null when it is none. */
export function smtpHost(text: string): string | null {
  const address = parseSmtpAddress(text);
  return typeof address === "string" ? null : address.host;
}
