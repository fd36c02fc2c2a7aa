/** Which definitions are in force, line by line, and why a newer edit is not. */
import { type Channel, expectationText, recipientsOf, requestLine } from "@statusquo/core";
import type { ApiPorts } from "./ports.ts";
import type { DefinitionsDetail } from "./views.ts";

export function definitionsDetail(ports: ApiPorts): DefinitionsDetail {
  const { files, loadedAt, problems, brokenAt } = ports.definitions();
  const monitors = ports.monitors();
  const channels = ports.channels();
  const { notify, heartbeat } = ports.self();
  const inFile = (all: readonly { source: { file: string } }[], file: string) =>
    all.filter(({ source }) => source.file === file).length;
  return {
    now: ports.clock.now(),
    loadedAt,
    files: files.map(({ file, lines }) => ({
      file,
      lines,
      monitors: inFile(monitors, file),
      channels: inFile(channels, file),
    })),
    monitors: monitors.map((monitor) => {
      const { id, name, source, intervalMs, regions, expect, falseAlarmsPerYear, tags, notify, version } = monitor;
      const [method = "", path = ""] = requestLine(monitor).split(" ", 2);
      return {
        id,
        name,
        file: source.file,
        line: source.line,
        endLine: source.endLine,
        method,
        path,
        intervalMs,
        regions: [...regions],
        expect: expectationText(expect),
        falseAlarmsPerYear,
        tags: [...tags],
        notify: [...notify],
        version,
      };
    }),
    channels: channels.map((channel) => {
      const { id, kind, source, filter } = channel;
      return {
        id,
        kind,
        file: source.file,
        line: source.line,
        recipients: recipientsOf(channel),
        severities: [...filter.severities],
        tags: [...filter.tags],
        quiet: quietText(filter),
        monitors: monitors.filter(({ notify }) => notify.includes(id)).length,
      };
    }),
    self: { notify: [...notify], heartbeat: heartbeat !== null },
    broken:
      problems.length === 0 || brokenAt === null
        ? null
        : {
            at: brokenAt,
            problems: problems.map(({ file, line, column, message }) => ({ file, line, column, message })),
          },
  };
}

/** "22:00 to 07:00 Europe/Berlin" */
function quietText({ quiet }: Channel["filter"]): string | null {
  if (quiet === null) return null;
  const { fromMinute, toMinute, timezone } = quiet;
  return `${timeOfDay(fromMinute)} to ${timeOfDay(toMinute)} ${timezone}`;
}

const timeOfDay = (minute: number) =>
  `${String(Math.floor(minute / 60)).padStart(2, "0")}:${String(minute % 60).padStart(2, "0")}`;
