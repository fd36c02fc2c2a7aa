/**
 * Letters: one message to one recipient, worded, before a kind of channel has laid it out.
 */
import { type AlertFacts, type Bundle, internalKey, notificationKey } from "@statusquo/core";
import { composeInternal } from "./internal-message.ts";
import { composeMessage, type Message } from "./message.ts";
import { type NotificationDocument, notificationDocument } from "./notification-document.ts";

export interface Letter {
  /** Never changes: a letter sent twice is recognised by it. */
  key: string;
  recipient: string;
  /** When it was decided, epoch ms; the same each time. */
  writtenAt: number;
  /** The key of the first letter of the same incident to the same recipient; null when this one answers nothing. */
  answers: string | null;
  message: Message;
  /** The same for programs. */
  document: NotificationDocument;
}

/** The letter of a bundle, the same each time it is made. */
export function letterOf(bundle: Bundle): Letter {
  const { key, recipient, createdAt, channel } = bundle;
  const [message, first] =
    bundle.form === "internal"
      ? [composeInternal(bundle), internalKey(bundle.alerts[0]?.alert ?? 0, 1, channel, recipient)]
      : [
          composeMessage({ facts: leadOf(bundle), key, channel }),
          notificationKey(leadOf(bundle).incident, 1, channel, recipient),
        ];
  return {
    key,
    recipient,
    writtenAt: createdAt,
    answers: key === first ? null : first,
    message,
    document: notificationDocument(bundle, message),
  };
}

function leadOf(bundle: Exclude<Bundle, { form: "internal" }>): AlertFacts {
  const lead = bundle.form === "incident" ? bundle.incident : bundle.incidents[0];
  if (lead === undefined) throw new Error(`the bundle ${bundle.key} holds no incident`);
  return lead.facts;
}
