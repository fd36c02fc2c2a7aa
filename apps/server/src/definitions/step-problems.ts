/** What is wrong with the requests of a monitor, as far as only the whole monitor shows it. */
import { type Check, type Monitor, type Step, stepsOf, TEMPLATE_NAMES, templateNames } from "@statusquo/core";
import { jsonPathProblem, literalRefusal, patternProblem } from "@statusquo/probe";
import type { DefinitionDocument, Problem } from "./document.ts";
import { durationText } from "./duration.ts";
import { valueAt } from "./issues.ts";
import { SAVED_ADDRESS, SHORT_METHODS } from "./step-schema.ts";

const BODIES = ["json", "body", "form", "multipart"];
/** Keys of a monitor that say what its one request is, and belong into a step where there are steps. */
const OF_ONE_REQUEST = ["url", "method", ...BODIES, "expect"];

/** A definition travels to workers as one message, of which this leaves room for the rest. */
const MOST_LETTERS = 400_000;

export function stepProblems(
  document: DefinitionDocument,
  path: readonly (string | number)[],
  monitor: Monitor,
): Problem[] {
  const problems: Problem[] = [];
  const has = (at: readonly (string | number)[], key: string) =>
    Object.hasOwn((valueAt(document.value, at) as object | undefined) ?? {}, key);
  const say = (at: readonly (string | number)[], key: string, message: string) =>
    problems.push({
      file: document.file,
      ...(has(at, key) ? document.placeOf(at, key) : document.placeOf(at)),
      message: `monitor "${monitor.id}": ${message}`,
    });

  const hasSteps = has(path, "steps");
  for (const key of hasSteps ? OF_ONE_REQUEST.filter((one) => has(path, one)) : []) {
    say(path, key, `${key} belongs into a step where there are steps, such as steps: [{ get: …, expect: 200 }]`);
  }
  const letters = JSON.stringify([monitor.steps ?? monitor.request, monitor.cleanup]).length;
  if (letters > MOST_LETTERS) {
    const rule = `all requests of a monitor together may be ${MOST_LETTERS} characters long, such as one body of 60,000`;
    say(path, hasSteps ? "steps" : "url", `${rule}; got ${letters}`);
  }
  const names = new Map<string, number>();
  const keyed = new Map<string, string>();
  const each = (step: Step, at: readonly (string | number)[], what: string) => {
    const sayOf = (key: string, message: string) => say(at, key, `${what}${message}`);
    const bodies = BODIES.filter((key) => has(at, key));
    if (bodies.length > 1)
      sayOf(bodies[1] as string, `only one of json, body, form and multipart; got ${bodies.join(" and ")}`);
    const { url } = step.request;
    const refusal = SAVED_ADDRESS.test(url) || url === "" ? null : refusalOf(url, monitor.allowPrivate);
    const urlKey = SHORT_METHODS.find((method) => has(at, method)) ?? "url";
    if (refusal) sayOf(urlKey, `${refusal}; only allow_private: true lets loopback and private addresses be probed`);
    const early = savedBeforePath(url);
    if (early !== null) {
      sayOf(
        urlKey,
        `{{${early}}} may stand after the host's slash, such as https://api.example.com/orders/{{${early}}}, or alone as the whole address; got "${url}"`,
      );
    }
    for (const check of step.checks) {
      const wrong = checkProblem(check);
      if (wrong) say([...at, "expect"], check.on, `${what}expect ${wrong}`);
      if (check.on === "certificate" && url.startsWith("http:")) {
        say([...at, "expect"], "certificate", `${what}expect certificate needs an https address; got "${url}"`);
      }
      if (check.on === "latency" && check.belowMs > monitor.timeoutMs) {
        say(
          [...at, "expect"],
          "latency",
          `${what}expect latency must be within timeout (${durationText(monitor.timeoutMs)}), such as "<${durationText(Math.ceil(monitor.timeoutMs / 2))}"; got "<${durationText(check.belowMs)}"`,
        );
      }
    }
    for (const { name, from } of step.save) {
      const wrong = from.kind === "json" ? jsonPathProblem(from.path) : null;
      if (wrong && from.kind === "json")
        say(
          [...at, "save"],
          name,
          `${what}save ${name} must be an RFC 9535 JSONPath after json., such as json.$.revision; got "${from.path}" (${wrong})`,
        );
    }
  };

  if (!hasSteps) {
    for (const step of stepsOf(monitor)) each(step, path, "");
  }
  for (const [list, steps] of [
    ["steps", hasSteps ? stepsOf(monitor) : []],
    ["cleanup", monitor.cleanup ?? []],
  ] as const) {
    for (const [index, step] of steps.entries()) {
      const at = [...path, list, index];
      const what = `${list === "steps" ? "step" : "cleanup"} ${index + 1}: `;
      const shorts = SHORT_METHODS.filter((method) => has(at, method));
      const long = has(at, "url") || has(at, "method");
      if (shorts.length === 0 && !has(at, "url")) {
        say(at, "method", `${what}a step needs its address, such as get: https://api.example.com/documents/7`);
      } else if (shorts.length > 1 || (shorts.length === 1 && long)) {
        const got = [...shorts, ...["method", "url"].filter((key) => has(at, key))];
        say(at, got[1] as string, `${what}one method and one address a step; got ${got.join(" and ")}`);
      }
      each(step, at, what);
      const before = names.get(step.name);
      if (before !== undefined) say(at, "name", `${what}the name "${step.name}" is step ${before}'s already`);
      else if (list === "steps") names.set(step.name, index + 1);
      const key = step.request.headers["idempotency-key"];
      const isSame = key !== undefined && !templateNames(key).includes("step_uuid") && key.includes("{{uuid}}");
      if (isSame && keyed.has(key)) {
        say(
          at,
          "headers",
          `${what}idempotency-key "${key}" is that of ${keyed.get(key)} too, and a server takes the second request for a repeat; use {{step_uuid}}, new for each step`,
        );
      } else if (isSame) keyed.set(key, what.replace(": ", ""));
    }
  }
  return problems;
}

