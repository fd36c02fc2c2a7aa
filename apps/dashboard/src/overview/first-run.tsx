/** Nothing is watched yet: what there is, and a file to begin with. */
import type { Health } from "@statusquo/api/client";

const EXAMPLE = `regions: [local]

monitors:
  - url: https://api.example.com/health
`;

export default function FirstRun({ health }: { health: Health | undefined }) {
  return (
    <section className="first-run">
      <div>
        <h1>Nothing is watched yet.</h1>
        <p className="quiet">
          What to watch is written in a file. Save this one as statusquo.yaml and start Statusquo again, or let it watch
          the file with --config: the first answer appears within a minute.
        </p>
        <ul className="checks">
          {health?.checks.map(({ name, ok, reason }) => (
            <li key={name}>
              <span className={ok ? "box done" : "box"} aria-hidden="true" />
              {name}: {reason}
            </li>
          ))}
        </ul>
      </div>
      <pre className="paper">{EXAMPLE}</pre>
    </section>
  );
}
