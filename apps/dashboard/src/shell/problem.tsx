/** What could not be read, whose fault that is, and what a report about it needs. */
import { ApiError } from "@statusquo/api/client";

interface ProblemProps {
  /** What is missing: "Monitors could not be loaded." */
  title: string;
  error: unknown;
  onRetry(): void;
  level?: 1 | 2;
}

export function ProblemNote({ title, error, onRetry, level = 2 }: ProblemProps) {
  const Heading = `h${level}` as const;
  const problem = error instanceof ApiError ? error.problem : null;
  const status = error instanceof ApiError ? error.status : 0;
  return (
    <section className="problem">
      <span className="tile no_data" aria-hidden="true" />
      <div>
        <Heading>{title}</Heading>
        <p>{error instanceof Error ? error.message : "Something unexpected happened in this page."}</p>
        {status !== 404 && (
          <p className="quiet">
            {status === 0
              ? "Nothing is said by this about your endpoints: the page did not reach Statusquo."
              : "This is a fault of Statusquo or of this request, not of your endpoints."}
          </p>
        )}
        {problem !== null && (
          <p className="quiet">
            Request <code>{problem.requestId}</code>
          </p>
        )}
        <button type="button" className="button" onClick={onRetry}>
          Try now
        </button>
      </div>
    </section>
  );
}
