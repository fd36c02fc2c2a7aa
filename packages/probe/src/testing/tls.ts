/**
 * Certificates for tests, valid for a hundred years but where the name says otherwise. The key is public: trust none
 * of them outside a test.
 */
import { readFileSync } from "node:fs";
import { createSecureContext, type SecureContext } from "node:tls";

/** `localhost` is good for localhost, 127.0.0.1 and ::1; `elsewhere` is for another host; `expired` ended in 2001. */
export type FixtureCertificate = "localhost" | "elsewhere" | "expired";

const read = (name: string) => readFileSync(new URL(name, import.meta.url), "utf8");
const certificate = (which: FixtureCertificate) => read(`test-fixture-${which}.cert.pem`);

/** Key and certificate for a server. */
export function fixtureTls(which: FixtureCertificate): { key: string; cert: string } {
  return { key: read("test-fixture.key.pem"), cert: certificate(which) };
}

/** A client's context that trusts one of the certificates and nothing else. */
export function trustFixture(which: FixtureCertificate): SecureContext {
  return createSecureContext({ ca: certificate(which) });
}
