/** What must be known on every screen: alerts that do not arrive, definitions that are not in use. */
import type { Health } from "@statusquo/api/client";
import { Link } from "wouter";
import { useRegions } from "../overview/workers.tsx";
import { capital, plural, secondText, zoneText } from "../words.ts";

export default function HealthBanners({ health }: { health: Health }) {
  const { definitions, outbox, checks } = health;
  const regions = useRegions().data?.regions;
  const failing = checks.filter(({ ok, name }) => !ok && !(name === "definitions" && definitions.error !== null));
  // Where others probe, a silent region makes verdicts poorer, not wrong.
  const others = regions?.filter(({ workers }) => workers > 0).length ?? 0;
  const isAboutRegions = failing.length === 1 && failing[0]?.name === "regions";
  const isPoorer = isAboutRegions && others > 0;
  const isDoubtful = failing.length > 0 && !isPoorer && !(isAboutRegions && regions === undefined);
  return (
    <>
      {outbox.dead > 0 && (
        <section className="banner loud" aria-label="Messages not delivered">
          <p>
            <strong>
              {outbox.dead} {plural(outbox.dead, "message was", "messages were")} given up.
            </strong>{" "}
            Nobody got {plural(outbox.dead, "it", "them")}; the <Link href="/deliveries?state=dead">deliveries</Link>{" "}
            say what the channel answered.
          </p>
        </section>
      )}
      {definitions.error !== null && (
        <section className="banner" aria-label="Definitions not in use">
          <span className="tile no_data" aria-hidden="true" />
          <div>
            <p>
              <strong>The newest definitions cannot be used.</strong>{" "}
              {definitions.loadedAt !== null &&
                `Those from ${secondText(definitions.loadedAt)} ${zoneText()} stay in use.`}
            </p>
            <pre>{definitions.error}</pre>
            <p>
              <Link href="/definitions">What is loaded, and what is wrong</Link>
            </p>
          </div>
        </section>
      )}
      {isPoorer && (
        <section className="banner" aria-label="A region is silent">
          <span className="tile no_data" aria-hidden="true" />
          <p>
            <strong>{capital(failing[0]?.reason ?? "")}.</strong> Its results are missing, not failing: verdicts use the
            other {others} {plural(others, "region")}. <Link href="/regions">Regions</Link>
          </p>
        </section>
      )}
      {isDoubtful && (
        <section className="banner" aria-label="Alerts cannot be trusted">
          <span className="tile no_data" aria-hidden="true" />
          <p>
            <strong>Alerts cannot be trusted now.</strong>{" "}
            {failing.map(({ name, reason }) => `${name}: ${reason}`).join("; ")}.{" "}
            <Link href="/deliveries">Trouble of our own</Link>
          </p>
        </section>
      )}
    </>
  );
}
