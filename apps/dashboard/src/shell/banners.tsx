/** No messages: what is shown may be old. It is loaded with the page, for then nothing can be loaded any more. */
import { STALE_AFTER_MS } from "@statusquo/api/client";
import { useLiveState, useReadAgain } from "../live/context.ts";
import { useNow } from "../live/now.ts";
import { secondText, spanText, zoneText } from "../words.ts";

/** Whether no message came for so long that the page may be out of date. */
export function useIsStale(): boolean {
  // While it is live this is one and the same, whatever is heard.
  const heardAt = useLiveState((state) => (state.stream.kind === "live" ? null : state.heardAt));
  return useNow((now) => heardAt !== null && now - heardAt >= STALE_AFTER_MS);
}

export function StaleBanner() {
  return useIsStale() ? <Stale /> : null;
}

function Stale() {
  const { heardAt, skewMs, stream } = useLiveState((state) => state);
  const now = useNow();
  const readAgain = useReadAgain();
  if (heardAt === null) return null;
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
