/**
 * Failpoints: named places at which a test may end the process, to prove that nothing is lost there. In production
 * nobody listens.
 */
export const FAILPOINTS = [
  /** Slots have come due and stand in memory; no batch was offered. */
  "sched.after_slots_opened",
  /** A batch was taken by the transport. */
  "sched.after_enqueue",
  "worker.before_request",
  /** The target has answered; the sample is in this process alone. */
  "worker.after_response",
  /** Redis has the results; the batch is not completed. */
  "worker.after_xadd",
  /** Results are home; nothing of them is written. */
  "core.after_read",
  "core.in_txn",
  "core.after_commit_before_ack",
  "outbox.after_claim",
  "outbox.after_accept_before_mark",
  /** Changed definitions were read and are good; nothing of them is in force. */
  "reload.after_validate",
  /** Before each statement that makes or upgrades the tables. */
  "migrate.mid",
] as const;

export type Failpoint = (typeof FAILPOINTS)[number];
