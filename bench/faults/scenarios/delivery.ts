/** Providers that refuse, hang, ask for quiet, take a message and hang up, or are away: what is decided is told. */
import { setTimeout as sleep } from "node:timers/promises";
import type { MailOrder } from "../actors/mail.ts";
import type { SlackOrder } from "../actors/slack.ts";
import type { Scenario, Stage } from "../scenario.ts";
import { startAll, type World } from "../world.ts";

type Moods = { mail: MailOrder["mood"]; slack: SlackOrder["mood"] };

const RETRY_AFTER_S = 7;
const WELL: Moods = { mail: "accept", slack: "accept" };

async function setMoods(world: World, { mail, slack }: Moods) {
  await Promise.all([world.mail.order({ mood: mail }), world.slack.order({ mood: slack, retryAfterS: RETRY_AFTER_S })]);
}

/** A monitor that was well turns ill; resolves when its incident is open. */
async function turnIll(world: World, index: number) {
  const monitor = `ill-${index}`;
  await world.target.order({ path: `/${monitor}`, status: 409 });
  await world.until(
    `an incident of ${monitor}`,
    () => world.tables()?.incidents.some((incident) => incident.monitor === monitor) ?? false,
  );
}

const tries = (world: World, channel: string, since: number) =>
  world.messages().filter((event) => event.channel === channel && event.at > since && event.kind !== "accepted");

const takenSince = (world: World, channel: string, since: number) =>
  world.messages().filter((event) => event.channel === channel && event.at > since && event.kind === "accepted");

interface Trouble {
  moods: Partial<Moods>;
  said: string;
}

/** Each trouble comes while a message is due, and goes after the provider was tried so often. */
const TROUBLES: Trouble[] = [
  { moods: { mail: "refuse" }, said: "mail: 451 to what is sent" },
  { moods: { mail: "busy" }, said: "mail: 421 to its sender" },
  { moods: { mail: "mute" }, said: "mail: no greeting" },
  { moods: { mail: "hang" }, said: "mail: nothing after the last dot" },
  { moods: { mail: "drop" }, said: "mail: taken, then the connection breaks" },
  { moods: { slack: "refuse" }, said: "Slack: 503" },
  { moods: { slack: "hang" }, said: "Slack: no answer" },
  { moods: { slack: "drop" }, said: "Slack: taken, then the connection breaks" },
  { moods: { slack: "odd" }, said: "Slack: 200 with somebody else's words" },
];
const TRIES = 2;

async function undergo(stage: Stage, world: World, { moods, said }: Trouble, index: number) {
  const channel = moods.mail ? "team" : "oncall";
  const other = moods.mail ? "oncall" : "team";
  const from = Date.now();
  stage.fault(said);
  await setMoods(world, { ...WELL, ...moods });
  await turnIll(world, index);
  const isDrop = moods.mail === "drop" || moods.slack === "drop";
  const tried = () => (isDrop ? takenSince(world, channel, from) : tries(world, channel, from)).length;
  await world.until(`${TRIES} tries at ${channel}`, () => tried() >= TRIES);
  await world.until(`a message at ${other}, which is well`, () => takenSince(world, other, from).length > 0);
  await setMoods(world, WELL);
}

const troubled: Scenario = {
  name: "delivery-troubled",
  what: "a provider that refuses for now, hangs or breaks off is tried again under the same key, and the other one goes on",
  rows: "F44, F46, F47, F50, F51, F53",
  times: { quick: 0, full: 2 * TROUBLES.length },
  perWorld: 3,
  takesS: 50,
  async run(stage, times) {
    const world = await stage.world({ transport: "embedded", healthy: 1, ill: times });
    await startAll(world);
    const offset = stage.dice.between(0, TROUBLES.length - 1);
    for (let round = 0; round < times; round++)
      await undergo(stage, world, TROUBLES[(offset + 4 * round) % TROUBLES.length]!, round);
    await stage.judge(world);
    stage.figure("messages taken by a provider that broke off", world.messages().filter((one) => one.brokenOff).length);
  },
};

const rejected: Scenario = {
  name: "delivery-one-rejected",
  what: "a recipient that is refused for good costs nobody else a message, and is said on the other channel",
  rows: "F45",
  times: { quick: 0, full: 4 },
  perWorld: 2,
  takesS: 30,
  async run(stage, times) {
    const mailTo = ["team@example.com", "gone@example.com"];
    const world = await stage.world({ transport: "embedded", healthy: 1, ill: times, mailTo });
    await startAll(world);
    for (let round = 0; round < times; round++) {
      stage.fault("mail: 550 for one of two recipients");
      const from = Date.now();
      await turnIll(world, round);
      await world.until("a mail to the other one", () => takenSince(world, "team", from).length > 0);
    }
    await world.until("word of it", () => told(world, "delivery_dead"));
    await stage.judge(world, { refused: ({ recipient }) => recipient === "gone@example.com" });
  },
};

