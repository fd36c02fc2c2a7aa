/** Regions: who probes from there, and whether what they see comes home in time. */
import type { RegionRow } from "@statusquo/api/client";
import { useEffect } from "react";
import { isLate } from "../overview/beats.ts";
import { Age, Beats, useRegions } from "../overview/workers.tsx";
import { Loading } from "../shell/loading.tsx";
import { ProblemNote } from "../shell/problem.tsx";
import { countText, hourText, NOTHING } from "../words.ts";
import "./regions.css";

export default function Regions() {
  const { data, error, refetch } = useRegions();
  useEffect(() => {
    document.title = "Regions · Statusquo";
  }, []);
  if (data === undefined)
    return error === null ? (
      <Loading rows={5} />
    ) : (
      <ProblemNote title="Regions could not be loaded." error={error} onRetry={() => void refetch()} level={1} />
    );
  const late = data.regions.filter((region) => isLate(region));
  return (
    <section className="regions" aria-labelledby="regions">
      <h1 id="regions">{late.length === 0 ? "Every region reports." : sayLate(late)}</h1>
      <p className="quiet">
        What a region does not report is never held against an endpoint: its slots count as missed, and incidents
        neither open nor close on its account.
      </p>
      {data.regions.length === 0 ? (
        <p className="quiet">No monitor names a region yet.</p>
      ) : (
        <ul className="region-cards">
          {data.regions.map((region) => (
            <Region key={region.region} region={region} missedFrom={data.missedFrom} />
          ))}
        </ul>
      )}
    </section>
  );
}

const sayLate = (late: readonly RegionRow[]) =>
  late.length === 1 ? `${late[0]?.region} does not report.` : `${late.length} regions do not report.`;

const secondsText = (ms: number | null) => (ms === null ? NOTHING : `${(ms / 1_000).toFixed(2)} s`);

function Region({ region, missedFrom }: { region: RegionRow; missedFrom: number }) {
  const { workers, monitors, lateness, missed } = region;
  return (
    <li>
      <h2>
        {region.region}
        {isLate(region) && <span className="tag-dark">{workers === 0 ? "silent" : "late"}</span>}
      </h2>
      <Beats region={region} />
      <p className="label ends">
        <span>4 min ago</span>
        <span>a tick per 10 s</span>
        <span>now</span>
      </p>
      <dl className="num">
        <div>
          <dt>Last sample</dt>
          <dd>
            <Age at={region.lastSampleAt} />
          </dd>
        </div>
        <div>
          <dt>Workers</dt>
          <dd>{countText(workers)}</dd>
        </div>
        <div>
          <dt>Monitors</dt>
          <dd>{countText(monitors)}</dd>
        </div>
        <div>
          <dt>Begun late, 95 of 100</dt>
          <dd>{secondsText(lateness.p95)}</dd>
        </div>
        <div>
          <dt>Worst of {countText(lateness.of)}</dt>
          <dd>{secondsText(lateness.worst)}</dd>
        </div>
        <div>
          <dt>Missed since {hourText(missedFrom)}</dt>
          <dd>
            {countText(missed.count)} of {countText(missed.of)}
          </dd>
        </div>
      </dl>
    </li>
  );
}
