/**
 * What a person does here is sent at once. While the server cannot be reached it waits, and is sent when messages come
 * again; nothing is sent twice.
 */
import { ApiError } from "@statusquo/api/client";
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useEffectEvent, useState } from "react";
import { useLiveState } from "../live/context.ts";

export interface Act<Asked> {
  act(asked: Asked): void;
  isPending: boolean;
  /** It waits until the server can be reached. */
  isQueued: boolean;
  /** Why it was not done; null when it was, or nothing was asked. */
  error: Error | null;
}

/** @param done is told what the server answered, before everything on the page is read again */
export function useAct<Asked, Answer>(
  send: (asked: Asked) => Promise<Answer>,
  done?: (answer: Answer, asked: Asked) => void,
): Act<Asked> {
  const queries = useQueryClient();
  const stream = useLiveState((state) => state.stream);
  const [queued, setQueued] = useState<{ asked: Asked } | null>(null);
  const [isPending, setIsPending] = useState(false);
  const [error, setError] = useState<Error | null>(null);

  const act = async (asked: Asked) => {
    setError(null);
    setQueued(null);
    setIsPending(true);
    try {
      // Sent first and told then: a call that is left out leaves out its arguments as well.
      const answer = await send(asked);
      done?.(answer, asked);
    } catch (cause) {
      if (cause instanceof ApiError && cause.status === 0) setQueued({ asked });
      else setError(cause instanceof Error ? cause : new Error(String(cause)));
    }
    setIsPending(false);
    void queries.invalidateQueries();
  };
  const again = useEffectEvent(() => {
    if (queued !== null) void act(queued.asked);
  });
  useEffect(() => {
    if (stream.kind === "live") again();
  }, [stream.kind]);
  return { act: (asked) => void act(asked), isPending, isQueued: queued !== null, error };
}

/** Why something was not done, and how to go on; empty when nothing is to be said. */
export function refusedText({ error, isQueued }: Pick<Act<never>, "error" | "isQueued">): string {
  if (isQueued) return "The server cannot be reached. It will be sent when it is back.";
  if (error === null) return "";
  if (error instanceof ApiError && error.status === 412)
    return "It has changed since you read it. It is shown as it is now: look, then try again.";
  const resolve = error instanceof ApiError ? error.problem?.conflict?.resolve : undefined;
  return `Not done: ${error.message}${resolve === undefined ? "" : ` ${resolve}`}`;
}
