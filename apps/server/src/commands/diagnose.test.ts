import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { readSettings } from "../settings.ts";
import { NO_REPLAY_FLAGS } from "./command.ts";
import { diagnose } from "./diagnose.ts";

const TAKEN = {
  id: "a1",
  method: "POST",
  path_shape: "/beds",
  status: 409,
  headers: {},
  body: '{"detail":"this bed exists already"}',
};
const LOCKED = {
  id: 2,
  method: "PUT",
  path_shape: "/beds/{id}",
  status: 409,
  body: "bed is locked by another gardener",
};

async function read(input: string | string[], rest: string[] = [], text = false) {
  const said: string[] = [];
  const errors: string[] = [];
  async function* chunks() {
    yield* [input].flat();
  }
  const code = await diagnose({
    settings: readSettings({}),
    flags: { json: false, out: null, text, replay: NO_REPLAY_FLAGS },
    rest,
    env: {},
    stdin: chunks(),
    print: (line) => said.push(line),
    printError: (line) => errors.push(line),
  });
  return { code, said, errors };
}

const lines = (...values: unknown[]) => values.map((value) => JSON.stringify(value)).join("\n");

test("each exchange of standard input becomes one line with every cause, likeliest first", async () => {
  const { code, said } = await read(lines(TAKEN, LOCKED));
  expect(code).toBe(0);
  const read1 = said.map((line) => JSON.parse(line));
  expect(read1.map(({ id }) => id)).toEqual(["a1", 2]);
  expect(read1.map(({ causes }) => causes[0].cause)).toEqual(["duplicate-resource", "race"]);
  for (const { causes } of read1) {
    const shares = causes.map(({ share }: { share: number }) => share);
    expect(shares).toEqual(shares.toSorted((a: number, b: number) => b - a));
    expect(shares.reduce((sum: number, share: number) => sum + share, 0)).toBeCloseTo(1, 2);
    expect(Object.keys(causes[0])).toEqual(["cause", "share", "for", "against"]);
  }
});

test("an array, over lines or not, is read as well as lines are, wherever it is cut into chunks", async () => {
  const tricky = { ...TAKEN, body: 'a bed named "}],[{" \\ exists already' };
  const one = (await read(lines(tricky, LOCKED))).said;
  for (const text of [
    JSON.stringify([tricky, LOCKED]),
    JSON.stringify([tricky, LOCKED], null, 2),
    `[\n${lines(tricky)},\n${lines(LOCKED)}\n]\n`,
  ]) {
    expect((await read(text)).said).toEqual(one);
    expect((await read(text.split(""))).said).toEqual(one);
  }
  expect((await read(JSON.stringify(TAKEN, null, 2))).said).toEqual((await read(lines(TAKEN))).said);
});

test("what was seen around an exchange is read with it", async () => {
  const context = {
    window: { minutes: 10, requests: 100, conflicts: 100 },
    by_method: { GET: 1, POST: 1 },
    by_region: { eu: 1, us: 1 },
    deploys: [{ minutes_before_onset: 2, what: "gateway 7" }],
  };
  const { said } = await read(lines({ ...TAKEN, context }));
  expect(JSON.parse(said[0]!).causes[0].cause).toBe("everything-409");
});

test("a line that cannot be read is named with its place, the rule and what came, and the others are read", async () => {
  const { code, said, errors } = await read([
    lines(TAKEN),
    "\n{not json\n",
    lines({ ...TAKEN, method: 7 }),
    "\n",
    lines({ ...TAKEN, status: 404 }),
    "\n",
    lines(LOCKED),
  ]);
  expect(code).toBe(1);
  expect(said).toHaveLength(2);
  expect(errors[0]).toMatch(/^standard input:2: is not JSON: .*; one exchange is \{"id":/);
  expect(errors[1]).toBe('standard input:3: method must be text in quotes, such as "POST"; got 7');
  expect(errors[2]).toMatch(/^standard input:4: status must be 409, .*; got 404 \(404 says/);
});

test("a broken element of an array names the line it begins on", async () => {
  const { code, said, errors } = await read(`[\n${lines(TAKEN)},\n{"body": 5},\n${lines(LOCKED)}]`);
  expect([code, said.length]).toEqual([1, 2]);
  expect(errors).toEqual(['standard input:3: body must be text in quotes, such as "POST"; got 5']);
});

test("a file is read like standard input, and one that is not there is refused", async () => {
  const folder = mkdtempSync(join(tmpdir(), "statusquo-diagnose-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, "conflicts.ndjson");
  writeFileSync(file, lines(TAKEN, LOCKED));
  expect((await read("", [file])).said).toEqual((await read(lines(TAKEN, LOCKED))).said);
  expect((await read("", [join(folder, "none")])).code).toBe(2);
  expect((await read("", [file, file])).code).toBe(2);
});

test("nothing to read is said, with an example", async () => {
  const { code, errors } = await read(" \n");
  expect(code).toBe(1);
  expect(errors[0]).toContain('holds no exchange; one is {"id":');
});

test("for people there is the cause, why, and what to do", async () => {
  const { said } = await read(lines(TAKEN), [], true);
  expect(said[0]).toBe("a1");
  expect(said[1]).toMatch(/^ +\d+ % {2}duplicate-resource: the resource exists already$/);
  expect(said.join("\n")).toMatch(/\n {2}now {9}\S.*\n {2}in clients {2}\S.*\n {2}later {7}\S/);
});
