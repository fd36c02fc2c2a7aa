/** "Live", as far as it is true: it follows the age of results, not an open connection. */
import type { Overview, OverviewWindow } from "@statusquo/api/client";
import { useLiveState, useOverview, useSkew } from "../live/context.ts";
import { useNow } from "../live/now.ts";
import { secondText, spanText, zoneText } from "../words.ts";

/** What a probe may take beyond its interval before results count as overdue, ms. */
const GRACE_MS = 30_000;

export function LiveMark({ window }: { window: OverviewWindow }) {
  const kind = useLiveState(({ stream }) => stream.kind);
  const resultAt = useLiveState((state) => state.resultAt);
  const now = useNow() + useSkew();
  const { data: newest = null } = useOverview(window, newestOf);
  const { data: interval = null } = useOverview(window, leastIntervalOf);
  const seen = resultAt ?? newest;
  const isOverdue = seen !== null && interval !== null && now - seen > 2 * interval + GRACE_MS;
  const isLive = kind === "live" && !isOverdue;
  const age = seen === null ? "no result yet" : `last result ${spanText(now - seen)} ago`;
  const word = isLive ? "Live" : isOverdue && kind === "live" ? "No results" : WORDS[kind];
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

function newestOf({ monitors }: Overview): number | null {
  let newest: number | null = null;
  for (const { last } of monitors) for (const { at } of last) if (at !== null && at > (newest ?? 0)) newest = at;
  return newest;
}

function leastIntervalOf({ monitors }: Overview): number | null {
  return monitors.length === 0 ? null : Math.min(...monitors.map(({ intervalMs }) => intervalMs));
}
