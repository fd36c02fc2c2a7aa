/**
 * The grammar of definitions, once: what the loader accepts and what the JSON Schema for editors says.
 *
 * Every rule's message says what is allowed; the loader adds where it stands and what came.
 */
import { z } from "zod";
import { connectionKeys } from "./connection-schema.ts";
import { BUDGET_PATTERN, DURATION_PATTERN, parseDuration, SHARE_PATTERN } from "./duration.ts";
import { bodyKeys, expectSchema, headersSchema, METHODS, stepsSchema, urlSchema } from "./step-schema.ts";

export const ID_PATTERN = /^[a-z0-9][a-z0-9-]{0,63}$/;
const ID_RULE = 'lower-case letters, digits and "-", at most 64, such as "create-order"';

const id = z.string(ID_RULE).regex(ID_PATTERN, ID_RULE);
const region = z.string('a region such as "eu-west"').regex(ID_PATTERN, `a region: ${ID_RULE}`);
const regions = z
  .array(region, "a list of regions, such as [eu-west, us-east]")
  .min(1, "at least one region")
  .max(12, "at most 12 regions")
  .describe("Named places from which probes are made. Workers serve them by name.");

const duration = (from: string, to: string) => {
  const rule = `a duration from ${from} to ${to}, such as "30s" or "5m"`;
  const [least, most] = [parseDuration(from) ?? 0, parseDuration(to) ?? 0];
  return z
    .string(rule)
    .regex(DURATION_PATTERN, rule)
    .refine((text) => {
      const ms = parseDuration(text);
      return ms === null || (least <= ms && ms <= most);
    }, rule);
};

const flag = z.boolean("true or false");
const names = (what: string) =>
  z.array(z.string(what).regex(ID_PATTERN, what), `a list: ${what}`).max(50, "at most 50");

const USUAL_RULE = 'shares of codes, such as { 409: "3%" }';
const usual = z
  .record(
    z.string().regex(/^(?:0|[1-5]\d\d)$/, "a status code, or 0 for no answer"),
    z.string(USUAL_RULE).regex(SHARE_PATTERN, USUAL_RULE),
    USUAL_RULE,
  )
  .describe(
    "How often unexpected codes are usual, as a first guess: it lets a new monitor alert from its first minute.",
  );

/** What a monitor may say, and `defaults` may say for all of a file. */
const common = {
  every: duration("5s", "1h").optional().describe("How often to probe from every region, 5s to 1h. Default 1m."),
  timeout: duration("100ms", "5m")
    .optional()
    .describe(
      "One deadline over everything a probe does; shorter than `every`. Default 10s, or half of a shorter `every`.",
    ),
  false_alarms: z
    .string('a budget such as "1/year" or "2/month"')
    .regex(BUDGET_PATTERN, 'a budget such as "1/year" or "2/month"')
    .optional()
    .describe("How many false alarms this monitor may cost: the detector's only knob. Default 1/year."),
  notify: names("ids of channels, such as [oncall]").optional().describe("Channels that are told."),
  regions: regions.optional(),
  expect: expectSchema.optional(),
  usual: usual.optional(),
  headers: headersSchema.optional(),
  tags: names("tags, such as [checkout]").optional(),
  redact: z
    .array(z.string('JSONPaths such as ["$.customer"]').max(200), 'a list of JSONPaths, such as ["$.customer"]')
    .max(50, "at most 50")
    .optional()
    .describe("RFC 9535 JSONPaths; their values are removed from evidence before it is stored."),
  allow_private: flag
    .optional()
    .describe("Whether loopback and private addresses may be dialled. Link-local and metadata addresses never may."),
  follow_redirects: z
    .int("a whole number from 0 to 5")
    .min(0, "a whole number from 0 to 5")
    .max(5, "a whole number from 0 to 5")
    .optional()
    .describe("Redirects followed at most. Default 0: the redirect is the answer."),
  confirm: z
    .union([flag, duration("100ms", "1m")], 'true, false, or how long to wait before, such as "2s"')
    .optional()
    .describe("After an unexpected answer probe once more in the same slot, 1 s later or after the time given."),
  stagger: z
    .literal("regions", 'the word "regions"')
    .optional()
    .describe("Let regions take turns within the interval, so that their requests do not meet."),
  slot_header: flag.optional().describe("Send x-statusquo-slot with each probe, so that the target can recognise it."),
  ...connectionKeys,
};

