/** The wire's part for connections: what a definition may ask of them, and what evidence says of a certificate. */
import type { Auth, CertificateFacts } from "@statusquo/core";
import { choice, FieldFault, fieldsOf, list, object, text, textOrNull, whole } from "./field.ts";

const LONGEST = 2_000;
const LATEST = 8.64e15;

/** Texts that a kind of authorization is nothing without. */
const NEEDED: Readonly<Record<Auth["kind"], string[]>> = {
  basic: ["user", "password"],
  bearer: ["token"],
  oauth2: ["tokenUrl", "clientId", "clientSecret"],
  hmac: ["secret", "header", "timestampHeader", "prefix"],
};

/** What a request asks of its way is kept to, or the definition is refused: left out, it would be sent as nobody. */
export function checkConnection({ auth, connection }: { auth?: unknown; connection?: unknown }): void {
  if (auth !== undefined) checkAuth(object("request.auth", auth));
  if (connection === undefined) return;
  const { proxy, ip, http2, serverName, ca, clientCertificate, ...others } = object("request.connection", connection);
  const unknown = Object.keys(others)[0];
  if (unknown !== undefined) throw new FieldFault(`request.connection.${unknown.slice(0, 80)} is not known here`);
  if (proxy !== undefined) texts("request.connection.proxy", proxy, ["url"], ["user", "password"]);
  if (ip !== undefined) choice("request.connection.ip", ip, [4, 6]);
  if (http2 !== undefined) choice("request.connection.http2", http2, [true, false]);
  if (serverName !== undefined) text("request.connection.serverName", serverName, LONGEST);
  if (ca !== undefined) text("request.connection.ca", ca, LONGEST);
  if (clientCertificate !== undefined)
    texts("request.connection.clientCertificate", clientCertificate, ["cert", "key"], ["passphrase"]);
}

function checkAuth(auth: Record<string, unknown>): void {
  const kind = choice("request.auth.kind", auth.kind, Object.keys(NEEDED)) as Auth["kind"];
  texts("request.auth", auth, NEEDED[kind], ["scope", "audience"]);
  if (kind === "oauth2") choice("request.auth.credentials", auth.credentials, ["header", "body"]);
  if (kind === "hmac") choice("request.auth.encoding", auth.encoding, ["hex", "base64"]);
}

function texts(name: string, value: unknown, needed: readonly string[], optional: readonly string[]): void {
  const fields = object(name, value);
  for (const key of needed) text(`${name}.${key}`, fields[key], LONGEST);
  for (const key of optional) if (fields[key] !== undefined) text(`${name}.${key}`, fields[key], LONGEST);
}

/** What of an exchange is about its connection; empty for one over plain http without a proxy. */
export function readConnectionEvidence(value: unknown): { certificate?: CertificateFacts; proxy?: string } {
  const { certificate, proxy } = fieldsOf(value);
  return {
    ...(certificate !== undefined && certificate !== null && { certificate: readCertificate(certificate) }),
    ...(proxy !== undefined && proxy !== null && { proxy: text("evidence.proxy", proxy, LONGEST) }),
  };
}

function readCertificate(value: unknown): CertificateFacts {
  const fields = object("evidence.certificate", value);
  const date = (name: "validFrom" | "validTo") => whole(`evidence.certificate.${name}`, fields[name], -LATEST, LATEST);
  return {
    subject: text("evidence.certificate.subject", fields.subject, LONGEST),
    issuer: text("evidence.certificate.issuer", fields.issuer, LONGEST),
    validFrom: date("validFrom"),
    validTo: date("validTo"),
    daysLeft: whole("evidence.certificate.daysLeft", fields.daysLeft, -1e8, 1e8),
    names: list("evidence.certificate.names", fields.names, 100, (name) =>
      text("evidence.certificate.names", name, LONGEST),
    ),
    chainLength: whole("evidence.certificate.chainLength", fields.chainLength, 0, 100),
    tls: textOrNull("evidence.certificate.tls", fields.tls, 100),
  };
}
