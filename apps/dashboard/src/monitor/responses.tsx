/** The last responses, and beside them what was kept of the one that is chosen. */
import type { MonitorDetail, SampleRow } from "@statusquo/api/client";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useRef } from "react";
import { client } from "../api.ts";
import { Choice } from "../draw/choice.tsx";
import { CodeMark } from "../draw/glyph.tsx";
import { Loading } from "../shell/loading.tsx";
import { ProblemNote } from "../shell/problem.tsx";
import { useChoice, useText } from "../window.ts";
import { msText, NOTHING, secondText, zoneText } from "../words.ts";
import { Exchange } from "./exchange.tsx";
import { PHASES } from "./latency.tsx";

const SHOWN = 24;
/** Up to this width evidence stands below the list (monitor.css). */
const STACKED_PX = 1_180;

export function Responses({ monitor }: { monitor: MonitorDetail }) {
  const code = monitor.headline.code;
  const [filter, setFilter] = useChoice<"all" | "code">("show", ["all", "code"]);
  const [chosen, setChosen] = useText("sample");
  const { data, error, refetch } = useQuery({
    queryKey: ["monitor", monitor.id, "samples", filter, filter === "code" ? code : null],
    queryFn: ({ signal }) => client.samples(monitor.id, { limit: SHOWN, ...(filter === "code" && { code }) }, signal),
    placeholderData: keepPreviousData,
  });
  const evidence = useRef<HTMLElement>(null);
  const choose = (id: string) => {
    setChosen(id);
    // Where it stands below the list it would be chosen out of sight.
    if (innerWidth <= STACKED_PX) evidence.current?.scrollIntoView({ block: "start" });
  };
  const samples = data?.samples.slice(0, SHOWN) ?? [];
  const shown = chosen !== "" ? chosen : (samples.find(({ hasEvidence }) => hasEvidence)?.id ?? "");
  const slowest = Math.max(1, ...samples.map(({ totalMs }) => totalMs ?? 0));
  return (
    <section className="responses" aria-label="Last responses">
      <div className="chart-head">
        <h2>Last responses</h2>
        <Choice
          label="Which responses"
          options={[
            { value: "all", text: "All" },
            { value: "code", text: code === 0 ? "No answer only" : `${code} only` },
          ]}
          value={filter}
          onChoose={setFilter}
        />
        <span className="faint">newest first; one with evidence can be opened</span>
        {chosen !== "" && (
          <button type="button" className="button ghost" onClick={() => setChosen("")}>
            Follow the newest
          </button>
        )}
      </div>
      {error !== null && data === undefined ? (
        <ProblemNote title="Responses could not be loaded." error={error} onRetry={() => void refetch()} />
      ) : (
        <div className="responses-body">
          <table className="samples">
            <thead>
              <tr>
                <th scope="col">Time</th>
                <th scope="col">Region</th>
                <th scope="col">Answer</th>
                <th scope="col" className="ms">
                  ms
                </th>
                <th scope="col" className="phases-column">
                  dns · connect · tls · first byte · body
                </th>
                <th scope="col">Evidence</th>
              </tr>
            </thead>
            <tbody>
              {samples.map((sample) => (
                <Sample
                  key={sample.id}
                  sample={sample}
                  slowest={slowest}
                  isShown={sample.id === shown}
                  onChoose={() => choose(sample.id)}
                />
              ))}
              {data !== undefined && samples.length === 0 && (
                <tr>
                  <td colSpan={6} className="quiet">
                    {filter === "code" ? "No such answer is stored." : "No answer yet."}
                  </td>
                </tr>
              )}
            </tbody>
          </table>
          <aside ref={evidence} className="evidence" aria-label="Evidence">
            {shown === "" ? <p className="quiet">None of these answers was kept whole.</p> : <Evidence id={shown} />}
          </aside>
        </div>
      )}
    </section>
  );
}

interface SampleProps {
  sample: SampleRow;
  slowest: number;
  isShown: boolean;
  onChoose(): void;
}

function Sample({ sample, slowest, isShown, onChoose }: SampleProps) {
  const { slot, region, code, missed, failure, totalMs, phases, hasEvidence, late, unmet, confirmation } = sample;
  return (
    <tr className={isShown ? "shown" : ""}>
      <th scope="row" className="num">
        {secondText(slot)}
      </th>
      <td>{region}</td>
      <td>
        {code === null ? (
          <span className="missed">
            <i className="swatch unknown" /> missed: {missed}
          </span>
        ) : (
          <CodeMark code={code} wrong={unmet} />
        )}
        {failure !== null && <span className="quiet"> {failure}</span>}
        {unmet && <span className="unmet"> not as expected</span>}
        {confirmation !== null && (
          <span className="quiet">
            {" "}
            asked again: {confirmation.code === 0 ? "no answer" : confirmation.code}
            {confirmation.expected ? ", as expected" : ", unexpected too"}
          </span>
        )}
        {late && <span className="quiet"> late</span>}
      </td>
      <td className="ms num">{msText(totalMs)}</td>
      <td className="phases-column">{phases !== null && <PhaseBar phases={phases} slowest={slowest} />}</td>
      <td>
        {hasEvidence ? (
          <button type="button" className="open-evidence" aria-pressed={isShown} onClick={onChoose}>
            kept
            <span className="sr">
              {" "}
              of {secondText(slot)} from {region}
            </span>
          </button>
        ) : (
          <span className="faint">{NOTHING}</span>
        )}
      </td>
    </tr>
  );
}

function PhaseBar({ phases, slowest }: { phases: NonNullable<SampleRow["phases"]>; slowest: number }) {
  return (
    <span className="phase-bar" aria-hidden="true">
      {PHASES.map(({ key, token }) => (
        <i key={key} style={{ width: `${((phases[key] ?? 0) / slowest) * 100}%`, background: `var(--${token})` }} />
      ))}
    </span>
  );
}

function Evidence({ id }: { id: string }) {
  const { data, error, refetch } = useQuery({
    queryKey: ["evidence", id],
    queryFn: ({ signal }) => client.evidence(id, signal),
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (error !== null)
    return <ProblemNote title="The evidence could not be loaded." error={error} onRetry={() => void refetch()} />;
  if (data === undefined) return <Loading rows={4} />;
  return (
    <>
      <h3>
        <CodeMark code={data.code} />{" "}
        <span className="quiet num">
          {data.region}, {secondText(data.slot)} {zoneText()}, {msText(data.totalMs)} ms
        </span>
      </h3>
      <Exchange evidence={data} />
    </>
  );
}
