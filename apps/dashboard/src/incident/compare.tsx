/** A conflicting answer beside a usual one, with what differs marked. */
import type { EvidenceDetail, IncidentDetail } from "@statusquo/api/client";
import { nameOf } from "@statusquo/core";
import { useMemo } from "react";
import { Link } from "wouter";
import { kindOf } from "../codes.ts";
import { CodeMark } from "../draw/glyph.tsx";
import { Exchange, Told, Warnings } from "../monitor/exchange.tsx";
import { msText, secondText } from "../words.ts";
import { type Line, sideBySide } from "./differences.ts";

export function Compare({ incident }: { incident: IncidentDetail }) {
  const { example, usual } = incident;
  const lines = useMemo(
    () => (example === null || usual === null ? null : sideBySide(example, usual)),
    [example, usual],
  );
  if (example === null)
    return (
      <section className="block" aria-label="An answer of it">
        <div className="chart-head">
          <h2>An answer of it</h2>
        </div>
        <p className="quiet">None of its answers was kept whole, or they are past their time of keeping.</p>
      </section>
    );
  const isConflict = example.code === 409;
  const title = isConflict ? "A conflicting response" : `An answer with ${nameOf(example.code)}`;
  return (
    <section className="block" aria-label={title}>
      <div className="chart-head">
        <h2>
          {title}
          {lines !== null && ", next to a usual one"}
        </h2>
        <span className="faint">the newest that was kept</span>
        <Link
          className="button ghost"
          href={`/monitors/${incident.monitor}?show=code&sample=${encodeURIComponent(example.id)}`}
        >
          All of them
        </Link>
      </div>
      {lines === null || usual === null ? (
        <div className="paper">
          <Caption evidence={example} />
          <Exchange evidence={example} />
          <p className="quiet">No usual answer was kept to compare it with.</p>
        </div>
      ) : (
        <>
          {example.unmet !== null && (
            <p className="unmet">
              {example.unmet.step !== null && <>Step “{example.unmet.step}”: </>}
              <Told text={example.unmet.what} />
            </p>
          )}
          <div className="compare">
            <Side evidence={example} lines={lines.first} aside="" />
            <Side
              evidence={usual}
              lines={lines.second}
              aside={usual.slot < incident.since ? ", before it began" : ""}
            />
          </div>
          <Warnings evidence={example} />
          <p className="quiet">
            Marked lines differ; what differs every time, such as a date, is not marked. Secrets were removed before
            storing.
          </p>
        </>
      )}
    </section>
  );
}

function Caption({ evidence, aside = "" }: { evidence: EvidenceDetail; aside?: string }) {
  return (
    <>
      <CodeMark code={evidence.code} />{" "}
      <span className="quiet num">
        {evidence.region}, {secondText(evidence.slot)} UTC, {msText(evidence.totalMs)} ms{aside}
      </span>
    </>
  );
}

function Side({ evidence, lines, aside }: { evidence: EvidenceDetail; lines: readonly Line[]; aside: string }) {
  return (
    <figure className={kindOf(evidence.code)}>
      <figcaption>
        <Caption evidence={evidence} aside={aside} />
      </figcaption>
      <pre>
        {lines.map(({ name, text, mark }, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: lines have no other name
          <span key={index} className={`line ${mark}`}>
            {name !== "" && <span className="header-name">{name}: </span>}
            <Told text={text} />
            {"\n"}
          </span>
        ))}
      </pre>
      {evidence.response?.truncated && <p className="quiet">The body is longer; it was cut off when it was stored.</p>}
    </figure>
  );
}
