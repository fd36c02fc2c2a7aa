/** The log: one JSON line a record, on standard error, so that standard output stays for people. */
import { visibleLine } from "@statusquo/core";
import { logEnd } from "@statusquo/pipeline";
import { pino } from "pino";

const SECRET = ["authorization", "cookie", "token", "password", "webhook", "smtp", "redisUrl"];

/** @param destination where lines go; standard error when absent */
export function createLog(level: string, destination?: { write(line: string): void }) {
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: { paths: SECRET.flatMap((name) => [name, `*.${name}`]), censor: "[removed]" },
      hooks: { streamWrite: visibleLine },
    },
    destination ?? logEnd(),
  );
}