export const monitorSchema = z
  .strictObject(
    {
      id: id.optional().describe("Default: made from the address, such as api-example-com-health."),
      name: z
        .string("a name of at most 100 characters")
        .min(1, "a name of at most 100 characters")
        .max(100, "a name of at most 100 characters")
        .optional(),
      method: z
        .enum(METHODS, `one of ${METHODS.join(", ")}`)
        .optional()
        .describe("Default GET."),
      url: urlSchema.optional(),
      ...bodyKeys,
      steps: stepsSchema
        .optional()
        .describe("Several requests in one probe, instead of url and method. The last one's answer is the outcome."),
      cleanup: stepsSchema
        .optional()
        .describe("Requests made after the steps whatever came of them. They never decide the outcome."),
      ...common,
    },
    'a monitor with at least a url, such as "- url: https://api.example.com/health"',
  )
  .refine(({ url, steps }) => url !== undefined || steps !== undefined, {
    path: ["url"],
    message: 'an http or https address, such as "https://api.example.com/health", unless there are steps',
  })
  .meta({ id: "monitor" });

const SECRET_RULE = 'a reference such as "${env:SLACK_WEBHOOK_URL}", or the address itself';
const mailbox = z
  .string('one mail address, such as "oncall@example.com"')
  .max(254, "at most 254 characters")
  .regex(/^[^\s@<>()[\]:;,"\\]+@[^\s@<>()[\]:;,"\\]+$/, 'one mail address, such as "oncall@example.com"');

const CHANNEL_RULE =
  'one of slack or email, such as { slack: { webhook: "${env:SLACK_WEBHOOK_URL}" } } or { email: { to: [a@example.com], from: b@example.com, smtp: "${env:SMTP_URL}" } }';
export const channelSchema = z
  .strictObject(
    {
      slack: z
        .strictObject({ webhook: z.string(SECRET_RULE).min(1, SECRET_RULE) }, '{ webhook: "${env:SLACK_WEBHOOK_URL}" }')
        .optional()
        .describe("A Slack incoming webhook."),
      email: z
        .strictObject(
          {
            to: z.array(mailbox, "a list of mail addresses").min(1, "at least one mail address").max(50, "at most 50"),
            from: mailbox,
            smtp: z
              .string('an SMTP address, such as "${env:SMTP_URL}" or "smtps://user:password@mail.example.com"')
              .min(1, "an SMTP address"),
          },
          '{ to: [oncall@example.com], from: statusquo@example.com, smtp: "${env:SMTP_URL}" }',
        )
        .optional()
        .describe("Mail over SMTP; one message per recipient."),
    },
    CHANNEL_RULE,
  )
  .refine((channel) => (channel.slack === undefined) !== (channel.email === undefined), CHANNEL_RULE)
  .meta({ id: "channel" });

export const definitionsSchema = z
  .strictObject(
    {
      regions: regions.optional(),
      channels: z.record(id, channelSchema, "channels by id").optional().describe("Who can be told, by id."),
      defaults: z.strictObject(common, "settings for every monitor of this file").optional(),
      monitors: z
        .array(monitorSchema, "a list of monitors")
        .min(1, 'at least one monitor, such as "- url: https://api.example.com/health"')
        .max(5_000, "at most 5,000 monitors")
        .optional(),
    },
    "a mapping with monitors, and if wanted regions, channels and defaults",
  )
  .meta({ title: "Statusquo definitions", description: "What to watch, and whom to tell (docs/configuration.md)." });

export type MonitorDefinition = z.infer<typeof monitorSchema>;
export type DefinitionsFile = z.infer<typeof definitionsSchema>;

/** Keys that belong to the grammar and are not built yet: refused by name, never ignored. */
export const NOT_SUPPORTED_YET: Record<string, string> = {
  maintenance: "maintenance windows are not supported yet; leave the key out",
};

/** JSON Schema (draft 2020-12) of a definitions file, for editors. */
export function definitionsJsonSchema(): unknown {
  return z.toJSONSchema(definitionsSchema, { io: "input" });
}
