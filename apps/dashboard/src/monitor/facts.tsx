/** Six facts, each with the counts behind it. */
import type { MonitorDetail } from "@statusquo/api/client";
import { nameOf } from "@statusquo/core";
import { wrongKindOf } from "../codes.ts";
import {
  capital,
  countText,
  everyText,
  hourText,
  listText,
  msText,
  percentText,
  plural,
  shareText,
  uptimeText,
} from "../words.ts";

export function Facts({ monitor }: { monitor: MonitorDetail }) {
  const { headline, incident, uptime, regions } = monitor;
  // While an incident is open its own span says more than the last quarter of an hour, which began before it.
  const spike = incident !== null && incident.code === headline.code ? incident : null;
  const { bad, of } = spike?.seen ?? headline;
  const name = capital(nameOf(headline.code));
  const usual = monitor.usualOf.find(({ stream }) => stream === headline.code);
  const off = (monitor.verdict?.readings ?? []).filter(
    // The stream of any code may have opened by the headline's own.
    ({ open, stream, code }) => open && stream !== headline.code && code !== headline.code,
  );
  return (
    <dl className="facts num">
      <div>
        <dt>
          {name} since {hourText(spike?.since ?? monitor.headlineFrom)}
        </dt>
        <dd className={spike !== null || headline.above ? `above ${wrongKindOf(headline.code)}` : ""}>
          {percentText(bad, of)}{" "}
          <span>
            {countText(bad)} of {countText(of)}
          </span>
        </dd>
      </div>
      <div>
        <dt>Usual {nameOf(headline.code)}</dt>
        <dd>
          {usual === undefined ? (
            <>
              – <span>nothing learned yet</span>
            </>
          ) : (
            <>
              {shareText(usual.share)}{" "}
              <span>
                {countText(usual.bad)} of {countText(usual.of)}, discounted
              </span>
            </>
          )}
        </dd>
      </div>
      <div>
        <dt>Anything else above usual?</dt>
        <dd>
          {monitor.verdict === null
            ? "–"
            : off.length === 0
              ? "No"
              : `Yes: ${listText(off.map(({ code, stream }) => nameOf(code, stream)))}`}
        </dd>
      </div>
      <div>
        <dt>p50 / p95</dt>
        <dd>
          {msText(monitor.p50)} / {msText(monitor.p95)} ms
        </dd>
      </div>
      <div>
        <dt>Uptime 30 d</dt>
        <dd>
          {uptimeText(uptime.share)}{" "}
          <span>
            {countText(uptime.down)} of {countText(uptime.of)} counted as down
          </span>
        </dd>
      </div>
      <div>
        <dt>Probed</dt>
        <dd>
          {everyText(monitor.intervalMs)}{" "}
          <span>
            from {regions.length} {plural(regions.length, "region")}, expects {monitor.expect}
          </span>
        </dd>
      </div>
    </dl>
  );
}
