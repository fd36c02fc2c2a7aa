/** Deliveries: every message with every attempt at it, who is told nothing at the moment, and trouble of our own. */
import type { Delivery, InternalAlertDetail, SilenceDetail } from "@statusquo/api/client";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import { Link } from "wouter";
import { refusedText, useAct } from "../act/act.ts";
import { client } from "../api.ts";
import { Choice } from "../draw/choice.tsx";
import { fateOf, KINDS } from "../incident/timeline.ts";
import { Loading } from "../shell/loading.tsx";
import { ProblemNote } from "../shell/problem.tsx";
import { useChoice, useText } from "../window.ts";
import { dayText, incidentText, listText, NOTHING, secondText, spanText, zoneText } from "../words.ts";
import "./deliveries.css";

const PAGE = 50;
type State = "all" | Delivery["state"];
const STATES = ["all", "delivered", "pending", "dead"] as const satisfies State[];
const STATE_WORDS: Record<State, string> = {
  all: "All",
  delivered: "Delivered",
  pending: "On the way",
  dead: "Given up",
};

export default function Deliveries() {
  useEffect(() => {
    document.title = "Deliveries · Statusquo";
  }, []);
  return (
    <section className="deliveries-page" aria-labelledby="deliveries">
      <h1 id="deliveries">Deliveries</h1>
      <Trouble />
      <Silences />
      <Messages />
    </section>
  );
}

