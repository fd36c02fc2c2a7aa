/** Asks what should count as usual from now on, and why. It warns where the evidence looks like a fault. */
import type { AcceptanceDetail, IncidentDetail } from "@statusquo/api/client";
import { nameOf } from "@statusquo/core";
import { useState } from "react";
import { client } from "../api.ts";
import { dayText, hourText, listText, percentText, zoneText } from "../words.ts";
import { useAct } from "./act.ts";
import Dialog, { byOf, Field, NameField, Pick, textOf } from "./dialog.tsx";
import { offerUndo } from "./undo.tsx";

/** Above this share of failing answers nobody is served, whatever the reason. */
const MOSTLY = 0.5;

export default function Accept({ incident, onClose }: { incident: IncidentDetail; onClose(): void }) {
  const [sure, setSure] = useState(false);
  const faults = faultsOf(incident);
  const streams = incident.streams.map(({ stream }) => stream);
  const { regions, elsewhere } = incident.scope;
  const state = useAct(
    (form: FormData): Promise<AcceptanceDetail> => {
      const code = textOf(form, "streams");
      const chosen = streams.find((stream) => String(stream) === code);
      return client.accept(incident.id, incident.revision, {
        reason: textOf(form, "reason"),
        ...byOf(form),
        scope: {
          ...(chosen !== undefined && { streams: [chosen] }),
          ...(textOf(form, "regions") === "here" && { regions }),
        },
      });
    },
    (acceptance) => {
      offerUndo("It counts as usual from now on.", () => client.undoAccept(acceptance.id));
      onClose();
    },
  );
  return (
    <Dialog
      title="Accept as the new normal"
      does="Accept"
      state={state}
      onDo={(form) => {
        if (faults.length === 0 || sure) state.act(form);
      }}
      onClose={onClose}
    >
      <p>
        {percentText(incident.seen.bad, incident.seen.of)} of the answers, {incident.seen.bad} of {incident.seen.of},
        become what is usual here. The incident closes, and the same again alerts nobody. It can be undone for 7 days.
      </p>
      {faults.length > 0 && (
        <div className="warned">
          <p>
            <b>This looks like a fault.</b> {faults.join(" ")}
          </p>
          <label className="check">
            <input type="checkbox" required checked={sure} onChange={(event) => setSure(event.target.checked)} /> It is
            meant to be so
          </label>
        </div>
      )}
      {streams.length > 1 && (
        <Pick
          label="Which codes"
          name="streams"
          chosen="all"
          options={[
            { value: "all", text: "All that rose" },
            ...incident.streams.map(({ stream, code, bad, of }) => ({
              value: String(stream),
              text: `Only ${stream === "any" ? "the other codes together" : nameOf(code)}`,
              hint: `${bad} of ${of}`,
            })),
          ]}
        />
      )}
      {elsewhere.length > 0 && (
        <Pick
          label="Where"
          name="regions"
          chosen="here"
          options={[
            { value: "here", text: `Only in ${listText(regions)}`, hint: "where it is seen" },
            { value: "all", text: "In every region", hint: `also ${listText(elsewhere)}` },
          ]}
        />
      )}
      <Field label="Reason" name="reason" required placeholder="by design since 2.4" />
      <NameField />
    </Dialog>
  );
}

/** What in the evidence speaks against taking it as normal, a sentence each. */
export function faultsOf({ codes, seen, causes, deploy }: IncidentDetail): string[] {
  const said: string[] = [];
  const failing = codes.filter((code) => code === 0 || code >= 500);
  if (failing.length > 0) said.push(`${listText(failing.map((code) => nameOf(code)))} is no answer a caller can use.`);
  if (seen.of > 0 && seen.bad / seen.of >= MOSTLY) said.push(`${seen.bad} of ${seen.of} probes failed.`);
  const [likeliest] = causes;
  if (likeliest !== undefined && likeliest.cause !== "undetermined" && likeliest.share >= MOSTLY)
    said.push(`It is most likely ${likeliest.title}, which has a remedy.`);
  if (deploy !== null) said.push(`It ${deploy.text}.`);
  return said;
}

/** An acceptance in a line, with the button that takes it back while that can be done. */
export function Accepted({ acceptance }: { acceptance: AcceptanceDetail }) {
  const { id, at, by, reason, undoneAt, undoable, undoableUntil } = acceptance;
  const state = useAct(() => client.undoAccept(id));
  return (
    <p className="accepted">
      <b>Accepted as the new normal</b> {dayText(at)} {hourText(at)} {zoneText()} by {by}: {reason}.{" "}
      {undoneAt !== null && `Undone ${dayText(undoneAt)} ${hourText(undoneAt)}.`}
      {undoable && (
        <>
          <button type="button" className="button" disabled={state.isPending} onClick={() => state.act(undefined)}>
            Undo
          </button>{" "}
          <span className="faint">
            until {dayText(undoableUntil)} {hourText(undoableUntil)} {zoneText()}
          </span>
        </>
      )}
      {state.error !== null && <span role="alert"> {state.error.message}</span>}
    </p>
  );
}
