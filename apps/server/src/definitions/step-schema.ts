/** The grammar of one request of a probe: what is sent, what is expected of the answer, what of it is kept. */
import { parseCodeRange, parseSaveSource, saveNameProblem } from "@statusquo/core";
import { z } from "zod";
import { connectionKeys } from "./connection-schema.ts";

export const METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"] as const;
/** A step's method and address in one key, such as `get: https://…`. */
export const SHORT_METHODS = ["get", "head", "post", "put", "patch", "delete", "options"] as const;

const EXPECT_RULE = 'status codes such as 201, "2xx" or "!409", a list of them, or a mapping such as { status: 2xx }';
const CODE_RULE = 'status codes such as 201, "2xx" or "!409", or a list of them';
const code = (rule: string) =>
  z.union(
    [
      z.int(rule).min(100, rule).max(599, rule),
      z.string(rule).refine((text) => typeof parseCodeRange(text) !== "string", rule),
    ],
    rule,
  );
const codes = (rule: string) => z.union([code(rule), z.array(code(rule), rule).min(1, rule)], rule);

const LONGEST_TEXT = 1_000;
const LONGEST_PATTERN = 200;
const text = (rule: string) => z.string(rule).max(LONGEST_TEXT, `at most ${LONGEST_TEXT} characters`);
const texts = z.union(
  [text("a text"), z.array(text("a text")).min(1).max(20)],
  'a text, or a list of them, such as "ready"',
);
const number = (example: string) => z.number(`a number, such as ${example}`);

const COMPARISON_RULE =
  "a value to be equal to, or a mapping of is, not, contains, lacks, matches, above, below, at_least, at_most, exists, such as { at_least: 1 }";
const comparisonKeys = {
  contains: texts.optional().describe("A part that must be in it; of a list, an entry."),
  lacks: texts.optional().describe("A part that must not be in it."),
  matches: z
    .string('a regular expression in RE2 syntax, such as "^v[0-9]+$"')
    .min(1, "a regular expression")
    .max(LONGEST_PATTERN, `a regular expression of at most ${LONGEST_PATTERN} characters`)
    .optional()
    .describe("A regular expression in RE2 syntax, without backreferences and look-around; it matches anywhere."),
};
const comparison = z
  .strictObject(
    {
      is: z.unknown().optional().describe("The value it must be equal to."),
      not: z.unknown().optional().describe("A value it must not be equal to."),
      ...comparisonKeys,
      above: number("0").optional(),
      below: number("100").optional(),
      at_least: number("1").optional(),
      at_most: number("100").optional(),
      exists: z.boolean("true or false").optional().describe("Whether it must be there at all."),
    },
    COMPARISON_RULE,
  )
  .refine((said) => Object.keys(said).length > 0, {
    message: COMPARISON_RULE,
    // What else is wrong with it is said already.
    when: ({ issues }) => issues.length === 0,
  });
const scalar = z.union([z.string(), z.number(), z.boolean(), z.null()]);

const HEADER_NAME = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]{1,100}$/;
const LATENCY_RULE = 'a limit such as "<800ms" or "<2s"';
export const LATENCY_PATTERN = /^<\s*(\d{1,6}(?:ms|s|m))$/;

const DAYS_RULE = "a whole number of days from 1 to 3650, such as 14";

const expectation = z.strictObject(
  {
    status: codes(CODE_RULE).optional().describe("Default: 2xx."),
    header: z
      .record(
        z.string().regex(HEADER_NAME, 'a header\'s name, such as "content-type"'),
        z.union([scalar, comparison], COMPARISON_RULE),
        "a mapping of headers, such as { content-type: application/json }",
      )
      .optional()
      .describe("Headers of the answer. A plain text is the whole value, or what stands before its first `;`."),
    json: z
      .record(
        z.string().max(200, "a JSONPath of at most 200 characters"),
        z.union([scalar, z.array(z.unknown()), comparison], COMPARISON_RULE),
        'a mapping of JSONPaths, such as { "$.status": ok }',
      )
      .optional()
      .describe("RFC 9535 JSONPaths into the body. All they lead to must hold, and there must be something."),
    body: z
      .union(
        [text("a text"), z.strictObject(comparisonKeys, "{ contains, lacks, matches }")],
        'a text that must be in the body, or a mapping such as { contains: ready, lacks: "stack trace" }',
      )
      .optional()
      .describe("The text of the body, of which 64 KiB are read."),
    latency: z
      .string(LATENCY_RULE)
      .regex(LATENCY_PATTERN, LATENCY_RULE)
      .optional()
      .describe("How long the request may take, to the last byte read; such as <800ms."),
    certificate: z
      .strictObject({ days_left: z.int(DAYS_RULE).min(1, DAYS_RULE).max(3_650, DAYS_RULE) }, "{ days_left: 14 }")
      .optional()
      .describe("For how many whole days more the target's certificate must be good."),
  },
  EXPECT_RULE,
);

export const expectSchema = z
  .union([code(EXPECT_RULE), z.array(code(EXPECT_RULE), EXPECT_RULE).min(1, EXPECT_RULE), expectation], EXPECT_RULE)
  .describe(
    "What is normal by definition: status codes, or a mapping of status, header, json, body, latency and certificate. How often anything else is usual is learned. Default: 2xx.",
  );

