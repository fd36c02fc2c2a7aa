/** What people wrote down about an incident. */
import type { IncidentDetail } from "@statusquo/api/client";
import { type FormEvent, useId, useState } from "react";
import { refusedText, useAct } from "../act/act.ts";
import { personNamed } from "../act/name.ts";
import { client } from "../api.ts";
import { dayText, hourText, zoneText } from "../words.ts";

const MOST = 2_000;

export function Notes({ incident }: { incident: IncidentDetail }) {
  const id = useId();
  const [text, setText] = useState("");
  const state = useAct(
    (asked: string) => client.addNote(incident.id, { text: asked, ...personNamed() }),
    () => setText(""),
  );
  const send = (event: FormEvent) => {
    event.preventDefault();
    if (text.trim() !== "") state.act(text.trim());
  };
  return (
    <section className="block" aria-label="Notes">
      <div className="chart-head">
        <h2>Notes</h2>
      </div>
      {incident.notes.length > 0 && (
        <ol className="notes">
          {incident.notes.map(({ id: note, at, by, text: own }) => (
            <li key={note}>
              <span className="quiet num">
                {by}, {dayText(at)} {hourText(at)} {zoneText()}
              </span>
              <p>{own}</p>
            </li>
          ))}
        </ol>
      )}
      <form className="note-form" onSubmit={send}>
        <label className="sr" htmlFor={id}>
          A note
        </label>
        <textarea
          id={id}
          rows={3}
          maxLength={MOST}
          placeholder="What you see, what you try."
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
        <button type="submit" className="button" disabled={state.isPending || text.trim() === ""}>
          Add note
        </button>
        <span role="status" className="quiet">
          {refusedText(state)}
        </span>
      </form>
    </section>
  );
}
