/** The public page: what people notice. It asks for no token and shows only what definitions publish. */
import { ApiError, type Status, type StatusService } from "@statusquo/api/client";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { client } from "../api.ts";
import { Choice } from "../draw/choice.tsx";
import { Glyph } from "../draw/glyph.tsx";
import { useNow } from "../live/now.ts";
import { Loading } from "../shell/loading.tsx";
import { ProblemNote } from "../shell/problem.tsx";
import { switchTheme } from "../theme.ts";
import { everyText, listText, plural, spanText, uptimeText } from "../words.ts";
import { daysText, disruptionText, headingOf, STATE_WORDS } from "./say.ts";
import "./public-page.css";

const READ_AGAIN_MS = 30_000;
const DAY_MS = 86_400_000;
/** Of a bar above the strip that every measured day has. */
const BAR_PX = 30;

const CLOCKS = ["UTC", "My time"] as const;
type Clock = (typeof CLOCKS)[number];

export default function PublicPage() {
  const { data, error, refetch } = useQuery({
    queryKey: ["status"],
    queryFn: ({ signal }) => client.status(signal),
    refetchInterval: READ_AGAIN_MS,
  });
  const [clock, setClock] = useState<Clock>("UTC");
  const heading = data === undefined ? "Status" : headingOf(data);
  useEffect(() => {
    document.title = heading;
  }, [heading]);
  if (data === undefined)
    return (
      <main id="main" className="public">
        {error === null ? (
          <Loading rows={6} />
        ) : error instanceof ApiError && error.status === 404 ? (
          <div className="plain-page">
            <h1>No status is published here.</h1>
          </div>
        ) : (
          <ProblemNote title="The status could not be loaded." error={error} onRetry={() => void refetch()} level={1} />
        )}
      </main>
    );
  const { disruptions, groups, planned, places, everyMs } = data;
  const open = disruptions.filter(({ until }) => until === null);
  const past = disruptions.filter(({ until }) => until !== null);
  const say = textsOf(clock);
  return (
    <main id="main" className="public">
      <header className={`public-head ${data.state}`}>
        <p className={`public-state ${data.state}`}>
          <Mark state={data.state} /> {STATE_WORDS[data.state]}
        </p>
        <h1>{heading}</h1>
        <ul>
          {open.map((disruption) => (
            <li key={`${disruption.service} ${disruption.since}`}>
              {open.length > 1 && <b>{disruptionText(disruption)} </b>}
              Since {say.at(disruption.since)}
              {disruption.group !== null && `, ${disruption.group}`}.
            </li>
          ))}
        </ul>
        {error !== null && <p role="status">This page could not be brought up to date; it may be old.</p>}
      </header>
      <section aria-labelledby="services">
        <h2 id="services">
          Services, last 90 days <span className="faint">a taller bar is a longer disruption that day</span>
        </h2>
        {groups.map((group) => (
          <div key={group.name ?? ""}>
            {group.name !== null && <h3>{group.name}</h3>}
            <ul>
              {group.services.map((service) => (
                <Service key={service.name} service={service} day={say.day} />
              ))}
            </ul>
          </div>
        ))}
        <p className="public-legend quiet" aria-hidden="true">
          <i className="ok" /> worked <i className="partly" /> partly disrupted <i className="down" /> down{" "}
          <i className="unmeasured" /> not measured
        </p>
      </section>
      {planned.length > 0 && (
        <section aria-labelledby="planned">
          <h2 id="planned">Planned work</h2>
          <ul className="public-list">
            {planned.map(({ services, from, until }) => (
              <li key={`${services.join()} ${from}`}>
                <b className="num">
                  {say.at(from)} – {say.at(until)}
                </b>{" "}
                {listText(services)}
              </li>
            ))}
          </ul>
        </section>
      )}
      <section aria-labelledby="before">
        <h2 id="before">Before</h2>
        {past.length === 0 ? (
          <p className="quiet">No disruption in the last 14 days.</p>
        ) : (
          <ul className="public-list">
            {past.map((disruption) => (
              <li key={`${disruption.service} ${disruption.since}`}>
                <b>{disruptionText(disruption)}</b>{" "}
                <span className="quiet num">
                  {say.at(disruption.since)}, for {spanText((disruption.until ?? disruption.since) - disruption.since)}
                </span>
              </li>
            ))}
          </ul>
        )}
      </section>
      <footer className="public-foot quiet">
        <p>
          {places.length > 0 && `Measured from ${listText(places)}`}
          {everyMs !== null && ` ${everyText(everyMs)}`}. <Age status={data} />
        </p>
        <Choice<Clock> label="Times" options={CLOCKS} value={clock} onChoose={setClock} />
        <button
          type="button"
          className="button ghost icon"
          aria-label="Switch between light and dark"
          onClick={switchTheme}
        >
          <Glyph name="theme" />
        </button>
      </footer>
    </main>
  );
}