const OWN_HEADERS = ["host", "content-length", "transfer-encoding", "connection", "upgrade", "te", "trailer"];
const HEADER_RULE =
  "header names and single-line texts; host, content-length, transfer-encoding and connection are set by the probe";
export const headersSchema = z
  .record(
    z
      .string()
      .regex(HEADER_NAME, HEADER_RULE)
      .refine((name) => !OWN_HEADERS.includes(name.toLowerCase()), HEADER_RULE),
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be sent
    z.string(HEADER_RULE).regex(/^[^\u0000-\u0008\u000a-\u001f\u007f]*$/, HEADER_RULE),
    HEADER_RULE,
  )
  .describe(
    "Request headers. Values may hold ${env:NAME}, ${file:/path}, {{uuid}}, {{region}}, {{slot}} and {{timestamp}}.",
  );

const URL_RULE = 'an http or https address without user and password, such as "https://api.example.com/health"';
const address = (text: string) => {
  // A reference or template stands for something in the path or query, never for the host.
  const plain = text.replaceAll(/\$\{[^}]*\}|\{\{[^}]*\}\}/g, "x");
  // The parser would escape the others in silence.
  if (/[\s\p{Cc}]/u.test(plain) || !URL.canParse(plain)) return false;
  const { protocol, username, password } = new URL(plain);
  return (protocol === "http:" || protocol === "https:") && username === "" && password === "";
};
const LONGEST_URL = 2_048;
const urlText = z.string(URL_RULE).max(LONGEST_URL, "an address of at most 2,048 characters");
export const urlSchema = urlText.refine(address, URL_RULE);

/** An address that an earlier step saved stands alone. */
export const SAVED_ADDRESS = /^\{\{\s*([a-z][a-z0-9_]*)\s*\}\}$/;
const STEP_URL_RULE = `${URL_RULE}, or one saved before, alone, such as "{{location}}"`;
const stepUrl = urlText.refine((text) => SAVED_ADDRESS.test(text) || address(text), STEP_URL_RULE);

const FILE_RULE = '{ filename: a.txt, text: "its content" }';
/** The bodies a request may have, one at most. */
export const bodyKeys = {
  json: z
    .unknown()
    .optional()
    .describe("A body sent as application/json. Strings in it may hold references and templates."),
  body: z.string("a text").max(65_536, "at most 65,536 characters").optional().describe("A body sent as it is."),
  form: z
    .record(z.string(), z.string("a text"), "names and texts")
    .optional()
    .describe("A body sent as application/x-www-form-urlencoded."),
  multipart: z
    .record(
      z.string(),
      z.union(
        [
          z.string("a text"),
          z.strictObject(
            {
              filename: z.string('a file\'s name, such as "a.txt"').min(1).max(200),
              type: z
                .string('a media type, such as "text/csv"')
                .regex(/^[\w.+-]+\/[\w.+-]+$/, 'a media type, such as "text/csv"')
                .optional(),
              text: z.string("the file's content as a text").max(65_536, "at most 65,536 characters"),
            },
            FILE_RULE,
          ),
        ],
        `a text, or a file such as ${FILE_RULE}`,
      ),
      "names and texts or files",
    )
    .optional()
    .describe("A body sent as multipart/form-data: fields, and small text files given inline."),
};

const SAVE_RULE = "header.etag, cookie.session, json.$.revision or status, or { from: header.etag, secret: true }";
const saveSource = z
  .string(SAVE_RULE)
  .max(250, "at most 250 characters")
  .refine((source) => typeof parseSaveSource(source) !== "string", SAVE_RULE);
const SAVE_NAME_RULE = 'a name of your own: lower-case letters, digits and _, at most 32, such as "etag"';
const save = z
  .record(
    z.string().refine((name) => saveNameProblem(name) === null, SAVE_NAME_RULE),
    z.union(
      [saveSource, z.strictObject({ from: saveSource, secret: z.boolean("true or false").optional() }, SAVE_RULE)],
      SAVE_RULE,
    ),
    "names and where their values come from, such as { etag: header.etag }",
  )
  .refine((said) => Object.keys(said).length <= 20, "at most 20 names")
  .describe(
    "What of the answer is kept for later steps, as {{name}}: header.etag, cookie.session, json.$.revision or status.",
  );

const STEP_RULE = 'a step such as "- get: https://api.example.com/documents/7"';
export const stepSchema = z
  .strictObject(
    {
      name: z
        .string("a name of at most 60 characters")
        .min(1, "a name of at most 60 characters")
        .max(60, "a name of at most 60 characters")
        .optional()
        .describe("Default: its position, method and path."),
      get: stepUrl.optional(),
      head: stepUrl.optional(),
      post: stepUrl.optional(),
      put: stepUrl.optional(),
      patch: stepUrl.optional(),
      delete: stepUrl.optional(),
      options: stepUrl.optional(),
      method: z.enum(METHODS, `one of ${METHODS.join(", ")}`).optional(),
      url: stepUrl.optional(),
      headers: headersSchema.optional(),
      auth: connectionKeys.auth,
      ...bodyKeys,
      expect: expectSchema.optional(),
      save: save.optional(),
    },
    STEP_RULE,
  )
  .meta({ id: "step" });

export const stepsSchema = z.array(stepSchema, "a list of steps").min(1, STEP_RULE).max(10, "at most 10 steps");

export type StepDefinition = z.infer<typeof stepSchema>;
export type ExpectDefinition = z.infer<typeof expectSchema>;
