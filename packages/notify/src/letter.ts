/**
 * Letters: one message to one recipient, worded, before a kind of channel has laid it out.
 */
import { type Bundle, internalKey, notificationKey } from "@statusquo/core";
import { composeMessage, type Message } from "./message.ts";
import { type NotificationDocument, notificationDocument, testDocument } from "./notification-document.ts";
import { type TestAbout, testMessage } from "./self-message.ts";

export interface Letter {
  /** Never changes: a letter sent twice is recognised by it. */
  key: string;
  recipient: string;
  /** When it was decided, epoch ms; the same each time. */
  writtenAt: number;
  /** The key of the first letter about the same to the same recipient; null when this one answers nothing. */
  answers: string | null;
  message: Message;
  /** The same for programs. */
  document: NotificationDocument;
}

/** The letter of a bundle, the same each time it is made. */
export function letterOf(bundle: Bundle): Letter {
  const { key, recipient, createdAt } = bundle;
  const first = firstKeyOf(bundle);
  const message = composeMessage(bundle);
  return {
    key,
    recipient,
    writtenAt: createdAt,
    answers: first === key ? null : first,
    message,
    document: notificationDocument(bundle, message),
  };
}

/** A letter that says no more than that it arrived. */
export function testLetter(test: TestAbout & { recipient: string }): Letter {
  const message = testMessage(test);
  const { key, recipient, at } = test;
  return { key, recipient, writtenAt: at, answers: null, message, document: testDocument(message) };
}

/** The key under which the recipient first heard of it; null where there is no single such letter. */
function firstKeyOf(bundle: Bundle): string | null {
  const { channel, recipient } = bundle;
  if (bundle.form === "incident") {
    // Who hears of it for the first time has nothing to answer to.
    if (bundle.incident.kinds.includes("opened")) return null;
    return notificationKey(bundle.incident.incident, 1, channel, recipient);
  }
  const [alert, ...others] = bundle.form === "internal" ? bundle.alerts : [];
  if (alert === undefined || others.length > 0 || alert.state === "opened") return null;
  return internalKey(alert.alert, 1, channel, recipient);
}
