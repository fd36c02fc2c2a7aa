/**
 * `statusquo selftest`: a made-up rise of 409 goes the whole way, and every stage says how long it took. Exit 0 when all
 * of it works, 1 naming the stage that does not, 2 when asked wrongly.
 */
import type { Channel } from "@statusquo/core";
import { loadDefinitions, problemText } from "../definitions/load.ts";
import { STAGES, type StageReport, selfTest } from "../selftest.ts";
import type { CommandContext } from "./command.ts";

export async function selftest({ settings, flags, env, print, printError }: CommandContext): Promise<number> {
  const channels = await channelsToTell();
  if (typeof channels === "number") return channels;
  const { isTTY } = process.stderr;
  const reports = await selfTest({
    ...{ redisUrl: settings.redisUrl, channels, env, publicUrl: settings.publicUrl },
    // A line that is written over, for a person who waits; a file or a pipe gets the ends alone.
    onBegin: (stage) => void (isTTY && !flags.json && process.stderr.write(`        ${stage} …\r`)),
    onEnd: (report) => void (flags.json || print(lineOf(report))),
  });
  const failed = reports.find(({ ok }) => !ok);
  const totalMs = reports.reduce((sum, { ms }) => sum + ms, 0);
  if (flags.json) print(JSON.stringify({ ok: !failed, failed: failed?.stage ?? null, totalMs, stages: reports }));
  else if (failed) printError(`\nselftest: the stage "${failed.stage}" does not work: ${failed.said}`);
  else print(`\nAll ${reports.length} stages work, in ${(totalMs / 1_000).toFixed(1)} s.${unsent(channels.length)}`);
  return failed ? 1 : 0;

  /** The channels of the definitions that are sent a test; an exit code when there are no such. */
  async function channelsToTell(): Promise<readonly Channel[] | number> {
    if (settings.config === null) {
      if (!flags.channel) return [];
      printError("selftest: --channel needs definitions, such as: --config statusquo.yaml");
      return 2;
    }
    const result = await loadDefinitions(settings.config, env);
    if (!result.ok) {
      for (const problem of result.problems) printError(problemText(problem));
      return 1;
    }
    const { channels: all } = result.loaded;
    if (flags.noSend) return [];
    if (!flags.channel) return all;
    const one = all.filter(({ id }) => id === flags.channel);
    if (one.length > 0) return one;
    const known = all.map(({ id }) => id).join(", ") || "none";
    printError(`selftest: no channel "${flags.channel}" is defined; there is ${known}`);
    return 2;
  }
}

const WIDTH = Math.max(...STAGES.map(({ length }) => length));

const lineOf = ({ stage, ok, ms, said }: StageReport) =>
  `${ok ? "ok     " : "FAILED "} ${stage.padEnd(WIDTH)} ${String(ms).padStart(6)} ms  ${said}`;

const unsent = (channels: number) => (channels > 0 ? "" : " Nobody was told.");
