/**
 * Messages about several incidents: a group that belongs together, and the digest of a storm.
 *
 * Every incident that is named stands with its number and its own link. What is not named is counted.
 */
import { type Bundle, type BundledIncident, type HostCount, nameOf, type Together } from "@statusquo/core";
import { countText, hourMinuteSecond, listText } from "./figures.ts";
import { codesNamed, headline, headlineAside, SUBJECT_MAX } from "./headline.ts";
import { inertLine } from "./inert.ts";
import { incidentLink, incidentsLink } from "./links.ts";
import type { Message } from "./message.ts";
import { code, type Phrase, paragraph, plain, say, strong } from "./phrase.ts";
import { type Tale, taleOf } from "./tale.ts";
import { toneOf, toneOfAll } from "./tone.ts";

type Group = Extract<Bundle, { form: "group" }>;
type Digest = Extract<Bundle, { form: "digest" }>;

/** More are counted, not named: a message is a page. */
const MOST_LISTED = 20;
const MOST_HOSTS = 8;
const MOST_NUMBERS = 3;

/** A few incidents that broke, or mended, together. */
export function groupMessage(group: Group): Message {
  const { together, count, incidents } = group;
  // One incident a monitor at most is open, so incidents count monitors.
  const who = `${plural(count, "monitor")} ${whatTheyShare(together)}`;
  const what = whatHappened(incidents, count);
  const lead = paragraph(
    say`${strong(who)}: ${what}, within moments of each other. This is one message for all of them.`,
    together.kind === "deploy"
      ? say`They began after ${code(`${together.service} ${together.version}`)} was deployed: look there first.`
      : null,
  );
  return severalMessage(group, { title: plural(count, "incident"), headline: `${who}: ${what}`, lead });
}

/** More than anybody reads one by one. */
export function digestMessage(digest: Digest): Message {
  const { count, opened, resolved } = digest;
  const other = count - opened - resolved;
  const parts = [
    ...(opened > 0 ? [`${countText(opened)} opened`] : []),
    ...(resolved > 0 ? [`${countText(resolved)} resolved`] : []),
    ...(other > 0 ? [`${countText(other)} changed or still open`] : []),
  ];
  const headlineText = `${plural(count, "incident")}: ${listText(parts)}`;
  const lead = paragraph(
    say`More came at once than is worth a message each: ${strong(listText(parts))}.`,
    say`Nothing is left out of the list of incidents.`,
  );
  return severalMessage(digest, { title: plural(count, "incident"), headline: headlineText, lead });
}

function severalMessage(
  bundle: Group | Digest,
  { title, headline: text, lead }: { title: string; headline: string; lead: Phrase },
): Message {
  const { key, channel, incidents, count, hosts } = bundle;
  const listed = incidents.slice(0, MOST_LISTED);
  const [first] = incidents;
  const at = Math.max(bundle.createdAt, ...incidents.map(({ facts }) => facts.at));
  const headlineText = inertLine(text, SUBJECT_MAX);
  return {
    subject: inertLine(`[${title}] ${headlineText}`, SUBJECT_MAX),
    tone: toneOfAll(incidents.map(({ facts }) => toneOf(facts))),
    badge: { title, state: "together", reference: numbersText(incidents, count), when: `${hourMinuteSecond(at)} UTC` },
    intro: null,
    headline: headlineText,
    opening: headlineText,
    aside: "",
    glance: plain(lead),
    lead,
    cause: null,
    steps: [],
    list: listed.map(listedOf),
    unlisted: Math.max(0, count - listed.length),
    matrix: null,
    lines: hosts.length < 2 ? [] : [{ label: "Hosts", text: hostsOf(hosts) }],
    brief: [],
    example: null,
    link: incidentsLink(first?.facts.publicUrl ?? null),
    linkText: "Open incidents",
    footer: say`You get this because the definitions of these monitors name ${code(channel)}.`,
    key: inertLine(key, 500),
  };
}

function listedOf(told: BundledIncident): Message["list"][number] {
  const { facts } = told;
  const state = STATES[taleOf(told)];
  const tie = state === "" ? "" : `${state}: `;
  return {
    reference: `INC-${facts.incident}`,
    text: say`${tie}${headline(facts)} (${headlineAside(facts)})`,
    link: incidentLink(facts),
  };
}

/** What a line of the list begins with; an opening needs no word. */
const STATES = {
  opened: "",
  changed: "changed",
  resolved: "resolved",
  reminder: "still open",
  escalated: "escalated",
  merged: "opened and resolved",
} as const satisfies Record<Tale, string>;

/** `409 and 503 above usual`, `as usual again`, or how many of each. */
function whatHappened(incidents: readonly BundledIncident[], count: number): string {
  const over = incidents.filter(({ facts }) => facts.kind === "resolved").length;
  if (over === incidents.length) return "as usual again";
  if (over > 0) return `${countText(count - over)} above usual and ${countText(over)} as usual again`;
  const names = new Set(incidents.flatMap(({ facts }) => codesNamed(facts)).map((each) => nameOf(each)));
  return `${names.size === 0 ? "unexpected codes" : listText([...names], 4)} above usual`;
}

function whatTheyShare(together: Together): string {
  if (together.kind === "host") return `of ${inertLine(together.host, 80)}`;
  if (together.kind === "deploy") return `after ${inertLine(`${together.service} ${together.version}`, 80)}`;
  return `in ${listText(together.regions, 4)}`;
}

function numbersText(incidents: readonly BundledIncident[], count: number): string {
  const numbers = incidents.slice(0, MOST_NUMBERS).map(({ incident }) => `INC-${incident}`);
  return count > numbers.length
    ? `${numbers.join(", ")} and ${countText(count - numbers.length)} more`
    : numbers.join(", ");
}

function hostsOf(hosts: readonly HostCount[]): Phrase {
  const named = hosts
    .slice(0, MOST_HOSTS)
    .map(({ host, incidents }) => `${inertLine(host, 80) || "no host"} ${countText(incidents)}`);
  return say`${listText(named)}${hosts.length > MOST_HOSTS ? `, and ${countText(hosts.length - MOST_HOSTS)} more hosts` : ""}`;
}

const plural = (count: number, what: string) => `${countText(count)} ${what}${count === 1 ? "" : "s"}`;
