/**
 * The tale: which of an incident's stories a message tells, by what its reader has been told before.
 *
 * Rows that went out together are told as one. Whoever hears of an incident for the first time hears that it opened,
 * whatever happened to it since.
 */
import type { AlertKind, BundledIncident } from "@statusquo/core";

/** `merged`: opened and resolved before anybody was told. */
export type Tale = AlertKind | "merged";

export function taleOf({ kinds, facts }: Pick<BundledIncident, "kinds" | "facts">): Tale {
  const isNews = kinds.includes("opened");
  if (facts.kind === "resolved") return isNews ? "merged" : "resolved";
  return isNews ? "opened" : facts.kind;
}

/** What ties a message to the first about the same incident; null for the first. */
export function introOf(tale: Tale, reference: string): string | null {
  switch (tale) {
    case "opened":
      return null;
    case "changed":
      return `Update to ${reference}`;
    case "resolved":
      return `${reference} resolved`;
    case "reminder":
      return `${reference} still open`;
    case "escalated":
      return `${reference} escalated`;
    case "merged":
      return `${reference} opened and resolved`;
  }
}
