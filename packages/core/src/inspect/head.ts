/** Headers that a status calls for. */
import { quote, sayingsOf } from "../conflict/body.ts";
import { weightOf } from "../conflict/marks.ts";
import { readWords } from "../conflict/words.ts";
import type { Seen, Warning } from "./seen.ts";

export function checkRequiredHeaders({ status, got }: Seen): Warning[] {
  if (status === 405 && got.allow === undefined) {
    return [
      {
        what: "405 without Allow",
        why: "it has to say which methods there are (RFC 9110 §15.5.6)",
        send: "Allow: GET, HEAD",
      },
    ];
  }
  if (status === 401 && got["www-authenticate"] === undefined) {
    return [
      {
        what: "401 without WWW-Authenticate",
        why: "it has to say how to authenticate (RFC 9110 §15.5.2)",
        send: 'WWW-Authenticate: Bearer realm="api"',
      },
    ];
  }
  return [];
}

const MONTH = "(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)";
const HTTP_DATE = new RegExp(`^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), \\d{2} ${MONTH} \\d{4} \\d{2}:\\d{2}:\\d{2} GMT$`);

export function checkRetryAfter({ status, got, body }: Seen): Warning[] {
  const given = got["retry-after"]?.trim();
  if (given !== undefined && !/^\d{1,9}$/.test(given) && !HTTP_DATE.test(given)) {
    return [
      {
        what: `Retry-After cannot be read: ${quote(given)}`,
        why: "it is a number of whole seconds or an HTTP date (RFC 9110 §10.2.3)",
        send: "Retry-After: 5",
      },
    ];
  }
  if (given !== undefined) return [];
  const passes = status === 409 && weightOf(readWords(sayingsOf(body)), "race") > 2.2;
  if (status !== 429 && status !== 503 && !passes) return [];
  return [
    {
      what: `${status} without Retry-After${passes ? ", though the body says that it passes" : ""}`,
      why: "clients do not know when to come again, and come at once",
      send: "Retry-After: 5",
    },
  ];
}

const VERSION_KEY = /^_?(?:version|revision|rev|etag|lock_?version|row_?version|generation|resource_?version)$/i;

export function checkVersion({ method, status, got, json }: Seen): Warning[] {
  if (method !== "GET" || status !== 200 || got.etag !== undefined) return [];
  if (json === null || typeof json !== "object" || Array.isArray(json)) return [];
  const field = Object.entries(json).find(
    ([key, value]) => VERSION_KEY.test(key) && /^(?:string|number)$/.test(typeof value),
  );
  if (field === undefined) return [];
  return [
    {
      what: `the resource carries a ${field[0]} and the answer no ETag`,
      why: "without one, clients cannot send If-Match, and writers overwrite each other",
      send: `ETag: "${String(field[1])
        .replace(/[^\x21\x23-\x7e]/g, "")
        .slice(0, 40)}"`,
    },
  ];
}
