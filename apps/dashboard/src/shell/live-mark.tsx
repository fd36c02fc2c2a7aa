/** "Live", as far as it is true: it follows the age of results, not an open connection. */
import type { Overview } from "@statusquo/api/client";
import { useLiveState } from "../live/context.ts";
import { useNow } from "../live/now.ts";
import { secondText, spanText, zoneText } from "../words.ts";

/** What a probe may take beyond its interval before results count as overdue, ms. */
const GRACE_MS = 30_000;

export function LiveMark({ overview }: { overview: Overview | undefined }) {
  const { stream, resultAt, skewMs } = useLiveState();
  const now = useNow() + skewMs;
  const seen = resultAt ?? newestOf(overview);
  const interval = Math.min(...(overview?.monitors ?? []).map(({ intervalMs }) => intervalMs));
  const isOverdue = seen !== null && Number.isFinite(interval) && now - seen > 2 * interval + GRACE_MS;
  const isLive = stream.kind === "live" && !isOverdue;
  const age = seen === null ? "no result yet" : `last result ${spanText(now - seen)} ago`;
  const word = isLive ? "Live" : isOverdue && stream.kind === "live" ? "No results" : WORDS[stream.kind];
  return (
    <p className={`live ${isLive ? "on" : "off"}`}>
      <span className="live-dot" aria-hidden="true" />
      <span>{word}</span>
      <span className="wide num">· {age}</span>
      <time className="num">
        <span className="wide">· </span>
        {secondText(now)} {zoneText()}
      </time>
    </p>
  );
}

const WORDS = { connecting: "Connecting", live: "Live", stale: "Stale", waiting: "Reconnecting" } as const;

function newestOf(overview: Overview | undefined): number | null {
  const slots = overview?.monitors.flatMap(({ last }) => last.flatMap(({ at }) => at ?? [])) ?? [];
  return slots.length === 0 ? null : Math.max(...slots);
}
