/** A conflicting answer beside a usual one, with what differs marked. */
import type { EvidenceDetail, IncidentDetail } from "@statusquo/api/client";
import { nameOf } from "@statusquo/core";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { Link } from "wouter";
import { client } from "../api.ts";
import { kindOf, wrongKindOf } from "../codes.ts";
import { CodeMark } from "../draw/glyph.tsx";
import { useKeys } from "../keys.ts";
import { Exchange, Told, Warnings } from "../monitor/exchange.tsx";
import { useText } from "../window.ts";
import { msText, secondText, zoneText } from "../words.ts";
import { type Line, sideBySide } from "./differences.ts";

/** Answers that can be stepped through. */
const MOST = 200;

export function Compare({ incident }: { incident: IncidentDetail }) {
  const { usual } = incident;
  const { example, place, count, step } = useExample(incident);
  useKeys({ "[": () => step(-1), "]": () => step(1) });
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
        {count > 1 && place >= 0 && (
          <span className="stepper num">
            <button
              type="button"
              className="button ghost icon"
              aria-label="Newer"
              disabled={place === 0}
              onClick={() => step(-1)}
            >
              ‹
            </button>
            {place + 1} of {count}
            <button
              type="button"
              className="button ghost icon"
              aria-label="Older"
              disabled={place === count - 1}
              onClick={() => step(1)}
            >
              ›
            </button>
          </span>
        )}
        <span className="faint">{place > 0 ? "" : "the newest that was kept"}</span>
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

/** The answer that is shown: the newest, or the one the address names; its place among those kept, newest first. */
function useExample({ monitor, code, codes, since, resolvedAt, example }: IncidentDetail) {
  const [chosen, setChosen] = useText("sample");
  const asked = code ?? codes[0];
  const { data: list } = useQuery({
    queryKey: ["monitor", monitor, "samples", "of incident", asked ?? null, resolvedAt],
    queryFn: ({ signal }) =>
      client.samples(
        monitor,
        {
          limit: MOST,
          ...(asked !== undefined && { code: asked }),
          ...(resolvedAt !== null && { before: resolvedAt + 1 }),
        },
        signal,
      ),
    enabled: example !== null,
    placeholderData: keepPreviousData,
  });
  const { data: other } = useQuery({
    queryKey: ["evidence", chosen],
    queryFn: ({ signal }) => client.evidence(chosen, signal),
    enabled: chosen !== "" && chosen !== example?.id,
    staleTime: Number.POSITIVE_INFINITY,
    placeholderData: keepPreviousData,
  });
  const ids = (list?.samples ?? [])
    .filter(({ slot, hasEvidence }) => hasEvidence && slot >= Math.floor(since))
    .map(({ id }) => id);
  const shown = chosen === "" || other === undefined ? example : other;
  const place = ids.indexOf(chosen === "" ? (example?.id ?? "") : chosen);
  return {
    example: shown,
    place,
    count: ids.length,
    step: (by: 1 | -1) => {
      const next = ids[Math.max(0, place) + by];
      if (next !== undefined) setChosen(next);
    },
  };
}

function Caption({ evidence, aside = "" }: { evidence: EvidenceDetail; aside?: string }) {
  return (
    <>
      <CodeMark code={evidence.code} wrong={evidence.unmet !== null} />{" "}
      <span className="quiet num">
        {evidence.region}, {secondText(evidence.slot)} {zoneText()}, {msText(evidence.totalMs)} ms{aside}
      </span>
    </>
  );
}

function Side({ evidence, lines, aside }: { evidence: EvidenceDetail; lines: readonly Line[]; aside: string }) {
  return (
    <figure className={(evidence.unmet === null ? kindOf : wrongKindOf)(evidence.code)}>
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
