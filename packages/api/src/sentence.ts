/** The sentence of an incident on a screen: counts first, then what is usual. Messages are worded by `notify`. */
import { type Incident, nameOf, scopeText, shareText, unmetText } from "@statusquo/core";

/**
 * `409 on 41 of 45 probes in eu-west and eu-central; usual is 1.2 %`; where the status alone does not say what is wrong,
 * `unexpected 200 on …; usual is 0 %; the newest: $.status was "degraded", expected "ok"`.
 */
export function incidentSentence(incident: Pick<Incident, "code" | "seen" | "scope" | "evidence" | "unmet">): string {
  const { code, seen, scope, evidence, unmet } = incident;
  const usual = `usual is ${shareText(evidence.usualShare)}`;
  const why = unmet ? `; the newest: ${unmetText(unmet)}` : "";
  return `${nameOf(code)} on ${seen.bad} of ${seen.of} probes ${scopeText(scope)}; ${usual}${why}`;
}
