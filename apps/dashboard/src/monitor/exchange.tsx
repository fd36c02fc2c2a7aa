/** An exchange as it went over the wire. All of it comes from a target, so all of it is text. */
import type { EvidenceDetail } from "@statusquo/api/client";
import { msText } from "../words.ts";
import { bodyText, parts } from "./body.ts";

/** Text in which what was removed before storing stands as hatch with its rule. */
export function Told({ text }: { text: string }) {
  return parts(text).map(({ kind, text: part, at }) =>
    kind === "removed" ? (
      <span key={at} className="removed">
        {part}
      </span>
    ) : (
      part
    ),
  );
}

/** What a probe met: what was wrong with it, its steps where it has several, and the exchange that decided. */
export function Exchange({ evidence }: { evidence: EvidenceDetail }) {
  const { unmet, steps } = evidence;
  return (
    <div className="exchange">
      {unmet !== null && (
        <p className="unmet">
          {unmet.step !== null && <>Step “{unmet.step}”: </>}
          <Told text={unmet.what} />
        </p>
      )}
      {steps.length > 0 && <Steps steps={steps} />}
      <OneExchange exchange={evidence} />
      <Warnings evidence={evidence} />
    </div>
  );
}

type Step = EvidenceDetail["steps"][number];

function Steps({ steps }: { steps: readonly Step[] }) {
  return (
    <ol className="steps" aria-label="Steps">
      {steps.map((step) => (
        <li key={`${step.role} ${step.name}`}>
          <StepLine step={step} />
          {step.exchange !== null && !step.decided && (
            <details>
              <summary>request and response</summary>
              <OneExchange exchange={step.exchange} />
            </details>
          )}
        </li>
      ))}
    </ol>
  );
}

function StepLine({ step }: { step: Step }) {
  const { name, role, said, problem, totalMs, saved, decided } = step;
  return (
    <>
      {role === "cleanup" && <span className="quiet">cleanup </span>}
      {name}: <b>{said}</b>
      {totalMs !== null && <span className="quiet num"> {msText(totalMs)} ms</span>}
      {decided && <span className="quiet">, decided; shown below</span>}
      {problem !== null && (
        <span className="unmet">
          {" "}
          <Told text={problem} />
        </span>
      )}
      {saved.map(([key, value]) => (
        <span key={key} className="saved">
          {" "}
          <span className="header-name">{key} = </span>
          <Told text={value} />
        </span>
      ))}
    </>
  );
}

type ExchangeDetail = Pick<
  EvidenceDetail,
  "request" | "response" | "remoteAddress" | "bodyError" | "certificate" | "proxy"
>;

function OneExchange({ exchange }: { exchange: ExchangeDetail }) {
  const { request, response, remoteAddress, bodyError, certificate, proxy } = exchange;
  return (
    <>
      <h4>Request</h4>
      <pre>
        {request.method} <Told text={request.url} />
        <Headers headers={request.headers} />
        {request.body !== null && (
          <>
            {"\n\n"}
            <Told text={bodyText(request.body)} />
          </>
        )}
      </pre>
      {response === null ? (
        <p className="quiet">No answer came.</p>
      ) : (
        <>
          <h4>Response</h4>
          <pre>
            HTTP/{response.httpVersion} {response.status} {response.reason}
            <Headers headers={response.headers} />
          </pre>
          <h4>
            Body, {response.bodyBytes} bytes{response.truncated && ", cut off"}
          </h4>
          <pre>{response.body === "" ? "(empty)" : <Told text={bodyText(response.body)} />}</pre>
          {bodyError !== null && <p className="quiet">Reading it ended early: {bodyError}</p>}
        </>
      )}
      {remoteAddress !== null && (
        <p className="faint">
          {proxy === undefined ? "Answered by" : "By way of the proxy at"} {remoteAddress}
        </p>
      )}
      {certificate !== undefined && <CertificateLine certificate={certificate} />}
    </>
  );
}

function CertificateLine({ certificate }: { certificate: NonNullable<ExchangeDetail["certificate"]> }) {
  const { subject, issuer, validTo, daysLeft, tls } = certificate;
  const until = new Date(validTo).toISOString().slice(0, 10);
  const left = daysLeft < 0 ? `ended ${until}` : `good until ${until}, ${daysLeft} days left`;
  return (
    <p className="faint">
      Certificate {subject}, issued by {issuer}, {left}
      {tls !== null && `; ${tls}`}
    </p>
  );
}

/** What the answer should have said or sent; nothing where nothing is wrong. */
export function Warnings({ evidence: { warnings } }: { evidence: EvidenceDetail }) {
  if (warnings.length === 0) return null;
  return (
    <>
      <h3 className="warnings-title">Warnings</h3>
      <ul className="warnings">
        {warnings.map(({ what, why, send }) => (
          <li key={what}>
            <strong>{what}</strong>: {why}
            {send !== null && (
              <>
                {"; send "}
                <code>{send}</code>
              </>
            )}
          </li>
        ))}
      </ul>
    </>
  );
}

function Headers({ headers }: { headers: readonly (readonly [string, string])[] }) {
  // A header may come twice with one value; its place tells the two apart.
  return headers.map(([name, value], index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: the list never changes
    <span key={index}>
      {"\n"}
      <span className="header-name">{name}: </span>
      <Told text={value} />
    </span>
  ));
}
