import { expect, test } from "vitest";
import { definitionText } from "./definition-text.ts";

const SECRET = "hunter2-and-more";
const shown = (text: string, headers: Record<string, string> = {}) =>
  definitionText(text, { request: { method: "GET", url: "https://api.example.com/", headers } });

test("references, templates and harmless lines stay as written", () => {
  const text = [
    "  - id: orders",
    `    headers: { authorization: "Bearer \${env:ORDERS_TOKEN}", idempotency-key: "{{uuid}}" }`,
    "    every: 1m",
    "    expect: [201]",
    "    json: { sku: PROBE, quantity: 1 } # a comment: with a colon",
  ].join("\n");
  const headers = { authorization: `Bearer \${env:ORDERS_TOKEN}`, "idempotency-key": "{{uuid}}" };
  expect(shown(text, headers)).toBe(text);
});

test.each([
  [`authorization: Bearer ${SECRET}`, { authorization: `Bearer ${SECRET}` }],
  [`headers: { x-team-code: "${SECRET}", accept: application/json }`, { "x-team-code": SECRET }],
  [`'X-Team-Code': '${SECRET}'`, { "x-team-code": SECRET }],
  [`x-team-code: >-\n        ${SECRET}`, { "x-team-code": SECRET }],
  [`json: { password: ${SECRET}, quantity: 1 }`, {}],
  [`json: {"client_secret":"${SECRET}"}`, {}],
  [`url: https://me:${SECRET}@api.example.com/`, {}],
  [`url: https://api.example.com/?sig=${SECRET}&page=2`, {}],
  [`base: &auth Bearer ${SECRET}`, { authorization: `Bearer ${SECRET}` }],
  [`authorization: "Token \${env:A} ${SECRET}"`, { authorization: `Token \${env:A} ${SECRET}` }],
])("a literal secret in `%s` is not shown", (text, headers) => {
  const result = shown(text, headers as Record<string, string>);
  expect(result).not.toContain(SECRET);
  expect(result).toContain("•••");
});

test("what surrounds a hidden value is still shown", () => {
  expect(shown(`headers: { x-team-code: "${SECRET}", accept: text/html }`, { "x-team-code": SECRET })).toBe(
    'headers: { x-team-code: "•••", accept: text/html }',
  );
  expect(shown(`json: { password: ${SECRET}, quantity: 1 }`)).toBe("json: { password: •••, quantity: 1 }");
});

test("a header's value folded over lines where its name does not stand is not shown, nor anything beside it", () => {
  expect(shown('base: &auth "hunter2-an\\\n  d-more"', { "x-team-code": "hunter2-and-more" })).toBeNull();
});

test("headers of every step and of cleanup are hidden alike", () => {
  const request = { method: "GET", url: "https://api.example.com/", headers: {} };
  const step = (headers: Record<string, string>) => ({
    ...{ name: "1 GET /", request: { ...request, headers }, expect: [], checks: [], save: [] },
  });
  const monitor = { request, steps: [step({ "x-one": SECRET })], cleanup: [step({ "x-two": `${SECRET}-too` })] };
  const text = `- get: https://api.example.com/\n  headers: { x-one: ${SECRET} }\n  headers: { x-two: ${SECRET}-too }`;
  expect(definitionText(text, monitor)).not.toContain("hunter2");
});
