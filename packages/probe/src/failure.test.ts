import { expect, test } from "vitest";
import { bodyErrorOf, classify } from "./failure.ts";

const coded = (code: string, message = "no luck") => Object.assign(new Error(message), { code });

test.each(["EMFILE", "ENFILE", "ENOMEM", "ENOBUFS", "EADDRNOTAVAIL"])("%s is this worker's shortage", (code) => {
  for (const phase of ["dns", "connect", "tls", "firstByte", "body"] as const) {
    expect(classify(coded(code), phase)).toMatchObject({ kind: "missed", reason: "resource" });
  }
});

test.each([
  ["ENOTFOUND", "dns", "dns"],
  ["EAI_AGAIN", "dns", "dns"],
  ["ECONNREFUSED", "connect", "connect"],
  ["EHOSTUNREACH", "connect", "connect"],
  ["ECONNRESET", "connect", "connect"],
  ["ECONNRESET", "tls", "tls"],
  ["ECONNRESET", "firstByte", "protocol"],
  ["CERT_HAS_EXPIRED", "tls", "tls"],
  ["ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED", "firstByte", "tls"],
  ["HPE_INVALID_CONSTANT", "firstByte", "protocol"],
] as const)("%s while in %s is a failure of kind %s", (code, phase, reason) => {
  expect(classify(coded(code), phase)).toMatchObject({
    kind: "failure",
    reason,
    detail: expect.stringContaining(code),
  });
});

test("of several addresses tried, a shortage of ours decides; else the last one's trouble is told", () => {
  const both = new AggregateError([coded("ENETUNREACH"), coded("ECONNREFUSED")]);
  expect(classify(both, "connect")).toMatchObject({ detail: "connection refused (ECONNREFUSED)" });
  const short = new AggregateError([coded("EMFILE"), coded("ECONNREFUSED")]);
  expect(classify(short, "connect")).toMatchObject({ kind: "missed", reason: "resource" });
});

test("errors without a code, or with a number for one, and things that are no errors are failures too", () => {
  expect(classify(new Error("odd"), "firstByte")).toMatchObject({ reason: "protocol", detail: "odd" });
  expect(classify(Object.assign(new Error("odd"), { code: 23 }), "body")).toMatchObject({ detail: "odd" });
  expect(classify(undefined, "connect")).toMatchObject({ reason: "connect" });
  expect(bodyErrorOf(coded("ECONNRESET", "aborted"))).toBe("connection reset or closed early (ECONNRESET)");
});
