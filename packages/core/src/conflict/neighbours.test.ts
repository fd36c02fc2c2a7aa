import { expect, test } from "vitest";
import type { Evidence } from "../sample.ts";
import { betterCodes, codeChangeText, neighbourNotes, neighbourOf, uniqueViolationIn } from "./neighbours.ts";

test("the neighbours of a conflict are told apart, other codes are not its neighbours", () => {
  for (const code of [400, 404, 410, 412, 422, 423, 428, 429, 500])
    expect(neighbourOf(code)?.says).toContain(`${code} says`);
  expect(neighbourOf(409)).toBeNull();
  expect(neighbourOf(200)).toBeNull();
});

test("a change of code inside an incident is explained where one of both is a conflict", () => {
  expect(codeChangeText(409, 429)).toContain("probes must not make it worse");
  expect(codeChangeText(500, 409)).toMatch(/^it was 500 before, and is 409 now: /);
  expect(codeChangeText(500, 503)).toBeNull();
  expect(codeChangeText(409, 409)).toBeNull();
  expect(codeChangeText(409, 302)).toBeNull();
});

test("a failed If-Match had better been a 412, a hidden duplicate a 409", () => {
  const conflict = { request: { ifMatch: true }, response: { status: 409, body: "" } };
  expect(betterCodes(conflict).map(({ code }) => code)).toEqual([412]);
  expect(betterCodes({ ...conflict, request: {} })).toEqual([]);
  const hidden = { request: {}, response: { status: 500, body: "ERROR: 23505 duplicate key value" } };
  expect(betterCodes(hidden).map(({ code }) => code)).toEqual([409]);
  expect(betterCodes({ ...hidden, response: { status: 400, body: hidden.response.body } })).toEqual([]);
});

test("an incident says what its codes mean beside each other, and whether its example hides a duplicate", () => {
  const body = '{"code":"P2002"}';
  const example: Evidence = {
    request: { method: "POST", url: "https://garden.example/beds", headers: [], body: null },
    response: { status: 500, reason: "", httpVersion: "1.1", headers: [], body, bodyBytes: 16, truncated: false },
    remoteAddress: null,
    bodyError: null,
  };
  expect(neighbourNotes([409, 500], example)).toEqual([
    neighbourOf(500)!.says,
    'the body says "P2002": a duplicate, which 500 hides and 409 would name',
  ]);
  expect(neighbourNotes([409], null)).toEqual([]);
  expect(neighbourNotes([503, 500], null)).toEqual([]);
});

test("unique violations are known by the codes and words of databases, and by those alone", () => {
  for (const body of [
    "error 1062: Duplicate entry 'a'",
    '{"code":"P2002"}',
    "E11000 duplicate key",
    "ActiveRecord::RecordNotUnique",
  ]) {
    expect(uniqueViolationIn(body)).not.toBeNull();
  }
  for (const body of ["took 10620 ms", "a unique opportunity"]) {
    expect(uniqueViolationIn(body)).toBeNull();
  }
});
