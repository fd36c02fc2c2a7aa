/**
 * The grammar of how a request reaches its target and who it says it is. What is secret must be a reference; no message
 * here, nor what is made of it, repeats what came in its place.
 */
import { z } from "zod";

/** Nothing beside it: what stands beside a reference is shown where definitions are. */
const REFERENCE = /^\$\{(?:env:[A-Za-z_][A-Za-z0-9_]*|file:\/[^}]+)\}$/;

/** A text whose secret part stands elsewhere. */
const secret = (example: string) => {
  const rule = `a reference such as "${example}", never the secret itself`;
  return z.string(rule).max(1_000, rule).regex(REFERENCE, rule);
};
const pem = (example: string) => {
  const rule = `a reference to a file in PEM form, such as "${example}"`;
  return z.string(rule).max(1_000, rule).regex(REFERENCE, rule);
};

const line = (rule: string) =>
  z
    .string(rule)
    .min(1, rule)
    .max(500, rule)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be sent
    .regex(/^[^\u0000-\u001f\u007f]*$/, rule);

const plainUrl = (text: string) => URL.parse(text.replaceAll(/\$\{[^}]*\}/g, "x"));
const TOKEN_URL_RULE =
  'an http or https address without user and password, such as "https://login.example.com/oauth2/token"';
const tokenUrl = line(TOKEN_URL_RULE).refine((text) => {
  const url = plainUrl(text);
  return url !== null && /^https?:$/.test(url.protocol) && url.username === "" && url.password === "";
}, TOKEN_URL_RULE);

const USER_RULE = "a user name without a colon";
const user = line(USER_RULE).regex(/^[^:]*$/, USER_RULE);

