/**
 * Certificates for tests, valid for a hundred years but where the name says otherwise. The key is public: trust none
 * of them outside a test.
 */
import { readFileSync } from "node:fs";
import { createSecureContext, type SecureContext } from "node:tls";
import { fileURLToPath } from "node:url";

/**
 * `localhost` is good for localhost, 127.0.0.1 and ::1; `elsewhere` is for another host; `expired` ended in 2001;
 * `chained` is as good as `localhost`, issued by `ca` and followed by it; `client` is a client's, issued by `ca`.
 */
export type FixtureCertificate = "localhost" | "elsewhere" | "expired" | "chained" | "client" | "ca";

/** `own` belongs to every certificate here, `locked` is the same under `FIXTURE_PASSPHRASE`, `other` belongs to none. */
export type FixtureKey = "own" | "locked" | "other";

export const FIXTURE_PASSPHRASE = "fixture-passphrase";

const read = (name: string) => readFileSync(new URL(name, import.meta.url), "utf8");
const certificate = (which: FixtureCertificate) => read(`test-fixture-${which}.cert.pem`);

/** Key and certificate for a server. */
export function fixtureTls(which: FixtureCertificate): { key: string; cert: string } {
  return { key: read("test-fixture.key.pem"), cert: certificate(which) };
}

/** Where a fixture lies, for definitions that name files. */
export function fixtureFile(which: FixtureCertificate | { key: FixtureKey }): string {
  const name =
    typeof which === "string"
      ? `test-fixture-${which}.cert.pem`
      : `test-fixture${which.key === "own" ? "" : `-${which.key}`}.key.pem`;
  return fileURLToPath(new URL(name, import.meta.url));
}

/** A client's context that trusts one of the certificates and nothing else. */
export function trustFixture(which: FixtureCertificate): SecureContext {
  return createSecureContext({ ca: certificate(which) });
}
