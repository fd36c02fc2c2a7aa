import { expect, test } from "vitest";
import { requestLine } from "./monitor.ts";
import { nearest } from "./nearest.ts";

test.each([
  ["https://api.example.com", "GET /"],
  ["https://api.example.com/orders/7?token=secret#top", "GET /orders/7"],
  ["http://[::1]:8080/a", "GET /a"],
])("a request line of %s is %s: no host, no query", (url, line) => {
  expect(requestLine({ request: { method: "GET", url, headers: {} } })).toBe(line);
});

test.each([
  ["evry", ["every", "expect"], "every"],
  ["Timeout", ["timeout"], "timeout"],
  ["slto", ["uuid", "slot"], "slot"],
  ["zzz", ["every"], null],
  ["", ["a"], "a"],
])("the known word nearest to %j of %j is %j", (word, known, near) => {
  expect(nearest(word, known)).toBe(near);
});
