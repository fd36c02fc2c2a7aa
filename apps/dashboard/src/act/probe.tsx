/** Probes once, now. What comes is shown; it is not stored and judges nothing. */
import type { MonitorDetail, Probed } from "@statusquo/api/client";
import { useState } from "react";
import { client } from "../api.ts";
import { CodeMark } from "../draw/glyph.tsx";
import { Exchange } from "../monitor/exchange.tsx";
import { msText, secondText, zoneText } from "../words.ts";
import { useAct } from "./act.ts";
import Dialog, { Pick, textOf } from "./dialog.tsx";

export default function ProbeNow({ monitor, onClose }: { monitor: MonitorDetail; onClose(): void }) {
  const [probed, setProbed] = useState<Probed | null>(null);
  const state = useAct((form: FormData) => client.probeNow(monitor.id, textOf(form, "region") || undefined), setProbed);
  const { regions } = monitor;
  return (
    <Dialog
      title={`Probe ${monitor.name} now`}
      does={state.isPending ? "Probing …" : "Probe"}
      state={state}
      onDo={state.act}
      onClose={onClose}
    >
      <p className="quiet">One exchange, now. It is shown here only: it is not stored, and nothing is judged by it.</p>
      <Pick
        label="From"
        name="region"
        chosen={regions[0] ?? ""}
        options={regions.map((region) => ({ value: region, text: region }))}
      />
      <div aria-live="polite" className="probed">
        {probed !== null && <Came probed={probed} />}
      </div>
    </Dialog>
  );
}

function Came({ probed }: { probed: Probed }) {
  const { code, missed, failure, detail, totalMs, region, at, expected, warnings, evidence } = probed;
  return (
    <>
      <h3>
        {code === null ? <b>Nothing was sent: {missed}.</b> : <CodeMark code={code} />}{" "}
        <span className="quiet num">
          {region}, {secondText(at)} {zoneText()}
          {totalMs !== null && `, ${msText(totalMs)} ms`}
          {code !== null && (expected ? ", as expected" : ", not expected")}
        </span>
      </h3>
      {(failure !== null || detail !== null) && (
        <p className="quiet">{[failure, detail].filter((each) => each !== null).join(": ")}</p>
      )}
      {warnings.map((warning) => (
        <p key={warning} className="warned">
          {warning}
        </p>
      ))}
      {evidence !== null && <Exchange evidence={evidence} />}
    </>
  );
}
