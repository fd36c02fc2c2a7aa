/** What changed before it began: deploys that concern it. */
import type { DeployDetail, IncidentDetail } from "@statusquo/api/client";
import { dayText, hourText, listText, secondText, spanText } from "../words.ts";

export function Changes({ incident }: { incident: IncidentDetail }) {
  const { deploys, since, scope, deploy } = incident;
  return (
    <section className="block" aria-label="What changed before">
      <div className="chart-head">
        <h2>What changed before {hourText(since)}</h2>
        <span className="faint">deploys from 6 h before it began</span>
      </div>
      {deploys.length === 0 ? (
        <p className="quiet">
          No deploy was marked that concerns it. A pipeline marks one with <code>statusquo deploy</code>.
        </p>
      ) : (
        <ul className="changes">
          {deploys.map((each) => (
            <li key={each.id} className={each.id === deploy?.id ? "suspect" : ""}>
              <time className="num" dateTime={new Date(each.at).toISOString()}>
                {each.at < since - 43_200_000 ? `${dayText(each.at)} ` : ""}
                {secondText(each.at)}
              </time>
              <DeployName deploy={each} />
              <span>{listText(each.regions) || "all regions"}</span>
              <span>
                {isSame(each.regions, scope.regions) && <b>same regions, </b>}
                {each.at <= since
                  ? `${spanText(since - each.at)} before`
                  : `${spanText(each.at - since)} after it began`}
              </span>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

const isSame = (a: readonly string[], b: readonly string[]) =>
  a.length === b.length && a.every((each) => b.includes(each));

/** A service and its version; a link where the deploy has one, to somewhere that is not ours. */
export function DeployName({ deploy: { service, version, url, by } }: { deploy: DeployDetail }) {
  const name = (
    <b>
      {service} {version}
    </b>
  );
  return (
    <span className="deploy-name">
      {url !== null && /^https?:/.test(url) ? (
        <a href={url} rel="noreferrer noopener" target="_blank">
          {name}
        </a>
      ) : (
        name
      )}
      {by !== null && <span className="quiet"> by {by}</span>}
    </span>
  );
}