function Messages() {
  const [state, setState] = useChoice<State>("state", STATES);
  const [channel, setChannel] = useText("channel");
  const [incident, setIncident] = useText("incident");
  const number = /^[1-9]\d{0,14}$/.test(incident) ? Number(incident) : null;
  const { data: definitions } = useQuery({
    queryKey: ["definitions"],
    queryFn: ({ signal }) => client.definitions(signal),
  });
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery({
    queryKey: ["deliveries", state, channel, number],
    queryFn: ({ pageParam, signal }) =>
      client.deliveries(
        {
          limit: PAGE,
          ...(state !== "all" && { state }),
          ...(channel !== "" && { channel }),
          ...(number !== null && { incident: number }),
          ...(pageParam !== null && { before: pageParam }),
        },
        signal,
      ),
    initialPageParam: null as number | null,
    getNextPageParam: ({ next }) => next,
    // A message on its way is tried again without anybody being told.
    refetchInterval: 15_000,
  });
  const deliveries = data?.pages.flatMap((page) => page.deliveries) ?? [];
  const channels = [...new Set([...(definitions?.channels.map(({ id }) => id) ?? []), ...(channel ? [channel] : [])])];
  return (
    <section className="deliveries-block" aria-label="Messages">
      <div className="chart-head">
        <h2>Messages</h2>
        <Choice
          label="Which messages"
          options={STATES.map((value) => ({ value, text: STATE_WORDS[value] }))}
          value={state}
          onChoose={setState}
        />
        <label className="select">
          <span className="sr">Channel</span>
          <select value={channel} onChange={(event) => setChannel(event.target.value)}>
            <option value="">Every channel</option>
            {channels.map((id) => (
              <option key={id}>{id}</option>
            ))}
          </select>
        </label>
        {number !== null && (
          <button type="button" className="button" onClick={() => setIncident("")}>
            Only {incidentText(number)} <span aria-hidden="true">✕</span>
            <span className="sr">, show all</span>
          </button>
        )}
      </div>
      {data === undefined ? (
        error === null ? (
          <Loading rows={6} />
        ) : (
          <ProblemNote title="Deliveries could not be loaded." error={error} onRetry={() => void refetch()} />
        )
      ) : deliveries.length === 0 ? (
        <p className="quiet">
          {state === "all" && channel === "" && number === null
            ? "No message was sent yet."
            : "No message fits what is chosen above."}
        </p>
      ) : (
        <table className="messages">
          <thead>
            <tr>
              <th scope="col">Written</th>
              <th scope="col">About</th>
              <th scope="col">Channel, recipient</th>
              <th scope="col">How it fared</th>
              <th scope="col">Attempts</th>
            </tr>
          </thead>
          <tbody>
            {deliveries.map((delivery) => (
              <Message key={delivery.num} delivery={delivery} />
            ))}
          </tbody>
        </table>
      )}
      {hasNextPage && (
        <button type="button" className="button" disabled={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          Older ones
        </button>
      )}
    </section>
  );
}

function Message({ delivery }: { delivery: Delivery }) {
  const { createdAt, incident, kind, channel, recipient, state, attempts, dueAt } = delivery;
  return (
    <tr className={state}>
      <th scope="row" className="num">
        {dayText(createdAt)} {secondText(createdAt)}
      </th>
      <td>
        {incident === null ? (
          KINDS[kind]
        ) : (
          <>
            <Link href={`/incidents/${incident}`}>{incidentText(incident)}</Link> {KINDS[kind]}
          </>
        )}
      </td>
      <td>
        <b>{channel}</b> <span className="quiet">{recipient === channel ? "" : recipient}</span>
      </td>
      <td className="num">
        <b>{STATE_WORDS[state]}</b> {fateOf(delivery)}
        {state === "pending" && dueAt !== null && `, next try ${secondText(dueAt)}`}
      </td>
      <td className="num">
        {attempts.length === 0 ? (
          <span className="faint">{NOTHING}</span>
        ) : (
          <ol>
            {attempts.map(({ at, result, said }) => (
              <li key={at}>
                {secondText(at)} {result}: {said}
              </li>
            ))}
          </ol>
        )}
      </td>
    </tr>
  );
}

function Silences() {
  const { data, error, refetch } = useQuery({
    queryKey: ["silences"],
    queryFn: ({ signal }) => client.silences({ state: "active", limit: 100 }, signal),
    refetchInterval: 60_000,
  });
  if (error !== null && data === undefined)
    return <ProblemNote title="Silences could not be loaded." error={error} onRetry={() => void refetch()} />;
  if (data === undefined || data.silences.length === 0) return null;
  return (
    <section className="deliveries-block" aria-label="Silences">
      <div className="chart-head">
        <h2>Silences</h2>
        <span className="faint">nobody is told of these now</span>
      </div>
      <ul className="house">
        {data.silences.map((silence) => (
          <Silenced key={silence.id} silence={silence} />
        ))}
      </ul>
    </section>
  );
}

function Silenced({ silence }: { silence: SilenceDetail }) {
  const { id, match, endsAt, reason, by } = silence;
  const state = useAct(() => client.endSilence(id));
  const what = [
    ...(match.monitors ?? []),
    ...(match.tags ?? []).map((tag) => `tag ${tag}`),
    ...(match.codes ?? []).map((code) => (code === 0 ? "no answer" : String(code))),
    ...(match.regions ?? []),
  ];
  return (
    <li>
      <p>
        <b>{listText(what)}</b> until {dayText(endsAt)} {secondText(endsAt)} {zoneText()}, by {by}: {reason}
      </p>
      <button type="button" className="button" disabled={state.isPending} onClick={() => state.act(undefined)}>
        End
      </button>
      <span role="status">{refusedText(state)}</span>
    </li>
  );
}

function Trouble() {
  const { data, error, refetch } = useQuery({
    queryKey: ["internal-alerts"],
    queryFn: ({ signal }) => client.internalAlerts({ limit: 20 }, signal),
    refetchInterval: 60_000,
  });
  if (error !== null && data === undefined)
    return <ProblemNote title="Trouble of our own could not be loaded." error={error} onRetry={() => void refetch()} />;
  if (data === undefined || data.alerts.length === 0) return null;
  return (
    <section className="deliveries-block" aria-label="Statusquo itself">
      <div className="chart-head">
        <h2>Statusquo itself</h2>
        <span className="faint">trouble of our own, never of an endpoint</span>
      </div>
      <ul className="house">
        {data.alerts.map((alert) => (
          <Alert key={alert.id} alert={alert} />
        ))}
      </ul>
    </section>
  );
}

function Alert({ alert }: { alert: InternalAlertDetail }) {
  const { title, subject, openedAt, resolvedAt, reason, resolution } = alert;
  return (
    <li className={resolvedAt === null ? "open" : ""}>
      <p>
        <b>
          {subject}: {title}
        </b>{" "}
        since {dayText(openedAt)} {secondText(openedAt)} {zoneText()}: {reason}
        {resolvedAt !== null &&
          `. Over after ${spanText(resolvedAt - openedAt)}${resolution === null ? "" : `: ${resolution}`}`}
      </p>
    </li>
  );
}
