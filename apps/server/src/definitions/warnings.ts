/** What definitions may say and a person should know of: nothing is refused for it. */
import { byName, hostOf, type Monitor, stepsOf } from "@statusquo/core";
import type { Loaded } from "./load.ts";
import { openSecrets } from "./secret-files.ts";

/** Requests a second to one host, from all regions together; a service that is only watched should not notice it. */
const MANY_PER_SECOND = 10;

const ROUNDING = 1e-6;
/** Named in one sentence. */
const MOST_NAMED = 5;

/** Sentences, for `check` and the log. */
export function warningsOf({ files, monitors }: Pick<Loaded, "files" | "monitors">): string[] {
  return [...openSecrets(files.map(({ text }) => text)), ...busyHosts(monitors), ...alike(monitors)];
}

/** Hosts that would be asked often, the busiest first. */
function busyHosts(monitors: readonly Monitor[]): string[] {
  const asked = new Map<string, { perSecond: number; monitors: Set<string> }>();
  for (const monitor of monitors) {
    for (const { request } of [...stepsOf(monitor), ...(monitor.cleanup ?? [])]) {
      const host = hostOf(request.url);
      const known = asked.get(host) ?? { perSecond: 0, monitors: new Set() };
      known.perSecond += (monitor.regions.length * 1_000) / monitor.intervalMs;
      known.monitors.add(monitor.id);
      asked.set(host, known);
    }
  }
  return [...asked]
    .filter(([, { perSecond }]) => perSecond > MANY_PER_SECOND + ROUNDING)
    .sort(([, one], [, other]) => other.perSecond - one.perSecond)
    .map(
      ([host, { perSecond, monitors }]) =>
        `${host} would be asked ${Math.round(perSecond)} times a second, by ${monitors.size} monitors in all their regions; if that is more than it should bear, raise every (more than ${MANY_PER_SECOND} is warned of)`,
    );
}

/** Letters of other scripts that look like Latin ones; what is left of a name is compared without case and signs. */
const LOOKS_LIKE: Record<string, string> = Object.fromEntries(
  [
    "аa",
    "еe",
    "оo",
    "рp",
    "сc",
    "уy",
    "хx",
    "іi",
    "ѕs",
    "ԁd",
    "ո" + "n",
    "οo",
    "αa",
    "ρp",
    "νv",
    "ιi",
    "κk",
    "тt",
    "мm",
    "нh",
    "кk",
    "вb",
    "0o",
    "1l",
    "ıi",
  ].map((pair) => [...pair] as [string, string]),
);

/** Names that people would take for each other. */
function alike(monitors: readonly Monitor[]): string[] {
  const looks = Map.groupBy(monitors, ({ name }) => lookOf(name));
  return [...looks.values()]
    .filter((group) => group.length > 1)
    .map((group) => {
      const named = group.toSorted((one, other) => byName(one.id, other.id)).slice(0, MOST_NAMED);
      const more = group.length > MOST_NAMED ? ` and ${group.length - MOST_NAMED} more` : "";
      const ids = named.map(({ id }) => id).join(", ");
      return `monitors ${ids}${more} have names that look alike: ${named.map(({ name }) => `"${name}"`).join(", ")}`;
    });
}

function lookOf(name: string): string {
  const plain = name.normalize("NFKD").toLowerCase().replaceAll(/\p{M}/gu, "");
  const latin = [...plain].map((letter) => LOOKS_LIKE[letter] ?? letter).join("");
  return latin.replaceAll(/[^\p{L}\p{N}]+/gu, "") || latin;
}
