/** The overview in two sentences. */
import type { Overview } from "@statusquo/api/client";
import { capital, numberWord, plural } from "../words.ts";
import { worstFirst } from "./rank.ts";

export function sentenceOf({ openIncidents, standings, monitors }: Overview): string {
  const wrong = openIncidents.all;
  if (wrong > 0) return `${capital(numberWord(wrong))} ${plural(wrong, "endpoint is", "endpoints are")} misbehaving.`;
  if (standings.no_data === monitors.length) return "No results are coming in.";
  if (standings.watching > 0)
    return `${capital(numberWord(standings.watching))} ${plural(standings.watching, "endpoint is", "endpoints are")} being watched.`;
  if (standings.no_data > 0)
    return `${capital(numberWord(standings.no_data))} ${plural(standings.no_data, "endpoint sends", "endpoints send")} no data.`;
  if (standings.learning === monitors.length) return "Learning what is usual.";
  return "Everything behaves as usual.";
}

export function detailOf({ standings, monitors, openIncidents }: Overview): string {
  const { usual, learning } = standings;
  const all = monitors.length;
  const parts: string[] = [];
  if (usual > 0) parts.push(`${usual} of ${all} answer with their usual mix of codes.`);
  if (learning > 0)
    parts.push(
      `${learning} of ${all} ${plural(learning, "has", "have")} less than a day of quiet history; a clear change opens an incident all the same.`,
    );
  const worst = openIncidents.all > 0 ? worstFirst(monitors)[0] : undefined;
  if (worst?.incident) parts.push(`Worst: ${worst.incident.monitorName}, ${worst.incident.sentence}.`);
  return parts.join(" ");
}
