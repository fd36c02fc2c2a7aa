import { expect, test } from "vitest";
import { rowOf, summaryOf } from "../testing/views.ts";
import { reasonOf } from "./no-match.tsx";
import { search } from "./search.ts";

const rows = [
  rowOf({ id: "create-order", incident: summaryOf({ codes: [409, 503] }), standing: "spike" }),
  rowOf({ id: "health", name: "Front door", method: "GET", path: "/health", tags: ["edge"], regions: ["ap-south"] }),
];
const found = (text: string) => search(rows, text).map(({ id }) => id);

test("every word must match somewhere in name, method, path, id or tags", () => {
  expect(found("")).toEqual(["create-order", "health"]);
  expect(found("front DOOR")).toEqual(["health"]);
  expect(found("post /ord checkout")).toEqual(["create-order"]);
  expect(found("front order")).toEqual([]);
});

test("tag:, code:, region: and state: narrow", () => {
  expect(found("tag:edge")).toEqual(["health"]);
  expect(found("code:503")).toEqual(["create-order"]);
  expect(found("region:eu")).toEqual(["create-order"]);
  expect(found("state:spike order")).toEqual(["create-order"]);
});

test("a value that nothing has is named together with those there are", () => {
  expect(reasonOf(rows, "region:mars")).toBe("There is no region “mars” now. There is ap-south, eu-west, us-east.");
  expect(reasonOf(rows, "code:418")).toBe("There is no code “418” now. There is 409, 503.");
  expect(reasonOf(rows, "nothing such")).toBeNull();
});

test("a bare key and a colon in a path are plain words", () => {
  expect(found("tag:")).toEqual([]);
  expect(search([rowOf({ path: "/v1/orders:cancel" })], "orders:cancel")).toHaveLength(1);
});