const told = (world: World, kind: string) => world.tables()?.internal.some((alert) => alert.kind === kind) ?? false;

const gone: Scenario = {
  name: "delivery-webhook-gone",
  what: "a webhook whose team is gone says 200 and has taken nothing: it is said on the other channel",
  rows: "F51",
  times: { quick: 0, full: 2 },
  takesS: 30,
  async run(stage, times) {
    const world = await stage.world({ transport: "embedded", healthy: 1, ill: times });
    await startAll(world);
    await setMoods(world, { ...WELL, slack: "gone" });
    for (let round = 0; round < times; round++) {
      stage.fault("Slack: 200 with no_team");
      await turnIll(world, round);
    }
    await world.until("word of it", () => told(world, "delivery_dead"));
    await stage.judge(world, { refused: ({ channel }) => channel === "oncall" });
  },
};

const quiet: Scenario = {
  name: "delivery-asked-for-quiet",
  what: "a provider that asks for seven seconds of quiet has them, from the whole channel",
  rows: "F49",
  times: { quick: 0, full: 4 },
  perWorld: 2,
  takesS: 35,
  async run(stage, times) {
    const world = await stage.world({ transport: "embedded", healthy: 1, ill: 2 * times });
    await startAll(world);
    for (let round = 0; round < times; round++) {
      const from = Date.now();
      stage.fault(`Slack: 429 with Retry-After: ${RETRY_AFTER_S}`);
      await setMoods(world, { ...WELL, slack: "slow-down" });
      // The second one has a message of its own while the channel is quiet.
      await turnIll(world, 2 * round);
      await turnIll(world, 2 * round + 1);
      await world.until("two refusals", () => tries(world, "oncall", from).length >= 2);
      await setMoods(world, WELL);
      await world.until("a message", () => takenSince(world, "oncall", from).length > 0);
    }
    const events = world.messages().filter(({ channel }) => channel === "oncall");
    for (const [index, { kind, at }] of events.entries()) {
      const next = events[index + 1];
      if (kind !== "refused" || next === undefined) continue;
      const ms = next.at - at;
      // The sink's own stamps: what came early came early.
      stage.demand(ms >= RETRY_AFTER_S * 1_000 - 50, `${ms} ms after a 429 that asked for ${RETRY_AFTER_S} s`);
    }
    await stage.judge(world);
  },
};

const away: Scenario = {
  name: "delivery-both-away",
  what: "when all providers are away nothing decided is lost, and it is told without a flood when they are back",
  rows: "F52, F54, B15",
  times: { quick: 0, full: 3 },
  perWorld: 1,
  takesS: 120,
  async run(stage, times) {
    const ill = 25;
    const world = await stage.world({ transport: "embedded", healthy: 1, ill });
    await startAll(world);
    for (let round = 0; round < times; round++) {
      stage.fault(`mail and Slack refuse; ${ill} targets turn ill`);
      await setMoods(world, { mail: "refuse", slack: "refuse" });
      for (let index = 0; index < ill; index++) await world.target.order({ path: `/ill-${index}`, status: 409 });
      await world.until(`${ill} incidents`, () => (world.tables()?.incidents.length ?? 0) >= ill);
      await sleep(stage.dice.between(15_000, 30_000));
      await setMoods(world, WELL);
      const isEmpty = () => world.tables()?.notifications.every(({ state }) => state === "delivered") ?? false;
      await world.until("an empty outbox", isEmpty);
      for (const channel of ["team", "oncall"]) {
        const count = takenSince(world, channel, 0).length;
        stage.figure(`messages at ${channel} of ${ill} incidents`, count);
        stage.demand(count <= ill, `${count} messages at ${channel} of ${ill} incidents`);
      }
    }
    await stage.judge(world);
  },
};

const oneHung: Scenario = {
  name: "delivery-one-hung",
  what: "a provider that hangs holds up nobody else: mails go out while Slack says nothing",
  rows: "F53, B9",
  times: { quick: 0, full: 4 },
  takesS: 15,
  async run(stage, times) {
    const world = await stage.world({ transport: "embedded", healthy: 1, ill: times });
    await startAll(world);
    stage.fault("Slack: no answer, from now on");
    await setMoods(world, { ...WELL, slack: "hang" });
    for (let round = 0; round < times; round++) {
      await turnIll(world, round);
      const { id } = world.tables()!.incidents.at(-1)!;
      const mailed = () => takenSince(world, "team", 0).find(({ key }) => key.startsWith(`inc-${id}.`));
      await world.until(`a mail about incident ${id}`, () => mailed() !== undefined);
      const opened = world.tables()!.transitions.find(({ incident, kind }) => incident === id && kind === "opened");
      stage.figure("incident opened, until its mail is taken, ms", mailed()!.at - (opened?.at ?? 0));
    }
    await setMoods(world, WELL);
    await stage.judge(world);
  },
};

export const DELIVERY = [troubled, rejected, gone, quiet, away, oneHung];
