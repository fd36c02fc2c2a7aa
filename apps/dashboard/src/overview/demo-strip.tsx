/** The demo's switches: break the target that is probed, and see what becomes of it. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { client } from "../api.ts";
import { ProblemNote } from "../shell/problem.tsx";

export default function DemoStrip() {
  const queries = useQueryClient();
  const { data, error, refetch } = useQuery({
    queryKey: ["demo"],
    queryFn: ({ signal }) => client.demoFaults(signal),
    refetchInterval: 30_000,
  });
  const { mutate, error: refused } = useMutation({
    mutationFn: ({ id, on }: { id: string; on: boolean }) => client.setDemoFault(id, on),
    onSuccess: (faults) => queries.setQueryData(["demo"], faults),
  });
  const problem = refused ?? error;
  if (problem !== null)
    return <ProblemNote title="The demo's switches do not answer." error={problem} onRetry={() => void refetch()} />;
  if (data === undefined) return null;
  return (
    <section className="demo" aria-label="Demo">
      <h2>
        Demo <span className="faint">a real service on this machine. Break it:</span>
      </h2>
      <ul>
        {data.faults.map(({ id, title, what, on }) => (
          <li key={id}>
            <button
              type="button"
              className="button"
              aria-pressed={on}
              title={what}
              onClick={() => mutate({ id, on: !on })}
            >
              <span className="switch" aria-hidden="true" />
              {title}
            </button>
          </li>
        ))}
      </ul>
      {data.messagesUrl !== null && (
        <a className="quiet" href={data.messagesUrl} target="_blank" rel="noreferrer">
          Messages
        </a>
      )}
    </section>
  );
}
