/** The sentence of an incident on a screen: counts first, then what is usual. Messages are worded by `notify`. */
import { type Incident, nameOf, scopeText, shareText } from "@statusquo/core";

/** `409 on 41 of 45 probes in eu-west and eu-central; usual is 1.2 %`. */
export function incidentSentence(incident: Pick<Incident, "code" | "seen" | "scope" | "evidence">): string {
  const { code, seen, scope, evidence } = incident;
  const usual = `usual is ${shareText(evidence.usualShare)}`;
  return `${nameOf(code)} on ${seen.bad} of ${seen.of} probes ${scopeText(scope)}; ${usual}`;
}