function checkProblem(check: Check): string | null {
  if (check.on === "latency" || check.on === "certificate") return null;
  if (check.on === "json") {
    const wrong = jsonPathProblem(check.path);
    if (wrong) return `json must name RFC 9535 JSONPaths such as "$.status"; got "${check.path}" (${wrong})`;
  }
  const wrong = check.must.op === "matches" ? patternProblem(check.must.pattern) : null;
  if (wrong === null || check.must.op !== "matches") return null;
  return `matches must be a regular expression in RE2 syntax, such as "^v[0-9]+$"; got "${check.must.pattern}" (${wrong})`;
}

/** A saved name that stands where it could change the host; null when there is none. */
function savedBeforePath(url: string): string | null {
  if (SAVED_ADDRESS.test(url)) return null;
  const host = /^[a-z]+:\/\/[^/?#]*/i.exec(url)?.[0] ?? "";
  return templateNames(host).find((name) => !(TEMPLATE_NAMES as readonly string[]).includes(name)) ?? null;
}

/** Why an address will be refused at every probe, as far as it can be seen without looking names up. */
function refusalOf(url: string, allowPrivate: boolean): string | null {
  const host = plainUrl(url)
    .hostname.replace(/^\[|\]$/g, "")
    .replace(/\.$/, "");
  if (/^(?:.+\.)?localhost$/.test(host)) return allowPrivate ? null : `${host} is a loopback address`;
  return literalRefusal(host, allowPrivate);
}

/** The address with something in place of each reference and template. */
export function plainUrl(url: string): URL {
  return new URL(url.replaceAll(/\$\{[^}]*\}|\{\{[^}]*\}\}/g, "x"));
}
