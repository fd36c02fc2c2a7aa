/** The definition that made the monitor: where it stands, and as it is written there. */
import type { MonitorDetail } from "@statusquo/api/client";

export function Definition({ monitor }: { monitor: MonitorDetail }) {
  const { file, line, endLine, text } = monitor.source;
  return (
    <section className="definition" id="definition" tabIndex={-1} aria-label="Definition">
      <div className="chart-head">
        <h2>Definition</h2>
        <span className="faint">
          <code>{file}</code>, {endLine > line ? `lines ${line}–${endLine}` : `line ${line}`}; edit it there, this page
          only reads it
        </span>
      </div>
      {text === null ? (
        <p className="quiet">The file is not at hand.</p>
      ) : (
        <ol className="paper source" style={{ counterReset: `line ${line - 1}` }}>
          {text.split("\n").map((each, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: lines have no other name
            <li key={index}>
              <code>{each === "" ? " " : each}</code>
            </li>
          ))}
        </ol>
      )}
    </section>
  );
}