const HEADER_RULE = 'the name of a header of your own, such as "x-signature"';
const TAKEN = [
  "host",
  "content-length",
  "transfer-encoding",
  "connection",
  "upgrade",
  "te",
  "trailer",
  "accept-encoding",
];
const headerName = z
  .string(HEADER_RULE)
  .regex(/^[!#$%&'*+\-.^_`|~0-9A-Za-z]{1,100}$/, HEADER_RULE)
  .refine((name) => !TAKEN.includes(name.toLowerCase()), HEADER_RULE);

const BASIC_RULE = '{ user: probe, password: "${env:PASSWORD}" }';
const OAUTH2_RULE =
  '{ token_url: "https://login.example.com/oauth2/token", client_id: probe, client_secret: "${env:CLIENT_SECRET}" }';
const HMAC_RULE = '{ secret: "${env:SIGNING_KEY}" }';
const MTLS_RULE = '{ cert: "${file:/etc/statusquo/probe.crt}", key: "${file:/etc/statusquo/probe.key}" }';

const KINDS = ["basic", "bearer", "oauth2", "hmac"] as const;
const AUTH_RULE =
  'one of basic, bearer, oauth2 and hmac, with or without mtls, such as { bearer: "${env:ORDERS_TOKEN}" }; or none';

const auth = z
  .union(
    [
      z
        .strictObject(
          {
            basic: z
              .strictObject({ user, password: secret("${env:PASSWORD}") }, BASIC_RULE)
              .optional()
              .describe("User and password (RFC 7617)."),
            bearer: secret("${env:ORDERS_TOKEN}").optional().describe("A token, sent as authorization: Bearer."),
            oauth2: z
              .strictObject(
                {
                  token_url: tokenUrl,
                  client_id: line("a client's id"),
                  client_secret: secret("${env:CLIENT_SECRET}"),
                  scope: line('scopes with blanks between, such as "orders:read"').optional(),
                  audience: line('an audience, such as "https://api.example.com"').optional(),
                  credentials: z
                    .enum(["header", "body"], "header or body")
                    .optional()
                    .describe("Where id and secret go. Default header (RFC 6749 section 2.3.1)."),
                },
                OAUTH2_RULE,
              )
              .optional()
              .describe("A token by client credentials (RFC 6749 section 4.4), kept in memory until it ends."),
            hmac: z
              .strictObject(
                {
                  secret: secret("${env:SIGNING_KEY}"),
                  header: headerName.optional().describe("Default x-signature."),
                  timestamp_header: headerName.optional().describe("Default x-timestamp."),
                  encoding: z.enum(["hex", "base64"], "hex or base64").optional().describe("Default hex."),
                  prefix: line('a text such as "sha256="').optional().describe("Stands before the signature."),
                },
                HMAC_RULE,
              )
              .optional()
              .describe("HMAC-SHA256 over method, path and query, timestamp and body, with a line feed between."),
            mtls: z
              .strictObject(
                {
                  cert: pem("${file:/etc/statusquo/probe.crt}"),
                  key: pem("${file:/etc/statusquo/probe.key}"),
                  passphrase: secret("${env:KEY_PASSPHRASE}").optional(),
                },
                MTLS_RULE,
              )
              .optional()
              .describe("A client's certificate, shown to a target that asks for one."),
          },
          AUTH_RULE,
        )
        .refine(
          (said) => {
            const kinds = KINDS.filter((kind) => said[kind] !== undefined).length;
            return kinds === 1 || (kinds === 0 && said.mtls !== undefined);
          },
          // Of what is wrong with a kind alone, its own words say more.
          { error: AUTH_RULE, when: ({ issues }) => issues.length === 0 },
        ),
      // Last, so that a mapping is told what is wrong in it.
      z.literal("none", AUTH_RULE),
    ],
    AUTH_RULE,
  )
  .describe("Who the request says it is; sent to the address's own origin alone. none takes back what defaults say.");

const PROXY_RULE =
  'an http address without path, such as "http://proxy.example.com:3128", or { url, user, password }; or none';
const proxyUrl = line(PROXY_RULE).refine((text) => {
  const url = plainUrl(text);
  return (
    url?.protocol === "http:" && url.username === "" && url.password === "" && url.pathname === "/" && url.search === ""
  );
}, PROXY_RULE);
const PROXY_USER_RULE = '{ url: "http://proxy.example.com:3128", user: probe, password: "${env:PROXY_PASSWORD}" }';

const SERVER_NAME_RULE = 'a host name, such as "api.internal.example.com"';

/** What a monitor, a file's defaults and a step may say of the connection. */
export const connectionKeys = {
  auth: auth.optional(),
  tls: z
    .strictObject(
      {
        ca: pem("${file:/etc/statusquo/ca.crt}").optional().describe("Trusted besides the public roots."),
        server_name: z
          .string(SERVER_NAME_RULE)
          .max(253, SERVER_NAME_RULE)
          .regex(
            /^(?=.*[a-z])[a-z0-9_](?:[a-z0-9_-]*[a-z0-9])?(?:\.[a-z0-9_](?:[a-z0-9_-]*[a-z0-9])?)*$/i,
            SERVER_NAME_RULE,
          )
          .optional()
          .describe("The name asked for and checked, in place of the address's own."),
      },
      '{ ca: "${file:/etc/statusquo/ca.crt}", server_name: api.internal.example.com }',
    )
    .optional()
    .describe("Whom TLS trusts. It is never switched off."),
  proxy: z
    .union(
      [
        z.strictObject({ url: proxyUrl, user, password: secret("${env:PROXY_PASSWORD}") }, PROXY_USER_RULE),
        z.literal("none", PROXY_RULE),
        proxyUrl,
      ],
      PROXY_RULE,
    )
    .optional()
    .describe("An HTTP proxy that everything goes through. Those of the environment are ignored."),
  ip: z
    .literal([4, 6], "4 or 6")
    .optional()
    .describe("Dial addresses of this family alone. Default: both, as the machine can."),
  http2: z
    .boolean("true or false")
    .optional()
    .describe("Speak HTTP/2 where an https target offers it, else HTTP/1.1. Default false."),
};

export type ConnectionDefinition = z.infer<z.ZodObject<typeof connectionKeys>>;
