/** The button that says a person has seen an incident; an edit of what somebody else changed is shown, not forced. */
import { ApiError, type IncidentSummary } from "@statusquo/api/client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useEffectEvent } from "react";
import { client } from "../api.ts";
import { useKeys } from "../keys.ts";
import { hourText } from "../words.ts";

interface AcknowledgeProps {
  incident: IncidentSummary;
  /** Whether the key A presses it. */
  withKey: boolean;
  primary?: boolean;
}

export function Acknowledge({ incident, withKey, primary = false }: AcknowledgeProps) {
  const queries = useQueryClient();
  const { mutate, isPending, error, reset } = useMutation({
    mutationFn: () => client.acknowledge(incident.id, incident.revision),
    onSettled: async () => {
      await Promise.all(
        ["overview", "incidents", "incident"].map((key) => queries.invalidateQueries({ queryKey: [key] })),
      );
    },
  });
  const canPress = incident.state === "open" && incident.acknowledgedAt === null && !isPending;
  const press = useEffectEvent(() => {
    if (!canPress) return;
    reset();
    mutate();
  });
  useKeys(withKey ? { a: () => press() } : {});

  if (incident.acknowledgedAt !== null)
    return <span className="acknowledged">✓ acknowledged {hourText(incident.acknowledgedAt)}</span>;
  if (incident.state === "resolved") return null;
  return (
    <>
      <button
        type="button"
        className={`button ${primary ? "primary" : ""}`}
        disabled={isPending}
        onClick={() => {
          reset();
          mutate();
        }}
      >
        Acknowledge {withKey && <kbd>A</kbd>}
      </button>
      <span role="status" className="quiet said">
        {error !== null && refusedText(error)}
      </span>
    </>
  );
}

function refusedText(error: Error): string {
  if (!(error instanceof ApiError)) return `Not acknowledged: ${error.message}`;
  if (error.status === 412)
    return "It has changed since you read it. It is shown as it is now: look, then acknowledge.";
  const resolve = error.problem?.conflict?.resolve;
  return `Not acknowledged: ${error.message}${resolve === undefined ? "" : ` ${resolve}`}`;
}
