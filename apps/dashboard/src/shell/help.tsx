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
      ["G M", "monitors"],
      ["G I", "incidents"],
      ["G D", "deliveries"],
      ["G R", "regions"],
      ["G F", "definitions"],
      ["Esc", "close, leave a field"],
    ],
  ],
  [
    "Monitors",
    [
      ["J K", "next, previous monitor"],
      ["Enter", "open it"],
      ["1 – 5", "where they stand"],
      ["E", "open or close all groups"],
      ["[ ]", "shorter, longer window"],
      ["A", "acknowledge the row, or the first"],
      ["S", "silence the row"],
    ],
  ],
  [
    "One monitor",
    [
      ["1 – 6", "range"],
      ["← →", "read a chart by columns"],
      ["C", "go to the change"],
      ["D", "next deploy"],
      ["F", "lock the scale at 0 – 100 %"],
      ["V", "charts as tables"],
      ["Y", "its definition"],
      ["P", "probe now"],
      ["S", "silence"],
    ],
  ],
  [
    "One incident",
    [
      ["A", "acknowledge"],
      ["S", "silence"],
      ["N", "accept as new normal"],
      ["[ ]", "newer, older answer"],
      ["J K", "older, newer incident"],
      ["M", "its monitor"],
      ["L", "copy the link"],
      ["V", "charts as tables"],
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
