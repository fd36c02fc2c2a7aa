/** Beside the story: what happened when, who was told with every attempt, and the regions. */
import type { Delivery, IncidentDetail } from "@statusquo/api/client";
import { nameOf } from "@statusquo/core";
import { useMemo } from "react";
import { Link } from "wouter";
import { wrongKindOf } from "../codes.ts";
import { hourText, secondText, spanText, zoneText } from "../words.ts";
import { affectedOf } from "./matrix.ts";
import { Notes } from "./notes.tsx";
import { fateOf, KINDS, type Moment, momentsOf } from "./timeline.ts";

export function Aside({ incident }: { incident: IncidentDetail }) {
  const moments = useMemo(() => momentsOf(incident), [incident]);
  return (
    <aside className="side">
      <section className="block" aria-label="Timeline">
        <div className="chart-head">
          <h2>Timeline</h2>
          <span className="faint">{zoneText()}</span>
        </div>
        <ol className="timeline">
          {moments.map((moment) => (
            <Entry key={`${moment.at} ${moment.kind} ${moment.title}`} moment={moment} />
          ))}
        </ol>
      </section>
      <section className="block" aria-label="Messages">
        <div className="chart-head">
          <h2>Messages</h2>
        </div>
        {incident.deliveries.length === 0 ? (
          <p className="quiet">
            {incident.muted === null
              ? "None was sent: its definition names no channel, or it was muted."
              : `None was sent: it is muted, ${incident.muted.reason}.`}
          </p>
        ) : (
          <ul className="deliveries">
            {incident.deliveries.map((delivery) => (
              <Sent key={delivery.key} delivery={delivery} />
            ))}
          </ul>
        )}
        <p className="quiet">
          <Link href={`/deliveries?incident=${incident.id}`}>Its deliveries</Link>
        </p>
      </section>
      <Regions incident={incident} />
      <Notes incident={incident} />
    </aside>
  );
}

function Entry({ moment: { at, giveMs, kind, title, detail } }: { moment: Moment }) {
  return (
    <li className={kind}>
      <time className="num" dateTime={new Date(at).toISOString()}>
        {secondText(at)}
        {giveMs >= 1_000 && <span className="give"> ± {spanText(giveMs)}</span>}
      </time>
      <p>
        <b>{title}</b> {detail}
      </p>
    </li>
  );
}

/** One message with every attempt at it. */
export function Sent({ delivery }: { delivery: Delivery }) {
  const { channel, recipient, kind, state, attempts, dueAt } = delivery;
  return (
    <li>
      <b>{channel}</b>
      <span className="recipient">{recipient === channel ? "" : recipient}</span>
      <span className="attempts">
        {attempts.map(({ at, result }) => (
          <i key={at} className={result} title={`${secondText(at)} ${result}`} aria-hidden="true">
            {result === "delivered" ? "✓" : "✕"}
          </i>
        ))}
        {state === "pending" && (
          <i className="pending" aria-hidden="true">
            …
          </i>
        )}
      </span>
      <div className="quiet num">
        {KINDS[kind]}, {fateOf(delivery)}
        {state === "pending" && dueAt !== null && `, next try ${secondText(dueAt)}`}
        <ol>
          {attempts.map(({ at, result, said }) => (
            <li key={at}>
              {secondText(at)} {result}: {said}
            </li>
          ))}
        </ol>
      </div>
    </li>
  );
}

function Regions({ incident }: { incident: IncidentDetail }) {
  const code = incident.code ?? incident.codes[0] ?? null;
  const affected = affectedOf(incident);
  return (
    <section className="block" aria-label="Regions of it">
      <div className="chart-head">
        <h2>Regions</h2>
        <span className="faint num">
          {code === null ? "unexpected" : nameOf(code)} since {hourText(incident.since)}
          {!incident.matrix.complete && ", as far as it is shown"}
        </span>
      </div>
      <ul className={`region-bars num ${wrongKindOf(incident.code)}`}>
        {incident.matrix.rows.map(({ region, bad, of }) => (
          <li key={region} className={affected.includes(region) ? "affected" : ""}>
            <span className="worker-name">{region}</span>
            <span className="share-bar" aria-hidden="true">
              <i style={{ width: `${of === 0 ? 0 : (bad / of) * 100}%` }} />
            </span>
            <span className="counts">
              {bad} of {of}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
