/** No messages: what is shown may be old. It is loaded with the page, for then nothing can be loaded any more. */
import { STALE_AFTER_MS } from "@statusquo/api/client";
import { useLiveState, useReadAgain } from "../live/context.ts";
import { useNow } from "../live/now.ts";
import { secondText, spanText, zoneText } from "../words.ts";

/** Whether no message came for so long that the page may be out of date. */
export function useIsStale(): boolean {
  const { heardAt, stream } = useLiveState();
  const now = useNow();
  return heardAt !== null && stream.kind !== "live" && now - heardAt >= STALE_AFTER_MS;
}

export function StaleBanner() {
  const { heardAt, skewMs, stream } = useLiveState();
  const now = useNow();
  const readAgain = useReadAgain();
  if (!useIsStale() || heardAt === null) return null;
  return (
    <section className="banner" aria-label="Out of date">
      <span className="tile no_data" aria-hidden="true" />
      <p>
        <strong>Nothing new for {spanText(now - heardAt)}.</strong> You see the state of {secondText(heardAt + skewMs)}{" "}
        {zoneText()}. Probes and alerts do not depend on this page.
        {stream.kind === "waiting" && ` ${stream.error.message}`}
      </p>
      {stream.kind === "waiting" && (
        <span className="quiet num">next try in {spanText(Math.max(0, stream.retryAt - now))}</span>
      )}
      <button type="button" className="button" onClick={() => void readAgain()}>
        Read again
      </button>
    </section>
  );
}
