/**
 * What was usual then: within an incident, what it was judged by.
 *
 * Learning takes up the hours an incident falls in, so that one that comes every night is known by and by. Asked
 * afterwards, or while it goes on, what is usual for just these hours would be the incident itself, and hide it.
 */
import type { EpochMs, Incident, MonitorId, StreamName } from "@statusquo/core";
import type { ApiPorts } from "./ports.ts";

/** A quarter of an hour is believed together with its neighbours, so one more on either side is touched. */
const AROUND_MS = 30 * 60_000;
/** Of one monitor; what is older is hardly looked at. */
const INCIDENTS_READ = 100;

/** `ports.usual`, but no higher within an incident than when it opened. */
export function usualThen(ports: Pick<ApiPorts, "usual" | "reader" | "subscribe" | "closing">): ApiPorts["usual"] {
  const read = new Map<MonitorId, Incident[]>();
  const unsubscribe = ports.subscribe((event) => {
    if (event.kind === "definitions") read.clear();
    if (event.kind !== "committed") return;
    for (const { verdict, transition } of event.judgements) if (transition !== null) read.delete(verdict.monitor);
  });
  ports.closing?.addEventListener("abort", unsubscribe, { once: true });

  const incidentsOf = (monitor: MonitorId) => {
    const known = read.get(monitor) ?? ports.reader.incidents({ monitor, limit: INCIDENTS_READ });
    read.set(monitor, known);
    return known;
  };

  return (monitor, stream, at) => {
    const level = ports.usual(monitor, stream, at);
    if (level === null) return null;
    const share = incidentsOf(monitor)
      .filter((incident) => isAbout(incident, stream) && isWithin(incident, at))
      .reduce((least, { evidence }) => Math.min(least, evidence.usualShare), level.share);
    return { ...level, share };
  };
}

const isAbout = ({ code, codes }: Incident, stream: StreamName) =>
  code === null ? stream === "any" || codes.includes(stream) : code === stream;

/** What was accepted is usual from its end on. */
function isWithin({ onsetAt, resolvedAt, closedAs }: Incident, at: EpochMs): boolean {
  if (resolvedAt === null) return at >= onsetAt - AROUND_MS;
  return at >= onsetAt - AROUND_MS && at < resolvedAt + (closedAs === "accepted" ? 0 : AROUND_MS);
}