function Age({ status: { measuredAt, now } }: { status: Status }) {
  const [readAt, setReadAt] = useState(Date.now());
  // The server's age at the reading, grown by this browser's clock since.
  useEffect(() => {
    if (now > 0) setReadAt(Date.now());
  }, [now]);
  const seen = useNow();
  if (measuredAt === null) return <>Nothing is measured yet.</>;
  return <span className="num">Measured {spanText(now - measuredAt + Math.max(0, seen - readAt))} ago.</span>;
}

function Mark({ state }: { state: Status["state"] }) {
  if (state === "unknown") return <i className="public-unknown" aria-hidden="true" />;
  return <Glyph name={state === "ok" ? "k2" : state === "down" ? "k5" : "k4"} />;
}

function Service({ service, day }: { service: StatusService; day(at: number): string }) {
  const { name, state, places, uptime, days } = service;
  const disrupted = days.filter(({ disruptedMs }) => disruptedMs > 0);
  return (
    <li className="service">
      <h4>
        {name}{" "}
        <span className={`public-state ${state}`}>
          {state !== "ok" && <Mark state={state} />} {STATE_WORDS[state]}
          {places.length > 0 && ` in ${listText(places)}`}
        </span>
        <span className="service-uptime num">{uptimeText(uptime)}</span>
      </h4>
      <div className="days" role="img" aria-label={`${name}: ${daysText(days)}`}>
        {days.map(({ at, state: own, disruptedMs }) => (
          <i
            key={at}
            className={own}
            style={disruptedMs > 0 ? { height: 4 + Math.max(6, Math.sqrt(disruptedMs / DAY_MS) * BAR_PX) } : undefined}
          />
        ))}
      </div>
      <p className="ends label num" aria-hidden="true">
        <span>{days[0] !== undefined && day(days[0].at)}</span>
        <span>today</span>
      </p>
      {disrupted.length > 0 && (
        <details className="folded">
          <summary>
            {disrupted.length} {plural(disrupted.length, "day")} with a disruption
          </summary>
          <ul>
            {disrupted.toReversed().map(({ at, state: own, disruptedMs }) => (
              <li key={at} className="num">
                {day(at)}: {own === "down" ? "down" : "partly disrupted"}, {spanText(disruptedMs)}
              </li>
            ))}
          </ul>
        </details>
      )}
    </li>
  );
}

/** Days of the bars are those of UTC, whatever clock is chosen. */
function textsOf(clock: Clock) {
  const zone = clock === "UTC" ? { timeZone: "UTC" } : {};
  const at = new Intl.DateTimeFormat("en-GB", {
    ...zone,
    day: "numeric",
    month: "short",
    hour: "2-digit",
    minute: "2-digit",
  });
  const day = new Intl.DateTimeFormat("en-GB", { timeZone: "UTC", day: "numeric", month: "short" });
  return {
    at: (instant: number) => `${at.format(instant)}${clock === "UTC" ? " UTC" : ""}`,
    day: (instant: number) => day.format(instant),
  };
}
