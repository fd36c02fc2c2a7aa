/**
 * Letters: one message to one recipient, worded, before a kind of channel has laid it out.
 */
import { notificationKey, type OutboxRow } from "@statusquo/core";
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

/** The letter of a row, the same each time it is made. */
export function letterOf(row: OutboxRow): Letter {
  const { key, recipient, createdAt, incident, channel } = row;
  const first = notificationKey(incident, 1, channel, recipient);
  const message = composeMessage(row);
  return {
    key,
    recipient,
    writtenAt: createdAt,
    answers: key === first ? null : first,
    message,
    document: notificationDocument(row, message),
  };
}
