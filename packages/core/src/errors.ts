/**
 * Errors of ours. What a target does wrong is data (an outcome), never one of these.
 *
 * Match on `code`, never on the message. A message says where, about what, what is allowed and what came.
 */

/** Every code an error of ours can carry; scripts may rely on these words. */
export type ErrorCode =
  | "definition_invalid" // a YAML file cannot be used as it is
  | "setting_invalid" // an environment variable or command-line flag
  | "reference_unresolved" // ${env:…} or ${file:…} names something that is not there
  | "address_blocked" // a guarded address, refused before anything was sent
  | "redis_unreachable"
  | "redis_unsuitable" // wrong eviction policy or version
  | "store_unusable" // disk full, read-only, corrupt, or owned by another process
  | "not_found"
  | "stale_edit" // If-Match names an older version (HTTP 412)
  | "state_conflict" // the thing is not in a state that allows this (HTTP 409)
  | "bad_request"
  | "internal";

/** An error with a code for machines, a sentence for people, and whether trying again may help. */
export class StatusquoError extends Error {
  readonly code: ErrorCode;
  /** True when the same call may succeed later without anybody changing anything. */
  readonly retryable: boolean;

  constructor(code: ErrorCode, message: string, options: { cause?: unknown; retryable?: boolean } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = "StatusquoError";
    this.code = code;
    this.retryable = options.retryable ?? false;
  }
}
