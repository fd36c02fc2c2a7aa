import { expect, test } from "vitest";
import { dice } from "../../test/recording.ts";
import { createScanner, EXAMPLE } from "./scan.ts";

interface Seen {
  samples: [monitor: string, region: string, t: number, status: number][];
  others: Record<string, unknown>[];
}

function scan(text: string, pieceBytes = 1_000_000): Seen {
  const seen: Seen = { samples: [], others: [] };
  const scanner = createScanner<[string, string]>("samples.ndjson", {
    series: (monitor, region) => [monitor, region],
    sample: ([monitor, region], t, status) => void seen.samples.push([monitor, region, t, status]),
    other: (value) => void seen.others.push(value),
  });
  const bytes = Buffer.from(text);
  for (let from = 0; from < bytes.length; from += pieceBytes) scanner.push(bytes.subarray(from, from + pieceBytes));
  scanner.end();
  return seen;
}

const asJson = (text: string): Seen["samples"] =>
  text
    .split("\n")
    .filter((line) => line.trim() !== "")
    .map((line) => JSON.parse(line))
    .map(({ monitor, region, t, status }) => [monitor, region, t, status]);

test("samples are those that JSON.parse reads, in whatever shape their lines are and wherever the bytes are cut", () => {
  const roll = dice(409);
  const pick = <T>(of: readonly T[]) => of[Math.floor(roll() * of.length)] as T;
  const tails = [
    "",
    "",
    ',"latency_ms":12,"verdict":"up"',
    ',"latency_ms":null,"verdict":"up","held":true',
    ',"note":"}"',
  ];
  const lines = Array.from({ length: 600 }, (_, index) => {
    const [t, monitor, region] = [1_700_000_000_000 + index, pick(["a", "b/ü", 'q"', "a,1"]), pick(["eu", "us", "ap"])];
    const [status, shape] = [pick([0, 100, 200, 409, 503, 999]), pick(["plain", "plain", "plain", "spaced", "turned"])];
    const named = `"monitor":${JSON.stringify(monitor)},"region":"${region}"`;
    if (shape === "spaced") return `{ "t": ${t}, ${named}, "status": ${status} }`;
    if (shape === "turned") return `{"status":${status},${named},"t":${t}}`;
    return `{"t":${t},${named},"status":${status}${pick(tails)}}`;
  });
  for (const ending of ["\n", "\r\n", "\n\n"]) {
    const text = lines.join(ending);
    for (const piece of [1, 7, 64, 1_000, 1_000_000]) expect(scan(text, piece).samples).toEqual(asJson(text));
  }
});

test("a field that stands twice counts as JSON.parse counts it, also after a line like it", () => {
  const text = [
    '{"t":1,"monitor":"a","region":"eu","status":200,"status":503}',
    '{"t":2,"monitor":"a","region":"eu","status":200,"status":503}',
    '{"t":3,"monitor":"a","region":"eu","status":200}',
    '{"t":4,"monitor":"a","region":"eu","status":200,"region":"us"}',
  ].join("\n");
  expect(scan(text).samples).toEqual(asJson(text));
});

test("an object that is no sample is handed on as it is", () => {
  const { samples, others } = scan(`{"config":{"interval_ms":60000}}\n${EXAMPLE}`);
  expect(others).toEqual([{ config: { interval_ms: 60_000 } }]);
  expect(samples).toHaveLength(1);
});

// After a good line, so that the short way is tried as well.
test.for([
  ['{"t":1,"monitor":"a","region":"eu","status":200', 48, "one JSON object"],
  ['{"t":01,"monitor":"a","region":"eu","status":200}', 7, "one JSON object"],
  ['{"t":1,"monitor":"a","region":"eu","status":020}', 46, "one JSON object"],
  ['{"t":1,"monitor":"a","region":"eu","status":000}', 46, "one JSON object"],
  ['{"t":1,"monitor":"a","region":"eu","status":200}}', 49, "one JSON object"],
  ["[1,2]", 1, "one JSON object"],
  ['{"t":1.5,"monitor":"a","region":"eu","status":200}', 6, "t must be the time in whole milliseconds"],
  ['{"t":-1,"monitor":"a","region":"eu","status":200}', 6, "t must be"],
  ['{"t":"1","monitor":"a","region":"eu","status":200}', 6, "t must be"],
  ['{"t":1,"monitor":7,"region":"eu","status":200}', 18, "monitor must be a name"],
  ['{"t":1,"monitor":"a","status":200}', 1, "region must be a name"],
  ['{"t":1,"monitor":"a","region":"eu","status":42}', 45, "status must be a status code from 100 to 999, or 0"],
  ['{"t":1,"monitor":"a","region":"eu","status":1000}', 45, "status must be"],
  ['{"t":1,"monitor":"a","region":"eu"}', 1, "status must be"],
] as const)("the line %s is refused with its place, what is allowed and an example", ([line, column, allowed]) => {
  const good = '{"t":1,"monitor":"a","region":"eu","status":200}';
  const refusal = () => scan(`${good}\n${good}\n${line}\n${good}`);
  expect(refusal).toThrow(`samples.ndjson:3:${column}: `);
  expect(refusal).toThrow(allowed);
  expect(refusal).toThrow('such as {"t":');
});

test("a line without an end is refused before it fills the memory", () => {
  expect(() => scan("x".repeat(3_000_000), 100_000)).toThrow(
    "samples.ndjson:1:1: a line must be at most 1048576 bytes",
  );
});
