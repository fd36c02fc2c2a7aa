/**
 * The public page as HTML: whole without a script, and made of nothing but what `/status.json` says. Every text is put in
 * through `html`, which escapes it; styles stand in a file of their own, as the content policy asks.
 */
import { html } from "hono/html";
import type { Status, StatusService } from "./status-views.ts";
import { daysText, disruptionText, headingOf, STATE_WORDS } from "./status-words.ts";
import { everyText, listText, plural, spanText, uptimeText } from "./words.ts";

type State = Status["state"];
type Markup = ReturnType<typeof html>;
type Day = StatusService["days"][number];

const DAY_MS = 86_400_000;
/** Of the bars: the strip of every measured day, what stands on it, and a day without any. */
const PICTURE_PX = 34;
const STRIP_PX = 4;
const LEAST_BAR_PX = 6;
const LARGEST_BAR_PX = PICTURE_PX - STRIP_PX;
const UNMEASURED_PX = 16;

const when = new Intl.DateTimeFormat("en-GB", {
  timeZone: "UTC",
  ...{ day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" },
});
const day = new Intl.DateTimeFormat("en-GB", { timeZone: "UTC", day: "numeric", month: "short" });
const clock = new Intl.DateTimeFormat("en-GB", { timeZone: "UTC", hour: "2-digit", minute: "2-digit" });

/** @param style where the page's styles are */
export function statusPage(status: Status, style: string): string {
  const { disruptions, groups, planned, places, everyMs, measuredAt } = status;
  const open = disruptions.filter(({ until }) => until === null);
  const past = disruptions.filter(({ until }) => until !== null);
  return page(
    headingOf(status),
    style,
    html`<main>
<section class="now ${status.state}">
${stateText(status.state)}
<h1>${headingOf(status)}</h1>
${open.length === 1 ? sinceText(open[0] as Disruption) : ""}
</section>
${open.length > 1 ? open.map(openCard) : ""}
<section aria-labelledby="services">
<h2 id="services">Services, last 90 days <small>a taller bar is a longer disruption that day</small></h2>
${groups.map(
  ({ name, services }) => html`${name === null ? "" : html`<h3 class="group">${name}</h3>`}
<ul>${services.map((service) => serviceItem(service, name === null ? "h3" : "h4"))}</ul>`,
)}
<p class="key" aria-hidden="true"><span><i class="ok"></i>worked</span> <span><i class="partly"></i>partly disrupted</span> <span><i class="down"></i>down</span> <span><i class="unmeasured"></i>not measured</span></p>
</section>
${
  planned.length === 0
    ? ""
    : html`<section aria-labelledby="planned"><h2 id="planned">Planned work</h2><ul class="list">
${planned.map(({ services, from, until }) => html`<li><b>${spanOf(from, until)}</b> <span>${listText(services)}</span></li>`)}
</ul></section>`
}
<section aria-labelledby="before"><h2 id="before">Before</h2>
${
  past.length === 0
    ? html`<p class="quiet">No disruption in the last 14 days.</p>`
    : html`<ul class="list">${past.map(pastItem)}</ul>`
}
</section>
</main>
<footer>
<p>${places.length > 0 ? `Measured from ${listText(places)}` : "Measured"}${everyMs === null ? "" : ` ${everyText(everyMs)}`}. ${
      measuredAt === null ? "Nothing is measured yet." : html`Last answer: ${timeOf(measuredAt)}.`
    }</p>
<p><a href="/status">Look again</a> <a href="/status.json">As data</a></p>
</footer>`,
  );
}

/** While nothing is published. */
export function noStatusPage(style: string): string {
  return page("Status", style, html`<main><h1>No status is published here.</h1></main>`);
}

function page(title: string, style: string, body: Markup): string {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<link rel="icon" href="/favicon.svg" type="image/svg+xml">
<link rel="stylesheet" href="${style}">
</head>
<body>
<svg width="0" height="0" class="patterns" aria-hidden="true"><pattern id="hatch" width="4" height="4" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><path d="M0 0V4"/></pattern></svg>
${body}
</body>
</html>
`.toString();
}

type Disruption = Status["disruptions"][number];

function openCard(disruption: Disruption): Markup {
  return html`<section class="now ${disruption.state}">${stateText(disruption.state)}
<h2>${disruptionText(disruption)}</h2>${sinceText(disruption)}</section>`;
}

function sinceText({ since, group }: Disruption): Markup {
  return html`<p>Since ${timeOf(since)}${group === null ? "" : `, ${group}`}.</p>`;
}

function pastItem(disruption: Disruption): Markup {
  const { since, until } = disruption;
  const end = until ?? since;
  return html`<li>${dayOf(since)} <div><b>${disruptionText(disruption)}</b>
<p class="quiet">${spanText(end - since)}, ${spanOf(since, end)}</p></div></li>`;
}

const MARKS = { ok: null, partly: "M6 .8 11.2 6 6 11.2.8 6z", down: "M1.5 1.5h9v9h-9z", unknown: null };

function stateText(state: State): Markup {
  return html`<p class="state ${state}">${markOf(state)}${STATE_WORDS[state]}</p>`;
}

function markOf(state: State): Markup | string {
  if (state === "unknown") return html`<i class="unmeasured" aria-hidden="true"></i>`;
  return MARKS[state] === null
    ? ""
    : html`<svg viewBox="0 0 12 12" aria-hidden="true"><path d="${MARKS[state]}"/></svg>`;
}

function serviceItem({ name, state, places, uptime, days }: StatusService, level: "h3" | "h4"): Markup {
  const first = days[0];
  const disrupted = days.filter(({ disruptedMs }) => disruptedMs > 0);
  const where = places.length > 0 ? ` in ${listText(places)}` : "";
  const said = html`${name} <span class="state ${state}">${markOf(state)}${STATE_WORDS[state]}${where}</span>`;
  return html`<li class="service">
<div class="head">${level === "h3" ? html`<h3>${said}</h3>` : html`<h4>${said}</h4>`}<span class="uptime">${uptimeText(uptime)}</span></div>
<svg class="days" width="100%" height="${PICTURE_PX}" role="img" aria-label="${name}: ${daysText(days)}">${days.map(barsOf)}</svg>
<p class="ends" aria-hidden="true"><span>${first === undefined ? "" : day.format(first.at)}</span><span>today</span></p>
${disrupted.length === 0 ? "" : disruptedDays(disrupted)}</li>`;
}

/** A day: a strip when it was measured, and on it a bar by the cube root of how long it was disrupted. */
function barsOf({ state, disruptedMs }: Day, index: number, { length }: readonly Day[]): Markup {
  const across = html`x="${((index * 100) / length).toFixed(2)}%" width="${(80 / length).toFixed(2)}%"`;
  if (state === "unmeasured")
    return html`<rect ${across} y="${PICTURE_PX - UNMEASURED_PX}" height="${UNMEASURED_PX}" fill="url(#hatch)"/>`;
  const strip = html`<rect ${across} y="${PICTURE_PX - STRIP_PX}" height="${STRIP_PX}"/>`;
  if (disruptedMs === 0) return strip;
  const height = Math.round(Math.max(LEAST_BAR_PX, Math.cbrt(disruptedMs / DAY_MS) * LARGEST_BAR_PX));
  return html`${strip}<rect class="${state}" ${across} y="${LARGEST_BAR_PX - height}" height="${height}"/>`;
}

function disruptedDays(days: readonly Day[]): Markup {
  return html`<details><summary>${days.length} ${plural(days.length, "day")} with a disruption</summary>
<ul>${days
    .toReversed()
    .map(
      ({ at, state, disruptedMs }) =>
        html`<li>${dayOf(at)}: ${state === "down" ? "down" : "partly disrupted"}, ${spanText(disruptedMs)}</li>`,
    )}</ul></details>`;
}

function timeOf(at: number): Markup {
  return html`<time datetime="${new Date(at).toISOString()}">${when.format(at)} UTC</time>`;
}

function dayOf(at: number): Markup {
  return html`<time datetime="${new Date(at).toISOString().slice(0, 10)}">${day.format(at)}</time>`;
}

/** `25 Nov, 02:00–02:30 UTC`; with its own date where the end is on another day. */
function spanOf(from: number, until: number): string {
  const isSameDay = Math.floor(from / DAY_MS) === Math.floor(until / DAY_MS);
  return `${when.format(from)}–${isSameDay ? clock.format(until) : when.format(until)} UTC`;
}
