/** The log: one JSON line a record, on standard error, so that standard output stays for people. */
import { visibleLine } from "@statusquo/core";
import { logEnd } from "@statusquo/pipeline";
import { type Logger, pino } from "pino";

const SECRET = ["authorization", "cookie", "token", "password", "webhook", "smtp", "redisUrl"];

export function createLog(level: string, region: string): Logger {
  return pino(
    {
      level,
      base: { region },
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: { paths: SECRET.flatMap((name) => [name, `*.${name}`]), censor: "[removed]" },
      hooks: { streamWrite: visibleLine },
    },
    logEnd(),
  );
}
