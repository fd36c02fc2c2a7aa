/**
 * Secure contexts: whom TLS trusts and what it shows, made once for each pair of both.
 *
 * A context of its own costs a probe half as much again as the handshake, all for parsing the same roots.
 */
import { createHash, createPrivateKey, type KeyObject, X509Certificate } from "node:crypto";
import { createSecureContext, getCACertificates, type SecureContext } from "node:tls";
import type { ClientCertificate } from "@statusquo/core";

/** PEM texts, references filled. */
export interface Trust {
  /** Trusted besides Node's own roots. */
  ca?: string | undefined;
  clientCertificate?: ClientCertificate | undefined;
}

/** Contexts kept; the oldest goes for the next. One with an authority of its own holds 1.4 MB, and takes 60 ms to make. */
const MAX_CONTEXTS = 64;

let plain: SecureContext | null = null;
const contexts = new Map<string, SecureContext>();

export type TrustProblem = { part: "ca" | "cert" | "key"; message: string };

/** The context, or what is wrong with the texts, in words that hold nothing of them. */
export function secureContextFor(trust: Trust): { context: SecureContext } | { problem: TrustProblem } {
  const { ca, clientCertificate } = trust;
  if (ca === undefined && clientCertificate === undefined) return { context: plainContext() };
  const { cert, key, passphrase } = clientCertificate ?? {};
  // By hash: a key must not lie about as a map's key as well.
  const name = createHash("sha256")
    .update(JSON.stringify([ca, cert, key, passphrase]))
    .digest("base64");
  const known = contexts.get(name);
  if (known) return { context: known };
  const problem = trustProblem(trust);
  if (problem !== null) return { problem };
  const context = createSecureContext({
    ...(ca === undefined ? {} : { ca: [...getCACertificates("default"), ca] }),
    ...(cert === undefined || key === undefined ? {} : { cert, key }),
    ...(passphrase === undefined ? {} : { passphrase }),
  });
  if (contexts.size >= MAX_CONTEXTS) contexts.delete(contexts.keys().next().value!);
  contexts.set(name, context);
  return { context };
}

/** Node's trusted roots and those of NODE_EXTRA_CA_CERTS, and nothing to show. */
export function plainContext(): SecureContext {
  plain ??= createSecureContext();
  return plain;
}

function trustProblem({ ca, clientCertificate }: Trust): TrustProblem | null {
  if (ca !== undefined && certificateIn(ca) === null) return { part: "ca", message: NO_CERTIFICATE };
  if (clientCertificate === undefined) return null;
  const { cert, key, passphrase } = clientCertificate;
  const own = certificateIn(cert);
  if (own === null) return { part: "cert", message: NO_CERTIFICATE };
  let secret: KeyObject;
  try {
    secret = createPrivateKey({ key, ...(passphrase === undefined ? {} : { passphrase }) });
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "unreadable";
    const message = key.includes("ENCRYPTED")
      ? `is locked, and the passphrase ${passphrase === undefined ? "is missing" : "does not open it"}`
      : `holds no private key in PEM form, "-----BEGIN PRIVATE KEY-----" (${code})`;
    return { part: "key", message };
  }
  return own.checkPrivateKey(secret) ? null : { part: "key", message: "does not belong to the certificate in cert" };
}

const NO_CERTIFICATE = 'holds no certificate in PEM form, "-----BEGIN CERTIFICATE-----"';

function certificateIn(pem: string): X509Certificate | null {
  try {
    return pem.includes("-----BEGIN CERTIFICATE-----") ? new X509Certificate(pem) : null;
  } catch {
    return null;
  }
}
