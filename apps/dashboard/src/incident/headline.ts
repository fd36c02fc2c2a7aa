/** An incident's headline: what the overview, the list and its own page call it. */
import type { IncidentSummary } from "@statusquo/api/client";
import { nameOf, scopeText } from "@statusquo/core";
import { codeTitle } from "../codes.ts";
import { capital, listText } from "../words.ts";

/** `Save a document: 409 Conflict in eu-west` */
export function headlineOf({
  monitorName,
  code,
  codes,
  scope,
}: Pick<IncidentSummary, "monitorName" | "code" | "codes" | "scope">): string {
  const isOddly2xx = code !== null && code >= 200 && code < 300;
  const all = code === null ? codes : isOddly2xx ? [code] : [];
  const named = all.length > 0 ? capital(listText(all.map((each) => nameOf(each)))) : undefined;
  return `${monitorName}: ${named ?? codeTitle(code)} ${scopeText(scope)}`;
}
