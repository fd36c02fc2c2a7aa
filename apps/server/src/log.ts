/** The log: one JSON line a record, on standard error, so that standard output stays for people. */
import { logEnd } from "@statusquo/pipeline";
import { pino } from "pino";

const SECRET = ["authorization", "cookie", "token", "password", "webhook", "smtp", "redisUrl"];

export function createLog(level: string) {
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: { paths: SECRET.flatMap((name) => [name, `*.${name}`]), censor: "[removed]" },
    },
    logEnd(),
  );
}
