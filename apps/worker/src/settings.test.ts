import { expect, test } from "vitest";
import { readRegion, readSettings } from "./settings.ts";

test("a worker needs no more than the address of a Redis", () => {
  expect(readSettings({ REDIS_URL: "redis://cache" })).toEqual({ redisUrl: "redis://cache", logLevel: "info" });
  expect(readSettings({ REDIS_URL: "redis://cache", LOG_LEVEL: "debug" }).logLevel).toBe("debug");
});

test("without the address it says which setting is missing", () => {
  for (const env of [{}, { REDIS_URL: "" }])
    expect(() => readSettings(env)).toThrow(
      expect.objectContaining({ code: "setting_invalid", message: expect.stringMatching(/^REDIS_URL must name/) }),
    );
});

test("a level of the log that does not exist is named beside those that do", () => {
  expect(() => readSettings({ REDIS_URL: "redis://cache", LOG_LEVEL: "loud" })).toThrow(
    'LOG_LEVEL must be one of trace, debug, info, warn, error, fatal, silent; got "loud"',
  );
});

test.each(["eu-west", "a", "0", "x".repeat(64)])("%s can be a region", (name) => {
  expect(readRegion(name)).toBe(name);
});

test.each([undefined, "", "EU", "-eu", "eu west", "eu:west", "x".repeat(65)])("%j cannot be a region", (name) => {
  expect(() => readRegion(name)).toThrow(expect.objectContaining({ code: "setting_invalid" }));
});
