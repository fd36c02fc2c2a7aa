/** What is wrong now: each open incident with its likeliest cause and the button that says it was seen. */
import type { MonitorRow, Overview } from "@statusquo/api/client";
import { Link } from "wouter";
import { wrongKindOf } from "../codes.ts";
import { StandingTile } from "../draw/glyph.tsx";
import { marksOf } from "../draw/ribbon.ts";
import { Ribbon } from "../draw/ribbon.tsx";
import { Acknowledge } from "../incident/acknowledge.tsx";
import { headlineOf } from "../incident/headline.ts";
import { hourText, incidentText, whenText } from "../words.ts";
import { concern, worstFirst } from "./rank.ts";

/** More than these are in the list below anyway. */
const MOST_SHOWN = 4;

export default function OpenIncidents({ overview }: { overview: Overview }) {
  const rows = worstFirst(overview.monitors.filter(({ incident }) => incident !== null));
  const first = rows.find((row) => concern(row) === 0);
  if (rows.length === 0) return null;
  return (
    <section className="open-incidents" aria-label="Open incidents">
      {rows.slice(0, MOST_SHOWN).map((row) => (
        <OpenIncident key={row.id} row={row} overview={overview} withKey={row === first} />
      ))}
      {rows.length > MOST_SHOWN && (
        <p className="quiet more">
          <Link href="/incidents">and {rows.length - MOST_SHOWN} more</Link>
        </p>
      )}
    </section>
  );
}

function OpenIncident({ row, overview, withKey }: { row: MonitorRow; overview: Overview; withKey: boolean }) {
  const { ribbon, now } = overview;
  const marks = marksOf(row.cells);
  const { incident } = row;
  if (incident === null) return null;
  const kind = wrongKindOf(incident.code);
  return (
    <article className={`open-incident ${kind} ${incident.acknowledgedAt === null ? "" : "seen"}`}>
      <StandingTile standing="spike" kind={kind} />
      <div>
        <h3>
          <Link href={`/incidents/${incident.id}`}>{headlineOf(incident)}</Link>
        </h3>
        <p className="quiet">
          {incident.sentence}.{incident.deploy !== null && ` It ${incident.deploy.text}.`}
          {incident.cause !== null && ` Likely ${incident.cause}.`}
        </p>
        <p className="meta">
          <b className="meta-since num">since {whenText(incident.since, now)}</b>
          <span className="num">found {whenText(incident.openedAt, now)}</span>
          <span className="num">{incidentText(incident.id)}</span>
          {incident.muted !== null && <span className="num">silenced until {whenText(incident.muted.until, now)}</span>}
          <Acknowledge incident={incident} hint={withKey} />
        </p>
      </div>
      <figure className="small-ribbon">
        <Ribbon marks={marks} className="" />
        <figcaption className="label num">
          <span>{hourText(ribbon.from)}</span>
          <span>now</span>
        </figcaption>
      </figure>
    </article>
  );
}
