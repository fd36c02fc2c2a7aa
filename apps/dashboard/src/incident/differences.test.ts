import { expect, test } from "vitest";
import { exchangeOf } from "../testing/views.ts";
import { sideBySide } from "./differences.ts";

const answer = (code: number, headers: [string, string][], body: string) =>
  exchangeOf(code, {
    response: { status: code, reason: "", httpVersion: "1.1", headers, body, bodyBytes: body.length, truncated: false },
  });
const told = (lines: ReturnType<typeof sideBySide>["first"]) =>
  lines.filter(({ mark }) => mark !== "same").map(({ name, text }) => (name === "" ? text : `${name}: ${text}`));

test("lines that differ are marked on both sides, and an absent header is said to be absent", () => {
  const { first, second } = sideBySide(
    answer(
      409,
      [
        ["ETag", '"18"'],
        ["x-read-cache", "HIT"],
      ],
      '{"title":"Version conflict","id":7}',
    ),
    answer(201, [["etag", '"17"']], '{"id":7,"total":48}'),
  );
  expect(told(first)).toEqual(["HTTP/1.1 409", 'etag: "18"', "x-read-cache: HIT", '  "title": "Version conflict",']);
  expect(told(second)).toEqual(["HTTP/1.1 201", 'etag: "17"', "x-read-cache is absent", '  "total": 48']);
});

test("what differs in every exchange is not marked", () => {
  const { first } = sideBySide(
    answer(
      201,
      [
        ["Date", "now"],
        ["x-request-id", "1"],
      ],
      "",
    ),
    answer(
      201,
      [
        ["Date", "then"],
        ["x-request-id", "2"],
      ],
      "",
    ),
  );
  expect(told(first)).toEqual([]);
});

test("an exchange without an answer can be compared as well", () => {
  const { first } = sideBySide(exchangeOf(0, { response: null }), answer(201, [], ""));
  expect(told(first)).toEqual(["no answer"]);
});
