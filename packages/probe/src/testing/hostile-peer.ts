/** What a hostile peer is: what it does to a prober, and what the sample must say then. */
import type { Connection, FailureReason } from "@statusquo/core";
import type { HttpOptions } from "../http.ts";
import type { Script, TargetOptions } from "./target.ts";

export type HostileRow = `H${number}`;

/** What the sample must say: a status, in what way there was no answer, or why it is ours. */
export type HostileEnd = number | FailureReason | "blocked" | "resource" | "no_proxy";

export interface HostilePeer {
  row: HostileRow;
  what: string;
  script: Script | string;
  end: HostileEnd;
  /** What is said to have broken after a valid head; null for nothing; absent where it does not matter. */
  bodyError?: RegExp | null;
  /** Whether the deadline is what ends it. */
  endsAtDeadline?: boolean;
  target?: TargetOptions;
  options?: Partial<HttpOptions>;
  /** Is the proxy for a target that is not there, instead of the target. */
  isProxy?: boolean;
  connection?: Connection;
  /** In place of the target's own address; PORT stands for its port. */
  url?: string;
}

/** The head of an answer in HTTP/1.1. */
export const answerHead = (status: string, ...headers: string[]) =>
  `HTTP/1.1 ${status}\r\n${headers.map((h) => `${h}\r\n`).join("")}\r\n`;
export const EMPTY = "Content-Length: 0";
