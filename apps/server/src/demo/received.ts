/**
 * What the demo's sinks received, as it came over the wire; the newest 200 messages and at most 32 MiB of them.
 */
import type { EpochMs } from "@statusquo/core";
import type { Email } from "postal-mime";

export interface SlackReceived {
  kind: "slack";
  receivedAt: EpochMs;
  /** Path of the webhook it came to. */
  path: string;
  /** As sent: name and value in turn made pairs. */
  headers: [name: string, value: string][];
  /** The payload, untouched. */
  raw: string;
}

export interface MailReceived {
  kind: "mail";
  receivedAt: EpochMs;
  /** The envelope, which need not be what the mail's own head says. */
  from: string;
  to: string[];
  /** The mail, untouched; bytes outside ASCII read as UTF-8. */
  raw: string;
  /** The mail taken apart; null when it is not one. */
  mail: Email | null;
}

/** Ids count from 1 in the order of arrival. */
export type ReceivedMessage = (SlackReceived | MailReceived) & { id: number };

export interface Received {
  add(message: SlackReceived | MailReceived): void;
  newestFirst(): readonly ReceivedMessage[];
  find(id: number): ReceivedMessage | null;
}

const MAX_MESSAGES = 200;
const MAX_CHARACTERS = 32 * 1024 * 1024;

export function createReceived(): Received {
  let messages: ReceivedMessage[] = [];
  let lastId = 0;

  return {
    add(message) {
      const kept: ReceivedMessage[] = [];
      let characters = 0;
      for (const candidate of [{ ...message, id: ++lastId }, ...messages]) {
        characters += candidate.raw.length;
        if (kept.length === MAX_MESSAGES || characters > MAX_CHARACTERS) break;
        kept.push(candidate);
      }
      messages = kept;
    },
    newestFirst: () => messages,
    find: (id) => messages.find((message) => message.id === id) ?? null,
  };
}
