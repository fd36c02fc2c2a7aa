/**
 * Certificates: what a target showed of itself, read into values before its connection is gone.
 */
import type { X509Certificate } from "node:crypto";
import type { CertificateFacts } from "@statusquo/core";

/** A certificate as it came, with what was sent behind it. */
export interface ShownCertificate {
  certificate: X509Certificate;
  /** TLS version agreed on; null when the handshake did not end. */
  tls: string | null;
  /** Wall time, ms since 1970. */
  shownAt: number;
}

const DAY_MS = 86_400_000;
const MAX_NAMES = 20;
const MAX_CHAIN = 20;
const MAX_LETTERS = 300;

/**
 * What evidence and expectations need of a certificate. Texts are the target's own, cut but not yet inert. Null for
 * one whose dates are none.
 */
export function certificateFacts({ certificate, tls, shownAt }: ShownCertificate): CertificateFacts | null {
  const [validFrom, validTo] = [certificate.validFromDate.getTime(), certificate.validToDate.getTime()];
  if (!Number.isFinite(validFrom) || !Number.isFinite(validTo)) return null;
  return {
    subject: oneLine(certificate.subject),
    issuer: oneLine(certificate.issuer),
    validFrom,
    validTo,
    daysLeft: Math.floor((validTo - shownAt) / DAY_MS),
    names: (certificate.subjectAltName ?? "")
      .split(", ")
      .filter((name) => name !== "")
      .slice(0, MAX_NAMES)
      .map(oneLine),
    chainLength: chainLength(certificate),
    tls,
  };
}

/** `CN=a, O=b` of what Node writes on lines of their own. */
function oneLine(text: string): string {
  return text.replaceAll("\n", ", ").slice(0, MAX_LETTERS);
}

function chainLength(first: X509Certificate): number {
  const seen = new Set<string>();
  let current: X509Certificate | undefined = first;
  while (current !== undefined && seen.size < MAX_CHAIN && !seen.has(current.fingerprint256)) {
    seen.add(current.fingerprint256);
    current = current.issuerCertificate;
  }
  return seen.size;
}
