/**
 * OpenAPI 3.x: every GET that can be sent as it is becomes a monitor; other operations stand as comments, with what is
 * missing. As in the specification of github.com/OAI/OpenAPI-Specification. References are followed inside the document.
 */
import { type Foreign, foreign, type Imported, type Note } from "./foreign.ts";
import { at, entriesOf, isTrue, listOf, readSource, textOf } from "./source.ts";
import { statusesWhere } from "./statuses.ts";
import { shown } from "./words.ts";

const WHAT =
  'an OpenAPI 3 document, such as "openapi: 3.1.0, servers: [{ url: https://api.example.com }], paths: { /health: { get: {} } }"';
const METHODS = ["get", "head", "post", "put", "patch", "delete", "options", "trace"];
const SAFE = ["get", "head", "options"];

/** @param server the address of the API, where the document's own is relative or another. @throws StatusquoError "bad_request" */
export function readOpenapi(file: string, text: string, server: string | null): Imported {
  const source = readSource(file, text, WHAT);
  const document = source.value;
  const version = textOf(at(document, "openapi"));
  if (version === null || !/^3\./.test(version)) {
    const came = version ?? (textOf(at(document, "swagger")) ? `swagger ${textOf(at(document, "swagger"))}` : "none");
    source.refuse(
      at(document, "openapi") === undefined ? [] : ["openapi"],
      `openapi must be 3.x; got ${shown(came, 40)}; expected ${WHAT}`,
    );
  }
  const paths = at(document, "paths");
  if (paths !== undefined && (typeof paths !== "object" || paths === null))
    source.refuse(["paths"], `paths must be a mapping; expected ${WHAT}`);
  const checks = entriesOf(paths).flatMap(([path, written]) => {
    const item = resolved(document, written);
    return METHODS.flatMap((method) => {
      const operation = at(item, method);
      return typeof operation === "object" && operation !== null
        ? [checkOf(document, server, path, item, method, operation)]
        : [];
    });
  });
  if (checks.length === 0) source.refuse([], `there are no operations under paths; expected ${WHAT}`);
  const notes = ["Each GET is asked every minute, the default: say `every` where that is too often."];
  return { checks, channels: [], notes };
}

