/**
 * The grammar of definitions, once: what the loader accepts and what the JSON Schema for editors says.
 *
 * Every rule's message says what is allowed; the loader adds where it stands and what came.
 */
import { type ChannelKind, timezoneComplaint } from "@statusquo/core";
import { z } from "zod";
import { alertingKeys } from "./alerting.ts";
import { connectionKeys } from "./connection-schema.ts";
import { BUDGET_PATTERN, DURATION_PATTERN, parseDuration, SHARE_PATTERN } from "./duration.ts";
import { maintenanceSchema } from "./maintenance.ts";
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

const TIMEZONE_RULE = "an IANA time zone such as Europe/Berlin";

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
  timezone: z
    .string(TIMEZONE_RULE)
    .refine((text) => timezoneComplaint(text) === null, {
      error: ({ input }) => timezoneComplaint(String(input)) ?? TIMEZONE_RULE,
    })
    .optional()
    .describe("IANA time zone whose clock the seasons of the usual follow, so that 02:00 stays 02:00. Default UTC."),
  slot_header: flag.optional().describe("Send x-statusquo-slot with each probe, so that the target can recognise it."),
  ...alertingKeys,
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

const secretText = (rule: string) => z.string(rule).min(1, rule);
const mailbox = z
  .string('one mail address, such as "oncall@example.com"')
  .max(254, "at most 254 characters")
  .regex(/^[^\s@<>()[\]:;,"\\]+@[^\s@<>()[\]:;,"\\]+$/, 'one mail address, such as "oncall@example.com"');
const NUMBER_RULE = 'a phone number with its country, such as "+15005550006", in quotes';
const phoneNumber = z.string(NUMBER_RULE).regex(/^\+[1-9]\d{5,14}$/, NUMBER_RULE);
const recipients = <T extends z.ZodType>(one: T, rule: string) =>
  z.array(one, `a list: ${rule}`).min(1, `at least one: ${rule}`).max(50, "at most 50");

const SMS_RULE =
  '{ account: "${env:SMS_ACCOUNT}", token: "${env:SMS_TOKEN}", from: "+15005550006", to: ["+15005550009"] }';
/** The kinds of channel. The compiler holds this list to that of the heart. */
const kinds = {
  slack: z
    .strictObject(
      { webhook: secretText('a reference such as "${env:SLACK_WEBHOOK_URL}", or the address itself') },
      '{ webhook: "${env:SLACK_WEBHOOK_URL}" }',
    )
    .optional()
    .describe("A Slack incoming webhook."),
  email: z
    .strictObject(
      {
        to: recipients(mailbox, 'mail addresses, such as "oncall@example.com"'),
        from: mailbox,
        smtp: secretText('an SMTP address, such as "${env:SMTP_URL}" or "smtps://user:password@mail.example.com"'),
      },
      '{ to: [oncall@example.com], from: statusquo@example.com, smtp: "${env:SMTP_URL}" }',
    )
    .optional()
    .describe("Mail over SMTP; one message per recipient."),
  webhook: z
    .strictObject(
      {
        url: secretText('an http(s) address, such as "https://hooks.example.com/statusquo"'),
        secret: secretText('a reference such as "${env:WEBHOOK_SECRET}", at least 16 characters'),
        headers: headersSchema.optional().describe("Further headers, such as one that a proxy asks for."),
      },
      '{ url: "https://hooks.example.com/statusquo", secret: "${env:WEBHOOK_SECRET}" }',
    )
    .optional()
    .describe("A signed JSON document to an address of your own."),
  sms: z
    .strictObject(
      {
        account: secretText('an account, such as "${env:SMS_ACCOUNT}"'),
        token: secretText('a reference such as "${env:SMS_TOKEN}"'),
        from: secretText('a number such as "+15005550006", or a sender name of 1 to 11 characters'),
        to: recipients(phoneNumber, NUMBER_RULE),
        url: secretText("an http(s) address; {account} in it stands for the account")
          .optional()
          .describe("The Messages address of a service that speaks like Twilio. Default: Twilio's."),
      },
      SMS_RULE,
    )
    .optional()
    .describe("A text of two segments at the most; one per number."),
} satisfies Record<ChannelKind, z.ZodType>;

const SEVERITY_RULE = "critical or warning";
const severities = z
  .array(z.enum(["critical", "warning"], SEVERITY_RULE), "a list of severities, such as [critical]")
  .min(1, "at least one severity, such as [critical]");
const TIME_RULE = 'a time of day in quotes, such as "22:00"';
const timeOfDay = z.string(TIME_RULE).regex(/^(?:[01]\d|2[0-3]):[0-5]\d$/, TIME_RULE);
const ZONE_RULE = "an IANA time zone, such as Europe/Berlin or UTC";
const timezone = z.string(ZONE_RULE).refine(isTimezone, ZONE_RULE);
const QUIET_RULE = '{ from: "22:00", to: "07:00", timezone: Europe/Berlin, except: [critical] }';

const CHANNEL_RULE = `exactly one of ${Object.keys(kinds).join(", ")}, such as { slack: { webhook: "\${env:SLACK_WEBHOOK_URL}" } } or { email: { to: [a@example.com], from: b@example.com, smtp: "\${env:SMTP_URL}" } }`;
export const channelSchema = z
  .strictObject(
    {
      ...kinds,
      severities: severities.optional().describe("Only incidents of these severities. Default: all."),
      tags: names("tags, such as [checkout]")
        .min(1, "at least one tag")
        .optional()
        .describe("Only incidents of monitors that have any of these tags. Default: all."),
      quiet: z
        .strictObject(
          { from: timeOfDay, to: timeOfDay, timezone, except: severities.optional() },
          `quiet hours, such as ${QUIET_RULE}`,
        )
        .refine(({ from, to }) => from !== to, `hours that end at another time than they begin: ${QUIET_RULE}`)
        .optional()
        .describe("Hours of every day in which messages wait until their end, but for the severities under except."),
    },
    CHANNEL_RULE,
  )
  .refine((channel) => CHANNEL_KINDS.filter((kind) => channel[kind] !== undefined).length === 1, CHANNEL_RULE)
  .meta({ id: "channel" });

export const CHANNEL_KINDS = Object.keys(kinds) as ChannelKind[];

/** Whether the time zones of this Node have one of that name. */
function isTimezone(name: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

const SELF_RULE = "{ notify: [ops] }";
const selfSchema = z
  .strictObject(
    {
      notify: names("ids of channels, such as [ops]").optional().describe("Channels that hear of trouble of our own."),
      heartbeat: z
        .string('an http or https address, such as "${env:HEARTBEAT_URL}"')
        .max(2_048, "an address of at most 2,048 characters")
        .optional()
        .describe("Called once a minute while probing, storing and telling really advance."),
    },
    SELF_RULE,
  )
  .describe("Statusquo watching itself.");

export const definitionsSchema = z
  .strictObject(
    {
      regions: regions.optional(),
      channels: z.record(id, channelSchema, "channels by id").optional().describe("Who can be told, by id."),
      maintenance: maintenanceSchema,
      self: selfSchema.optional(),
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
export type ChannelDefinition = z.infer<typeof channelSchema>;
export type DefinitionsFile = z.infer<typeof definitionsSchema>;

/** JSON Schema (draft 2020-12) of a definitions file, for editors. */
export function definitionsJsonSchema(): unknown {
  return z.toJSONSchema(definitionsSchema, { io: "input" });
}
