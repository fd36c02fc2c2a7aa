/**
 * `statusquo diagnose [FILE]`: the causes of recorded conflicts, by the code that serves incidents.
 *
 * One line of JSON for each exchange, in order, as it is read; with `--text` a few lines for people.
 */
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { type Cause, diagnoseConflict } from "@statusquo/core";
import { elementsOf } from "../exchanges/elements.ts";
import { EXAMPLE, readExchange } from "../exchanges/exchange.ts";
import type { CommandContext } from "./command.ts";

// Shares below this are not worth a line for people.
const WORTH_A_LINE = 0.05;

/** Exit code 0 when every exchange was read, 1 when one was not, 2 when FILE cannot be read. */
export async function diagnose({
  flags,
  rest,
  stdin = process.stdin,
  print,
  printError,
}: CommandContext): Promise<number> {
  const [file, ...more] = rest;
  if (more.length > 0) {
    printError(`diagnose: one file at a time, got ${rest.join(", ")}; several go through standard input, with cat`);
    return 2;
  }
  const found = file === undefined || file === "-" ? null : await stat(file).catch(() => null);
  if (file !== undefined && file !== "-" && !found?.isFile()) {
    printError(
      `diagnose: ${file} is not a file that can be read; name one with an exchange a line, or pipe them in: ${EXAMPLE}`,
    );
    return 2;
  }
  const chunks = file === undefined || file === "-" ? stdin : createReadStream(file);
  const name = file === undefined || file === "-" ? "standard input" : file;
  let read = 0;
  let wrong = 0;
  for await (const { line, text } of elementsOf(chunks)) {
    const exchange = readExchange(text);
    if ("problem" in exchange) {
      wrong += 1;
      printError(`${name}:${line}: ${exchange.problem}`);
      continue;
    }
    read += 1;
    const causes = diagnoseConflict(exchange.conflict);
    if (flags.text) for (const one of linesOf(exchange.id, causes)) print(one);
    else print(JSON.stringify({ id: exchange.id, causes: causes.map(plain) }));
  }
  if (read + wrong === 0) {
    printError(`diagnose: ${name} holds no exchange; one is ${EXAMPLE}`);
    return 1;
  }
  return wrong === 0 ? 0 : 1;
}

function plain({ cause, share, for: speaksFor, against }: Cause) {
  return { cause, share: Math.round(share * 10_000) / 10_000, for: speaksFor, against };
}

function linesOf(id: string | number | null, causes: readonly Cause[]): string[] {
  const told = causes.filter(({ share }, at) => at === 0 || share >= WORTH_A_LINE);
  const [top] = causes;
  return [
    id === null ? "an exchange" : String(id).replace(/\p{Cc}/gu, " "),
    ...told.flatMap(({ cause, title, share, for: speaksFor, against }) => [
      `  ${String(Math.round(share * 100)).padStart(3)} %  ${cause}: ${title}`,
      ...speaksFor.map((says) => `         + ${says}`),
      ...against.map((says) => `         - ${says}`),
    ]),
    ...(top
      ? [`  now         ${top.fix.now}`, `  in clients  ${top.fix.inClients}`, `  later       ${top.fix.later}`]
      : []),
    "",
  ];
}
