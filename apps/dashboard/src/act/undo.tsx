/** What was just done, for ten seconds, with the button that takes it back. */
import { useEffect, useState, useSyncExternalStore } from "react";

const OFFERED_MS = 10_000;

interface Offer {
  text: string;
  undo(): Promise<unknown>;
}

let offer: Offer | null = null;
let timer: ReturnType<typeof setTimeout> | undefined;
const listeners = new Set<() => void>();

function show(next: Offer | null): void {
  clearTimeout(timer);
  offer = next;
  if (next !== null) timer = setTimeout(() => show(null), OFFERED_MS);
  for (const listener of listeners) listener();
}

export const offerUndo = (text: string, undo: () => Promise<unknown>) => show({ text, undo });

export default function UndoOffer() {
  const shown = useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    () => offer,
  );
  const [failed, setFailed] = useState("");
  // What went wrong with one offer is nothing to the next.
  useEffect(() => {
    if (shown !== null) setFailed("");
  }, [shown]);
  return (
    <div className="undo" role="status">
      {shown !== null && (
        <p>
          {shown.text}{" "}
          <button
            type="button"
            className="button"
            onClick={() => {
              show(null);
              shown.undo().catch((error: Error) => setFailed(`Not undone: ${error.message}`));
            }}
          >
            Undo
          </button>
        </p>
      )}
      {failed !== "" && <p>{failed}</p>}
    </div>
  );
}
