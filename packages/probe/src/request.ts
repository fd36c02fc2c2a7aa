/**
 * Requests: a monitor's plan made ready to send, with templates filled and references resolved.
 *
 * Templates first, references second, each once: what the environment holds is never read as either.
 */
import { randomUUID } from "node:crypto";
import {
  type Auth,
  type Connection,
  type EpochMs,
  fillTemplate,
  type Monitor,
  mapTexts,
  type Region,
  slotKeyText,
} from "@statusquo/core";
import type { Refusal } from "./failure.ts";
import type { HttpPlan } from "./http.ts";
import { type Environment, fillReferences, findReferences, resolveReferences } from "./references.ts";

export interface ReadyRequest {
  kind: "ready";
  plan: HttpPlan;
  /** Every value a reference was resolved to, but for certificates, which are shown to everybody. */
  secrets: string[];
  /** Filled like the plan. */
  auth?: Auth | undefined;
  connection?: Connection | undefined;
}

/** @returns the request, or why it cannot be made here, in words that hold no value of a reference */
export async function readyRequest(
  monitor: Monitor,
  at: { region: Region; slot: EpochMs; startedAt: EpochMs },
  env: Environment,
): Promise<ReadyRequest | Refusal> {
  const filled = fillTemplate(monitor.request, {
    uuid: randomUUID(),
    region: at.region,
    slot: new Date(at.slot).toISOString(),
    timestamp: String(Math.floor(at.startedAt / 1000)),
  });
  if (filled.kind === "unknown") return { kind: "missed", reason: "unsupported", detail: filled.message };
  const request = filled.value;

  const references = new Map<string, ReturnType<typeof findReferences>[number]>();
  mapTexts(request, (text) => {
    for (const reference of findReferences(text)) references.set(reference.text, reference);
    return text;
  });
  const { values, problems } = await resolveReferences([...references.values()], env);
  if (problems.length > 0) return unresolved(problems.map((problem) => problem.message).join("; "));
  const fill = (text: string) => fillReferences(text, values);

  const headers: Record<string, string> = {};
  for (const [name, written] of Object.entries(request.headers)) {
    const value = fill(written);
    if (!/^[\t\x20-\x7e\x80-\xff]*$/.test(value)) {
      const held = findReferences(written).map((reference) => reference.text);
      return unresolved(`header "${name}": ${held.join(", ") || "its value"} holds a character no header may hold`);
    }
    headers[name] = value;
  }
  const content = bodyOf(request.body, fill);
  if (content !== null) headers["content-type"] ??= content.type;
  if (monitor.slotHeader) {
    headers["x-statusquo-slot"] = slotKeyText({ monitor: monitor.id, region: at.region, slot: at.slot });
  }

  const { ca = "", clientCertificate } = request.connection ?? {};
  const certificates = [ca, clientCertificate?.cert ?? ""];
  const url = urlOf(fill(request.url));
  if (typeof url === "string") return { kind: "missed", reason: "unsupported", detail: url };
  return {
    kind: "ready",
    plan: { method: request.method, url, headers, body: content?.text ?? null },
    secrets: [...values].filter(([text]) => !certificates.includes(text)).map(([, value]) => value),
    ...(request.auth && { auth: mapTexts(request.auth, fill) }),
    ...(request.connection && { connection: mapTexts(request.connection, fill) }),
  };
}

function bodyOf(
  body: Monitor["request"]["body"],
  fill: (text: string) => string,
): { text: string; type: string } | null {
  switch (body?.kind) {
    case undefined:
      return null;
    case "json":
      return { text: JSON.stringify(mapTexts(body.value, fill)) ?? "null", type: "application/json" };
    case "text":
      return { text: fill(body.text), type: "text/plain; charset=utf-8" };
    case "form":
      return {
        text: new URLSearchParams(mapTexts(body.fields, fill)).toString(),
        type: "application/x-www-form-urlencoded",
      };
  }
}

/** The URL, or what is wrong with it without quoting it. */
function urlOf(text: string): URL | string {
  // The parser would drop line breaks and tabs in silence.
  const url = /\p{Cc}/u.test(text) ? null : URL.parse(text);
  if (url === null) return "url is no URL once its references are filled";
  if (url.protocol !== "http:" && url.protocol !== "https:") return `url must be http or https, got ${url.protocol}`;
  if (url.username !== "" || url.password !== "") return "url must not carry a user name; use an authorization header";
  return url;
}

function unresolved(detail: string): Refusal {
  return { kind: "missed", reason: "unresolved", detail };
}
