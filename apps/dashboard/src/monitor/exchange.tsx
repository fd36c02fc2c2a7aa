/** An exchange as it went over the wire. All of it comes from a target, so all of it is text. */
import type { EvidenceDetail } from "@statusquo/api/client";
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

export function Exchange({ evidence }: { evidence: EvidenceDetail }) {
  const { request, response } = evidence;
  return (
    <div className="exchange">
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
          {evidence.bodyError !== null && <p className="quiet">Reading it ended early: {evidence.bodyError}</p>}
        </>
      )}
      <Warnings evidence={evidence} />
      {evidence.remoteAddress !== null && <p className="faint">Answered by {evidence.remoteAddress}</p>}
    </div>
  );
}

/** What the answer should have said or sent; nothing where nothing is wrong. */
export function Warnings({ evidence: { warnings } }: { evidence: EvidenceDetail }) {
  if (warnings.length === 0) return null;
  return (
    <>
      <h4>Warnings</h4>
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
