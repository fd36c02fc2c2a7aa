import { describe, expect, test } from "vitest";
import type { HttpPlan } from "./http.ts";
import { nextHop } from "./redirect.ts";

const FROM = "https://api.example.com/orders/7";
const plan = (method: string, body: string | null = null): HttpPlan => ({
  method,
  url: new URL(FROM),
  headers: { authorization: "a", cookie: "c", "x-api-key": "k", "content-type": "text/plain" },
  body,
});
const head = (status: number, location: string, name = "Location") => ({
  ...{ status, reason: "", httpVersion: "1.1" },
  headers: [[name, location]] as [string, string][],
});
const followed = (from: HttpPlan, status: number, location = "/b") => {
  const hop = nextHop(from, head(status, location), 1);
  if (hop.kind !== "follow") throw new Error(JSON.stringify(hop));
  return hop.plan;
};

/** RFC 9110 sections 15.4.2 to 15.4.9. */
test.each([
  [301, "GET", "GET"],
  [301, "POST", "GET"],
  [301, "PUT", "PUT"],
  [302, "HEAD", "HEAD"],
  [302, "POST", "GET"],
  [302, "PATCH", "PATCH"],
  [303, "POST", "GET"],
  [303, "PUT", "GET"],
  [303, "HEAD", "HEAD"],
  [307, "POST", "POST"],
  [308, "DELETE", "DELETE"],
])("%i after %s goes on as %s", (status, before, after) => {
  expect(followed(plan(before), status).method).toBe(after);
});

test("what becomes GET leaves its body and what describes it behind; what keeps its method keeps both", () => {
  expect(followed(plan("POST", "x"), 303)).toMatchObject({ body: null, headers: { "x-api-key": "k" } });
  expect(followed(plan("POST", "x"), 303).headers).not.toHaveProperty("content-type");
  expect(followed(plan("POST", "x"), 307)).toMatchObject({ body: "x", headers: { "content-type": "text/plain" } });
});

describe("another origin", () => {
  test.each([
    "https://example.com/orders/7",
    "http://api.example.com/orders/7",
    "https://api.example.com:8443/orders/7",
    "//other.example.com/",
    "https://api.example.com.evil.example/",
  ])("%s gets none of the definition's headers, and no body", (location) => {
    expect(followed(plan("GET"), 302, location).headers).toEqual({});
    expect(nextHop(plan("PUT", "x"), head(307, location), 1)).toEqual({
      kind: "kept",
      why: "it would carry the body to another origin",
    });
  });

  test("the same origin by another spelling is the same", () => {
    expect(followed(plan("GET"), 302, "https://API.example.com:443/x").headers).toMatchObject({ cookie: "c" });
  });
});

test.each([
  [200, "/b", "none"],
  [304, "/b", "none"],
  [300, "/b", "none"],
  [302, "http://[oops", "kept"],
  [302, "data:text/plain,x", "kept"],
  [302, "https://user@example.com/", "kept"],
])("%i with %s is %s", (status, location, kind) => {
  expect(nextHop(plan("GET"), head(status, location), 1).kind).toBe(kind);
});

test("a location is found by any spelling, may be UTF-8, and loses its fragment", () => {
  const hop = nextHop(plan("GET"), head(302, Buffer.from("/é#top").toString("latin1"), "LOCATION"), 1);
  expect(hop.kind === "follow" && hop.plan.url.href).toBe("https://api.example.com/%C3%A9");
});

test("no hop is made when none is left", () => {
  expect(nextHop(plan("GET"), head(302, "/b"), 0)).toMatchObject({ kind: "kept" });
});
