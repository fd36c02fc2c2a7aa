import { expect, test } from "vitest";
import { isLoopback, readSettings } from "./settings.ts";

const TOKEN = "0123456789abcdef0123456789abcdef";

test("H35: nobody else can reach a server that was not told otherwise", () => {
  expect(readSettings({})).toMatchObject({ host: "127.0.0.1", token: null });
});

test.each([
  "0.0.0.0",
  "::",
  "192.0.2.7",
  "status.example.com",
  "10.0.0.1",
  "::ffff:127.0.0.1",
  "127.0.0.1.example.com",
  "0",
])("H35: %s is refused without a token, and taken with one", (host) => {
  expect(isLoopback(host)).toBe(false);
  expect(() => readSettings({ HOST: host })).toThrow(/STATUSQUO_TOKEN must be set/);
  expect(() => readSettings({}, { host })).toThrow(/STATUSQUO_TOKEN must be set/);
  expect(() => readSettings({ HOST: host, STATUSQUO_TOKEN: "" })).toThrow(/STATUSQUO_TOKEN must be set/);
  expect(readSettings({ HOST: host, STATUSQUO_TOKEN: TOKEN }).token).toBe(TOKEN);
});

test.each(["127.0.0.1", "127.8.9.1", "::1", "localhost"])("H35: %s needs none", (host) => {
  expect(readSettings({ HOST: host }).host).toBe(host);
});

test.each([
  ["too short", "0123456789abcdef0123456789abcde"],
  ["with a space", `${TOKEN} x`],
  ["with a line break", `${TOKEN}\n`],
  ["with letters no header can carry", `${TOKEN}é`],
])("H40: a token %s is refused, and is not repeated", (_what, token) => {
  let said = "";
  try {
    readSettings({ STATUSQUO_TOKEN: token });
  } catch (error) {
    said = (error as Error).message;
  }
  expect(said).toContain("STATUSQUO_TOKEN must");
  expect(said).not.toContain(token.slice(0, 16));
});

test("samples are kept for 30 days, or for as many as a setting says", () => {
  expect(readSettings({}).sampleDays).toBe(30);
  expect(readSettings({ STATUSQUO_SAMPLE_DAYS: "2" }).sampleDays).toBe(2);
  for (const text of ["1", "91", "14d", "2.5", "-3", " 30", "1e1"])
    expect(() => readSettings({ STATUSQUO_SAMPLE_DAYS: text })).toThrow(
      `STATUSQUO_SAMPLE_DAYS must be a whole number of days, 2 to 90; got "${text}"`,
    );
});
