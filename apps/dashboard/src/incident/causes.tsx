/** Why, probably: the likeliest reading of the conflicts with what speaks for and against it, and what else it could be. */
import type { CauseDetail } from "@statusquo/api/client";
import { shareText } from "@statusquo/core";
import { capital } from "../words.ts";
import { surenessOf } from "./say.ts";

/** Causes below this are folded away. */
const WORTH_A_LINE = 0.01;

export function Causes({ causes }: { causes: readonly CauseDetail[] }) {
  const [first, ...others] = causes;
  if (first === undefined) return null;
  const shown = others.filter(({ share }) => share >= WORTH_A_LINE);
  const folded = others.filter(({ share }) => share < WORTH_A_LINE);
  return (
    <section className="block" aria-label="Why, probably">
      <div className="chart-head">
        <h2>Why, probably</h2>
        <span className="faint">
          read from the newest conflicting answers, as they were when it last changed, and what was seen around them
        </span>
      </div>
      <Likeliest cause={first} />
      <dl className="others num">
        {shown.map((cause) => (
          <Other key={cause.cause} cause={cause} />
        ))}
      </dl>
      {folded.length > 0 && (
        <details className="folded">
          <summary>{folded.length} more below 1 %</summary>
          <dl className="others num">
            {folded.map((cause) => (
              <Other key={cause.cause} cause={cause} />
            ))}
          </dl>
        </details>
      )}
    </section>
  );
}

function Likeliest({ cause }: { cause: CauseDetail }) {
  const { title, share, fix } = cause;
  const steps = [
    ["Now", fix.now],
    ["In clients", fix.inClients],
    ["Later", fix.later],
  ].filter(([, text]) => text !== "");
  return (
    <article className="cause">
      <header>
        <h3>{capital(title)}</h3>
        <p className="sureness num">
          <Bar share={share} /> <b>{shareText(share)}</b> {surenessOf(share)}
        </p>
      </header>
      <ul className="signs">
        {cause.for.map((text) => (
          <li key={text}>
            <span>for</span>
            <span>{capital(text)}</span>
          </li>
        ))}
        {cause.against.map((text) => (
          <li key={text} className="against">
            <span>against</span>
            <span>{capital(text)}</span>
          </li>
        ))}
        {cause.for.length + cause.against.length === 0 && (
          <li className="against">
            <span>–</span>
            <span>Nothing that was seen speaks for or against it.</span>
          </li>
        )}
      </ul>
      <h4>Fix</h4>
      <ol className="fix">
        {steps.map(([when, text]) => (
          <li key={when}>
            <b>{when}:</b> {text}
          </li>
        ))}
      </ol>
    </article>
  );
}

function Other({ cause }: { cause: CauseDetail }) {
  const { title, share, against } = cause;
  const why = against[0] ?? cause.for[0];
  return (
    <div>
      <dt>{capital(title)}</dt>
      <dd>
        <Bar share={share} />
      </dd>
      <dd className="other-share">{shareText(share)}</dd>
      <dd>{why !== undefined && `${against.length > 0 ? "against: " : "for: "}${why}`}</dd>
    </div>
  );
}

function Bar({ share }: { share: number }) {
  return (
    <span className="share-bar" aria-hidden="true">
      <i style={{ width: `${share * 100}%` }} />
    </span>
  );
}
