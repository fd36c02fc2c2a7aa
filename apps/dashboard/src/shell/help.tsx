/** The keys, the switch that turns them off, and the way out. */
import { useEffect, useId, useRef, useState } from "react";
import { client, leave } from "../api.ts";
import { areKeysOn, setKeysOn } from "../keys.ts";

const KEYS: [where: string, keys: [key: string, does: string][]][] = [
  [
    "Everywhere",
    [
      ["?", "these keys"],
      ["/", "search monitors"],
      ["T", "light or dark"],
      ["G", "monitors, incidents, regions in turn"],
      ["Esc", "close, leave a field"],
    ],
  ],
  [
    "Monitors",
    [
      ["J", "next monitor"],
      ["K", "previous monitor"],
      ["Enter", "open it"],
      ["[ ]", "shorter, longer window"],
    ],
  ],
  [
    "One monitor",
    [
      ["1 – 4", "range"],
      ["V", "charts as tables"],
    ],
  ],
  [
    "One incident",
    [
      ["A", "acknowledge"],
      ["M", "its monitor"],
    ],
  ],
];

export default function Help({ onClose }: { onClose(): void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [isOn, setIsOn] = useState(areKeysOn());
  const [isLocked, setIsLocked] = useState(false);
  const title = useId();
  useEffect(() => {
    const asking = new AbortController();
    client.session(asking.signal).then(
      ({ by }) => setIsLocked(by !== "open"),
      () => undefined,
    );
    return () => asking.abort();
  }, []);
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog ref={dialog} className="help" aria-labelledby={title} onClose={onClose}>
      <h2 id={title}>Keys</h2>
      <div className="help-columns">
        {KEYS.map(([where, keys]) => (
          <section key={where}>
            <h3>{where}</h3>
            <dl>
              {keys.map(([key, does]) => (
                <div key={key}>
                  <dt>
                    <kbd>{key}</kbd>
                  </dt>
                  <dd>{does}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
      <label className="check">
        <input
          type="checkbox"
          checked={isOn}
          onChange={(event) => {
            setKeysOn(event.target.checked);
            setIsOn(event.target.checked);
          }}
        />
        Single keys act
      </label>
      <form method="dialog">
        <button type="submit" className="button">
          Close
        </button>
        {isLocked && (
          <button type="button" className="button ghost" onClick={() => void leave().finally(() => location.reload())}>
            Sign out
          </button>
        )}
      </form>
    </dialog>
  );
}
