/** The public page in words: what people notice, where, and since when. No codes, addresses or causes. */
import type { Status } from "./status-views.ts";
import { capital, listText, numberWord, plural, spanText } from "./words.ts";

type State = Status["state"];

/** In a list beside a service's name. */
export const STATE_WORDS: Record<State, string> = {
  ok: "Works",
  partly: "Partly disrupted",
  down: "Down",
  unknown: "Not measured now",
};

/** The whole page in a sentence. */
export function headingOf({ state, disruptions }: Pick<Status, "state" | "disruptions">): string {
  const open = disruptions.filter(({ until }) => until === null);
  const [first] = open;
  if (first !== undefined && open.length === 1) return disruptionText(first);
  if (open.length > 1) return `${capital(numberWord(open.length))} services are disrupted.`;
  return state === "unknown" ? "Nothing is measured at the moment." : "Everything works.";
}

type Disruption = Status["disruptions"][number];

/** `Checkout is partly disrupted in eu-west.`, `Checkout did not work.` */
export function disruptionText({ service, state, places, until }: Disruption): string {
  const where = places.length === 0 ? "" : ` in ${listText(places)}`;
  if (until === null) return `${service} ${state === "down" ? "does not work" : "is partly disrupted"}${where}.`;
  return `${service} ${state === "down" ? "did not work" : "was partly disrupted"}${where}.`;
}

/** What the bars of a service say. */
export function daysText(days: Status["groups"][number]["services"][number]["days"]): string {
  const disrupted = days.filter(({ state }) => state === "partly" || state === "down");
  const unmeasured = days.filter(({ state }) => state === "unmeasured").length;
  const longest = Math.max(0, ...disrupted.map(({ disruptedMs }) => disruptedMs));
  const rest = unmeasured === 0 ? "" : ` ${unmeasured} ${plural(unmeasured, "day was", "days were")} not measured.`;
  if (disrupted.length === 0) return `No disruption.${rest}`;
  return `Disrupted on ${disrupted.length} ${plural(disrupted.length, "day")}, at most ${spanText(longest)} a day.${rest}`;
}