/** What a `$ref` inside the document stands for; undefined for one that leads nowhere, out of it, or in a circle. */
function resolved(document: unknown, value: unknown): unknown {
  let found = value;
  for (let step = 0; step < 20; step++) {
    const reference = textOf(at(found, "$ref"));
    if (reference === null) return found;
    if (!reference.startsWith("#/")) return undefined;
    const keys = reference
      .slice(2)
      .split("/")
      .map((key) => decoded(key).replaceAll("~1", "/").replaceAll("~0", "~"));
    found = at(document, ...keys);
  }
  return undefined;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function checkOf(
  document: unknown,
  server: string | null,
  path: string,
  item: unknown,
  method: string,
  operation: unknown,
): Foreign {
  const notes: Note[] = [];
  const missing: string[] = [];
  const base = server ?? serverOf(operation) ?? serverOf(item) ?? serverOf(document);
  const { url, headers } = filled(document, path, item, operation, missing);
  const id = textOf(at(operation, "operationId"));
  const check = foreign({
    name: textOf(at(operation, "summary")) ?? id ?? `${method.toUpperCase()} ${path}`,
    id: (id ?? `${method} ${path}`).replaceAll(/([a-z])([A-Z])/g, "$1-$2"),
    url: `${(base ?? "https://api.example.com").replace(/\/+$/, "")}${url.startsWith("/") ? "" : "/"}${url}`,
    method: method.toUpperCase(),
    tags: listOf(at(operation, "tags")).flatMap((tag) => textOf(tag) ?? []),
    headers,
    notes,
  });
  expectations(document, operation, check);
  security(document, operation, check);
  bodyOf(document, operation, check);
  if (isTrue(at(operation, "deprecated"))) notes.push({ key: null, message: "it is deprecated" });
  if (base === null)
    check.leftOut = "no server of the document has a whole address: give one with --server https://api.example.com";
  else if (missing.length > 0) check.leftOut = `no example is given for ${shown(missing.join(", "), 200)}`;
  if (!SAFE.includes(method))
    check.leftOut = `${method.toUpperCase()} may change something${missing.length > 0 ? `, and ${check.leftOut}` : ""}`;
  else if (method === "options") check.leftOut ??= "OPTIONS says what may be asked";
  return check;
}

/** The first server that is whole, its variables at their defaults; null without one. */
function serverOf(holder: unknown): string | null {
  for (const server of listOf(at(holder, "servers"))) {
    const url = (textOf(at(server, "url")) ?? "").replaceAll(
      /\{([^{}]*)\}/g,
      (whole, name: string) => textOf(at(server, "variables", name, "default")) ?? whole,
    );
    if (/^https?:\/\/[^{}\s]+$/i.test(url)) return url;
  }
  return null;
}

/** The path with its parameters, and headers, as far as there are examples; names of the others go to `missing`. */
function filled(document: unknown, path: string, item: unknown, operation: unknown, missing: string[]) {
  const parameters = new Map<string, unknown>();
  for (const written of [...listOf(at(item, "parameters")), ...listOf(at(operation, "parameters"))]) {
    const parameter = resolved(document, written);
    parameters.set(`${textOf(at(parameter, "in"))} ${textOf(at(parameter, "name"))}`, parameter);
  }
  let url = path;
  const query: string[] = [];
  const headers: [string, string][] = [];
  for (const parameter of parameters.values()) {
    const [place, name] = [textOf(at(parameter, "in")), textOf(at(parameter, "name"))];
    if (name === null || (place !== "path" && !isTrue(at(parameter, "required")))) continue;
    const value = exampleOf(document, parameter);
    if (value === null) missing.push(`${place} parameter ${name}`);
    else if (place === "path") url = url.replaceAll(`{${name}}`, () => encodeURIComponent(value));
    else if (place === "query") query.push(`${encodeURIComponent(name)}=${encodeURIComponent(value)}`);
    else if (place === "header" && !/^(?:accept|content-type|authorization)$/i.test(name)) headers.push([name, value]);
    else if (place === "cookie") headers.push(["cookie", `${name}=${value}`]);
  }
  for (const [, name] of url.matchAll(/\{([^{}]+)\}/g)) {
    const said = `path parameter ${name}`;
    if (!missing.includes(said)) missing.push(said);
  }
  return { url: query.length > 0 ? `${url}?${query.join("&")}` : url, headers };
}

/** A value that the document itself gives for a parameter. */
function exampleOf(document: unknown, parameter: unknown): string | null {
  const schema = resolved(document, at(parameter, "schema"));
  const content = resolved(document, entriesOf(at(parameter, "content"))[0]?.[1]);
  const candidates = [
    at(parameter, "example"),
    ...examplesOf(document, parameter),
    ...schemaExamples(schema),
    at(content, "example"),
  ];
  for (const value of candidates) {
    const said = Array.isArray(value) ? value.map(textOf).join(",") : textOf(value);
    if (said !== null && said !== "") return said;
  }
  return null;
}

const examplesOf = (document: unknown, holder: unknown): unknown[] =>
  entriesOf(at(holder, "examples")).map(([, one]) => at(resolved(document, one), "value"));

const schemaExamples = (schema: unknown): unknown[] => [
  at(schema, "example"),
  at(schema, "default"),
  listOf(at(schema, "examples"))[0],
  at(schema, "const"),
  listOf(at(schema, "enum"))[0],
];

function expectations(document: unknown, operation: unknown, check: Foreign): void {
  const said = entriesOf(resolved(document, at(operation, "responses"))).map(([code]) => code);
  const good = said.filter((code) => /^2(?:\d\d|XX)$/i.test(code));
  const codes = good.length > 0 ? good : said.filter((code) => /^3(?:\d\d|XX)$/i.test(code));
  if (codes.length === 0) return;
  const fits = (status: number) =>
    codes.some((code) => String(status) === code || (/xx$/i.test(code) && String(status)[0] === code[0]));
  check.wants.push({ kind: "status", codes: statusesWhere(fits), said: `responses ${codes.join(", ")}` });
}

/** Who may ask: the first way that the document gives, with a variable for each secret. */
function security(document: unknown, operation: unknown, check: Foreign): void {
  const ways = listOf(at(operation, "security") ?? at(document, "security"));
  if (ways.length === 0 || ways.some((way) => entriesOf(way).length === 0)) return;
  for (const [name] of entriesOf(ways[0])) {
    const scheme = resolved(document, at(document, "components", "securitySchemes", name));
    const type = textOf(at(scheme, "type")) ?? "";
    const kind = (textOf(at(scheme, "scheme")) ?? "").toLowerCase();
    const variable = (what: string) =>
      `\${env:${`${name}_${what}`
        .replaceAll(/([a-z])([A-Z])/g, "$1_$2")
        .toUpperCase()
        .replaceAll(/[^A-Z0-9]+/g, "_")
        .replace(/^(?=\d)|^_+/, "API_")}}`;
    if (type === "apiKey") apiKey(scheme, variable("KEY"), check);
    else if (type === "http" && kind === "basic") {
      check.headers.push(["authorization", `Basic ${variable("BASIC")}`]);
      check.notes.push({
        key: "headers",
        message: `${shown(name, 60)}: the variable holds the base64 of user:password`,
      });
    } else if ((type === "http" && kind === "bearer") || type === "oauth2" || type === "openIdConnect") {
      check.bearer = variable("TOKEN");
      check.notes.push({
        key: "auth",
        message: `${shown(name, 60)} (${type === "http" ? "bearer" : type}): the variable holds a token`,
      });
    } else
      check.leftOut = `the security scheme ${shown(name, 60)} (${shown(`${type} ${kind}`.trim() || "unknown", 40)}) is not spoken here`;
  }
}

function apiKey(scheme: unknown, reference: string, check: Foreign): void {
  const [place, key] = [textOf(at(scheme, "in")), textOf(at(scheme, "name")) ?? ""];
  if (place === "query") check.url += `${check.url.includes("?") ? "&" : "?"}${encodeURIComponent(key)}=${reference}`;
  else check.headers.push(place === "cookie" ? ["cookie", `${key}=${reference}`] : [key, reference]);
}

function bodyOf(document: unknown, operation: unknown, check: Foreign): void {
  const body = resolved(document, at(operation, "requestBody"));
  for (const [type, written] of entriesOf(at(body, "content"))) {
    if (!/[/+]json\b/i.test(type)) continue;
    const media = resolved(document, written);
    const values = [
      at(media, "example"),
      ...examplesOf(document, media),
      ...schemaExamples(resolved(document, at(media, "schema"))),
    ];
    const value = values.find((one) => one !== undefined);
    if (value !== undefined) check.body = { kind: "json", value };
    return;
  }
}
