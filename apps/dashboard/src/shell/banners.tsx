/** What must be known on every screen: no messages, alerts that do not arrive, definitions that are not in use. */
import type { Health } from "@statusquo/api/client";
import { STALE_AFTER_MS } from "@statusquo/api/client";
import { useLiveState, useReadAgain } from "../live/context.ts";
import { useNow } from "../live/now.ts";
import { plural, secondText, spanText } from "../words.ts";

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
        UTC. Probes and alerts do not depend on this page.
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

export function HealthBanners({ health }: { health: Health | undefined }) {
  if (health === undefined) return null;
  const { definitions, outbox, checks } = health;
  const failing = checks.filter(({ ok, name }) => !ok && !(name === "definitions" && definitions.error !== null));
  return (
    <>
      {outbox.dead > 0 && (
        <section className="banner loud" aria-label="Messages not delivered">
          <p>
            <strong>
              {outbox.dead} {plural(outbox.dead, "message was", "messages were")} given up.
            </strong>{" "}
            Nobody got {plural(outbox.dead, "it", "them")}; the incident's page says what the channel answered.
          </p>
        </section>
      )}
      {definitions.error !== null && (
        <section className="banner" aria-label="Definitions not in use">
          <span className="tile no_data" aria-hidden="true" />
          <div>
            <p>
              <strong>The newest definitions cannot be used.</strong>{" "}
              {definitions.loadedAt !== null && `Those from ${secondText(definitions.loadedAt)} UTC stay in use.`}
            </p>
            <pre>{definitions.error}</pre>
          </div>
        </section>
      )}
      {failing.length > 0 && (
        <section className="banner" aria-label="Alerts cannot be trusted">
          <span className="tile no_data" aria-hidden="true" />
          <p>
            <strong>Alerts cannot be trusted now.</strong>{" "}
            {failing.map(({ name, reason }) => `${name}: ${reason}`).join("; ")}.
          </p>
        </section>
      )}
    </>
  );
}
