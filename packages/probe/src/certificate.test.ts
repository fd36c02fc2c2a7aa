import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { certificateFacts } from "./certificate.ts";
import { type FixtureCertificate, fixtureFile } from "./testing/index.ts";

const DAY_MS = 86_400_000;
const shown = (which: FixtureCertificate, shownAt: number) => ({
  certificate: new X509Certificate(readFileSync(fixtureFile(which))),
  tls: "TLSv1.3",
  shownAt,
});

test.each([
  ["a day and a bit before its end", -1.5 * DAY_MS, 1],
  ["in its last hour", -3_600_000, 0],
  ["at its end", 0, 0],
  ["a minute after its end", 60_000, -1],
  ["a week after its end", 7 * DAY_MS, -7],
])("days left are whole days, rounded down: %s %i ms are %i", (_, after, days) => {
  const { certificate } = shown("expired", 0);
  const shownAt = certificate.validToDate.getTime() + after;
  expect(certificateFacts({ certificate, tls: null, shownAt })?.daysLeft).toBe(days);
});

test("facts are texts of one line, names a list", () => {
  expect(certificateFacts(shown("localhost", 0))).toMatchObject({
    subject: "CN=statusquo test fixture",
    names: ["DNS:localhost", "IP Address:127.0.0.1", "IP Address:0:0:0:0:0:0:0:1"],
    chainLength: 1,
    tls: "TLSv1.3",
  });
});

test("a certificate whose dates are none has no facts, rather than dates that nobody can store", () => {
  const certificate = { validFromDate: new Date(0), validToDate: new Date(Number.NaN) } as X509Certificate;
  expect(certificateFacts({ certificate, tls: null, shownAt: 0 })).toBeNull();
});
