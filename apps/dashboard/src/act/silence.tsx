/** Asks how long nobody should be told, and why. The monitor is judged all the same. */
import type { IncidentSummary, SilenceDetail } from "@statusquo/api/client";
import { nameOf } from "@statusquo/core";
import { client } from "../api.ts";
import { hourText, listText, zoneText } from "../words.ts";
import { useAct } from "./act.ts";
import Dialog, { byOf, Field, NameField, Pick, textOf } from "./dialog.tsx";
import { offerUndo } from "./undo.tsx";

const LONG = [
  { value: "30m", text: "30 minutes" },
  { value: "2h", text: "2 hours" },
  { value: "8h", text: "8 hours" },
  { value: "1d", text: "a day" },
  { value: "7d", text: "a week" },
] as const;

interface SilenceProps {
  /** What is silenced: an incident, or a monitor without one. */
  incident: IncidentSummary | null;
  monitor: { id: string; name: string };
  onClose(): void;
}

export default function Silence({ incident, monitor, onClose }: SilenceProps) {
  const state = useAct(
    (form: FormData): Promise<SilenceDetail> => {
      const asked = { for: textOf(form, "for"), reason: textOf(form, "reason"), ...byOf(form) };
      if (incident === null) return client.addSilence({ ...asked, match: { monitors: [monitor.id] } });
      const scope = textOf(form, "scope") === "monitor" ? "monitor" : "incident";
      return client.silenceIncident(incident.id, incident.revision, { ...asked, scope });
    },
    (silence) => {
      offerUndo(`Nobody is told until ${hourText(silence.endsAt)} ${zoneText()}.`, () => client.endSilence(silence.id));
      onClose();
    },
  );
  return (
    <Dialog title={`Silence ${monitor.name}`} does="Silence" state={state} onDo={state.act} onClose={onClose}>
      <p className="quiet">
        Probes go on, and so does judging. Nobody is told of it; when the silence ends and it is still open, they are.
      </p>
      <Pick label="For how long" name="for" options={LONG} chosen="2h" />
      {incident !== null && (
        <Pick
          label="What"
          name="scope"
          chosen="incident"
          options={[
            {
              value: "incident",
              text: `${listText(incident.codes.map((code) => nameOf(code)))} in ${listText(incident.scope.regions) || "every region"}`,
              hint: "anything else is told",
            },
            { value: "monitor", text: "All of this monitor", hint: "every code, every region" },
          ]}
        />
      )}
      <Field label="Reason" name="reason" required placeholder="known, ticket OPS-12" />
      <NameField />
    </Dialog>
  );
}
