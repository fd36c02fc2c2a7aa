/** The button that says a person has seen an incident; an edit of what somebody else changed is shown, not forced. */
import type { IncidentSummary } from "@statusquo/api/client";
import { refusedText, useAct } from "../act/act.ts";
import { personNamed } from "../act/name.ts";
import { offerUndo } from "../act/undo.tsx";
import { client } from "../api.ts";
import { useKeys } from "../keys.ts";
import { hourText, incidentText } from "../words.ts";

interface AcknowledgeProps {
  incident: IncidentSummary;
  /** Whether the key A presses it. */
  withKey?: boolean;
  /** Whether the key is written on it, though the page presses it. */
  hint?: boolean;
  primary?: boolean;
}

export function Acknowledge({ incident, withKey = false, hint = withKey, primary = false }: AcknowledgeProps) {
  const { id, revision, acknowledgedAt, acknowledgedBy, state: where } = incident;
  const state = useAct(
    () => client.acknowledge(id, revision, personNamed()),
    () =>
      offerUndo(`${incidentText(id)} is acknowledged.`, async () => {
        // Taking back one's own mark hides nothing, whatever changed since.
        const now = await client.incident(id);
        return client.acknowledge(id, now.revision, { ...personNamed(), undo: true });
      }),
  );
  const press = () => {
    if (where === "open" && acknowledgedAt === null && !state.isPending) state.act(undefined);
  };
  useKeys(withKey ? { a: press } : {});

  if (acknowledgedAt !== null)
    return (
      <span className="acknowledged">
        ✓ acknowledged {hourText(acknowledgedAt)}
        {acknowledgedBy !== null && ` by ${acknowledgedBy}`}
      </span>
    );
  if (where === "resolved") return null;
  return (
    <>
      <button type="button" className={`button ${primary ? "primary" : ""}`} disabled={state.isPending} onClick={press}>
        {state.isQueued ? "Will be sent when back" : "Acknowledge"} {hint && <kbd>A</kbd>}
      </button>
      <span role="status" className="quiet said">
        {refusedText(state)}
      </span>
    </>
  );
}
