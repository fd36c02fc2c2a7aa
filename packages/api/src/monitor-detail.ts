/** One monitor whole: its row, what is usual, the verdict's readings, and the definition that made it. */
import {
  alertingOf,
  checkText,
  expectationText,
  isExpected,
  type Monitor,
  type StreamName,
  stepsOf,
} from "@statusquo/core";
import { definitionText } from "./definition-text.ts";
import { overviewRow } from "./overview.ts";
import { activeSilences, deploysAbout, isAbout, silenceDetail } from "./people.ts";
import type { ApiPorts } from "./ports.ts";
import type { Uptime } from "./uptime.ts";
import { usualHours } from "./usual-hours.ts";
import type { MonitorDetail, OverviewWindow } from "./views.ts";

/** Streams whose week is shown, as there is room for. */
const HOURS_OF = 3;

export function monitorDetail(
  ports: ApiPorts,
  monitor: Monitor,
  window: OverviewWindow,
  uptime: Map<string, Uptime>,
): MonitorDetail {
  const { codes, judged, ...row } = overviewRow(ports, monitor, window, uptime);
  const unexpected = codes.filter((code) => code !== 409 && !isExpected(monitor.expect, code));
  const streams: StreamName[] = [409, "any", ...unexpected.sort((a, b) => a - b)];
  const text = ports.sourceText(monitor);
  const { severity, remindMs, escalate } = alertingOf(monitor);
  const timezone = monitor.timezone ?? "UTC";
  const steps = stepsOf(monitor);
  return {
    ...row,
    url: plainUrl(monitor.request.url),
    headers: [...new Set(steps.flatMap(({ request }) => Object.keys(request.headers)))],
    timeoutMs: monitor.timeoutMs,
    expect: [expectationText(monitor.expect), ...(steps.at(-1)?.checks ?? []).map(checkText)].join("; "),
    steps: [
      ...steps.map(({ name }) => ({ name, role: "step" as const })),
      ...(monitor.cleanup ?? []).map(({ name }) => ({ name, role: "cleanup" as const })),
    ],
    falseAlarmsPerYear: monitor.falseAlarmsPerYear,
    notify: [...monitor.notify],
    version: monitor.version,
    source: { ...monitor.source, text: text === null ? null : definitionText(text, monitor) },
    usualOf: streams.flatMap((stream) => {
      const level = ports.usual(monitor.id, stream, row.now);
      return level === null ? [] : [{ stream, share: level.share, bad: level.bad, of: level.of }];
    }),
    verdict: judged && {
      slot: judged.slot,
      sampled: judged.sampled,
      missed: judged.missed,
      readings: judged.readings,
    },
    timezone,
    alerting: {
      severity,
      remindMs,
      escalate: escalate.map(({ afterMs, notify }) => ({ afterMs, notify: [...notify] })),
    },
    deploys: deploysAbout(ports.reader, monitor, row.ribbon.from, row.now + 1),
    silences: activeSilences(ports.reader, row.now)
      .filter((silence) => isAbout(silence, monitor))
      .map((silence) => silenceDetail(silence, row.now)),
    usualHours: usualHours(ports, monitor, streams.slice(0, HOURS_OF), timezone, row.now),
  };
}

/** An address without user, query and fragment, any of which may hold what only the target should know. */
function plainUrl(url: string): string {
  return url.replace(/[?#].*$/s, "").replace(/^([a-z]+:\/\/)[^/@]*@/i, "$1");
}
