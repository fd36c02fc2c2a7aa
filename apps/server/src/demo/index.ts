/**
 * The bundled demo: a service to watch, definitions that watch it, and a Slack channel and a mailbox to be told in,
 * all of them on loopback. Starting it sends nothing anywhere; probing it is the server's business.
 */
import type { Region } from "@statusquo/core";
import { type DemoClock, type Random, wallClock } from "./clock.ts";
import { demoDefinitions } from "./definitions.ts";
import { FAULTS_PATH } from "./fault-routes.ts";
import { FAULT_NAMES, type FaultName, type FaultState } from "./faults.ts";
import { startOutbox } from "./outbox.ts";
import { createReceived, type ReceivedMessage } from "./received.ts";
import { DEMO_REGIONS, startDemoService } from "./service.ts";
import { startMailSink, startSlackSink } from "./sinks.ts";

export { FAULT_NAMES, type FaultName, type FaultState, isFaultName } from "./faults.ts";
export type { ReceivedMessage } from "./received.ts";

export interface DemoOptions {
  /** Of the demo service; 0, the default, takes a free one. */
  port?: number;
  /** Of the outbox page; likewise. */
  outboxPort?: number;
  random?: Random;
  clock?: DemoClock;
  regions?: readonly [Region, ...Region[]];
}

export interface Demo {
  serviceUrl: string;
  /** The incoming webhook of the demo's channel. */
  slackSinkUrl: string;
  /** `smtp://127.0.0.1:<port>`: no TLS, no login. */
  smtpUrl: string;
  outboxUrl: string;
  /** YAML, with the ports of this run. */
  definitionsYaml: string;
  /** For the console: what runs, where messages can be read, how to switch a fault on and off. */
  lines: string[];
  setFault(name: FaultName, on: boolean, region?: Region): FaultState;
  faults(): FaultState[];
  /** Newest first. */
  received(): readonly ReceivedMessage[];
  close(): Promise<void>;
}

/** @throws the operating system's error when a port is taken; nothing is left running then */
export async function startDemo({
  port = 0,
  outboxPort = 0,
  random = Math.random,
  clock = wallClock,
  regions = DEMO_REGIONS,
}: DemoOptions = {}): Promise<Demo> {
  const running: { close(): Promise<void> }[] = [];
  const close = async () => {
    await Promise.all(running.splice(0).map((part) => part.close()));
  };
  const started = async <T extends { close(): Promise<void> }>(part: Promise<T>): Promise<T> => {
    const ready = await part;
    running.push(ready);
    return ready;
  };

  try {
    const received = createReceived();
    const service = await started(startDemoService({ port, random, clock, regions }));
    const slack = await started(startSlackSink(received, clock));
    const mail = await started(startMailSink(received, clock));
    const faultUrl = `${service.url}${FAULTS_PATH}/stale-cache`;
    const faultCommand = `curl -X PUT ${faultUrl}`;
    const outbox = await started(startOutbox({ received, faultCommand, port: outboxPort }));

    return {
      serviceUrl: service.url,
      slackSinkUrl: slack.url,
      smtpUrl: mail.url,
      outboxUrl: outbox.url,
      definitionsYaml: demoDefinitions({
        serviceUrl: service.url,
        slackWebhookUrl: slack.url,
        smtpUrl: mail.url,
        regions,
      }),
      lines: [
        `Demo       ${service.url}, probed every 5 s from ${regions.join(", ")}; about 3 % of 409s are usual there`,
        `Messages   ${outbox.url}, Slack and mail of the demo; nothing leaves this machine`,
        `Break it   ${faultCommand}`,
        `Mend it    curl -X DELETE ${faultUrl}`,
        `Faults     ${FAULT_NAMES.join(", ")}`,
      ],
      setFault: (name, on, region) => service.faults.set(name, on, region === undefined ? {} : { region }),
      faults: () => service.faults.list(),
      received: () => received.newestFirst(),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}
