/** Definitions: what is in force, from which file and line, and what is wrong with a newer edit that is not. */
import type { ChannelTest, DefinitionsDetail } from "@statusquo/api/client";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { Link } from "wouter";
import { refusedText, useAct } from "../act/act.ts";
import { client } from "../api.ts";
import { Loading } from "../shell/loading.tsx";
import { ProblemNote } from "../shell/problem.tsx";
import { useHealth } from "../shell/shell.tsx";
import { countText, dayText, everyText, listText, NOTHING, plural, secondText, zoneText } from "../words.ts";
import "../deliveries/deliveries.css";

export default function Definitions() {
  const { data, error, refetch } = useQuery({
    queryKey: ["definitions"],
    queryFn: ({ signal }) => client.definitions(signal),
  });
  useEffect(() => {
    document.title = "Definitions · Statusquo";
  }, []);
  if (data === undefined)
    return error === null ? (
      <Loading rows={8} />
    ) : (
      <ProblemNote title="Definitions could not be loaded." error={error} onRetry={() => void refetch()} level={1} />
    );
  return (
    <div className="definitions-page">
      <div>
        <h1>{data.broken === null ? "Definitions" : "The newest definitions are not in use."}</h1>
        <p className="quiet">{inForce(data)}</p>
      </div>
      {data.broken !== null && <Broken broken={data.broken} loadedAt={data.loadedAt} />}
      <Files files={data.files} />
      <Monitors monitors={data.monitors} />
      <Channels channels={data.channels} />
      <Ourselves self={data.self} />
    </div>
  );
}

function inForce({ loadedAt, monitors, channels, files }: DefinitionsDetail): string {
  const what = `${countText(monitors.length)} ${plural(monitors.length, "monitor")} and ${countText(channels.length)} ${plural(channels.length, "channel")} from ${countText(files.length)} ${plural(files.length, "file")}`;
  const since = loadedAt === null ? "" : `, in force since ${dayText(loadedAt)} ${secondText(loadedAt)} ${zoneText()}`;
  return `${what}${since}. They are edited in the files; this page only reads them.`;
}

function Broken({ broken, loadedAt }: { broken: NonNullable<DefinitionsDetail["broken"]>; loadedAt: number | null }) {
  return (
    <section aria-label="What is wrong">
      <p>
        Read {dayText(broken.at)} {secondText(broken.at)} {zoneText()} and refused.{" "}
        {loadedAt !== null && (
          <b>
            The version from {dayText(loadedAt)} {secondText(loadedAt)} {zoneText()} stays in use, so nothing stopped
            being watched.
          </b>
        )}
      </p>
      <ul className="wrong-lines">
        {broken.problems.map(({ file, line, column, message }) => (
          <li key={`${file} ${line} ${column} ${message}`}>
            <b className="mono">
              {file} line {line}
            </b>
            <span className="faint num">, column {column}</span>
            <pre>{message}</pre>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Files({ files }: Pick<DefinitionsDetail, "files">) {
  return (
    <section aria-label="Files">
      <h2>Files</h2>
      <table className="loaded num">
        <thead>
          <tr>
            <th scope="col">File</th>
            <th scope="col">Lines</th>
            <th scope="col">Monitors</th>
            <th scope="col">Channels</th>
          </tr>
        </thead>
        <tbody>
          {files.map(({ file, lines, monitors, channels }) => (
            <tr key={file}>
              <th scope="row" className="mono">
                {file}
              </th>
              <td>
                {countText(lines)} <span className="faint">{plural(lines, "line")}</span>
              </td>
              <td>
                {countText(monitors)} <span className="faint">{plural(monitors, "monitor")}</span>
              </td>
              <td>
                {countText(channels)} <span className="faint">{plural(channels, "channel")}</span>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Monitors({ monitors }: Pick<DefinitionsDetail, "monitors">) {
  return (
    <section aria-label="Monitors">
      <h2>Monitors</h2>
      <table className="loaded num">
        <thead>
          <tr>
            <th scope="col">Monitor</th>
            <th scope="col">File and line</th>
            <th scope="col">Request</th>
            <th scope="col">Probed</th>
            <th scope="col">Expects</th>
            <th scope="col">Told to</th>
          </tr>
        </thead>
        <tbody>
          {monitors.map((monitor) => (
            <tr key={monitor.id}>
              <th scope="row">
                <Link href={`/monitors/${monitor.id}`}>
                  <b>{monitor.name}</b>
                </Link>
                {monitor.tags.length > 0 && <span className="faint"> {monitor.tags.join(", ")}</span>}
              </th>
              <td className="mono">
                {monitor.file}:{monitor.line}
                {monitor.endLine > monitor.line && `–${monitor.endLine}`}
              </td>
              <td className="mono">
                {monitor.method} {monitor.path}
              </td>
              <td>
                {everyText(monitor.intervalMs)} <span className="faint">from {listText(monitor.regions)}</span>
              </td>
              <td className="least">{monitor.expect}</td>
              <td>{listText(monitor.notify) || <span className="faint">nobody</span>}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Channels({ channels }: Pick<DefinitionsDetail, "channels">) {
  return (
    <section aria-label="Channels">
      <h2>Channels</h2>
      {channels.length === 0 ? (
        <p className="quiet">No channel is defined, so incidents are only shown here.</p>
      ) : (
        <table className="loaded num">
          <thead>
            <tr>
              <th scope="col">Channel</th>
              <th scope="col">File and line</th>
              <th scope="col">Told there</th>
              <th scope="col">Only</th>
              <th scope="col">Named by</th>
              <th scope="col">Try it</th>
            </tr>
          </thead>
          <tbody>
            {channels.map((channel) => (
              <ChannelRow key={channel.id} channel={channel} />
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}

function ChannelRow({ channel }: { channel: DefinitionsDetail["channels"][number] }) {
  const { id, kind, file, line, recipients, severities, tags, quiet, monitors } = channel;
  const [tested, setTested] = useState<ChannelTest | null>(null);
  const state = useAct(() => client.testChannel(id), setTested);
  const only = [
    ...(severities.length > 0 ? [listText(severities)] : []),
    ...(tags.length > 0 ? [`tagged ${listText(tags)}`] : []),
    ...(quiet === null ? [] : [`quiet ${quiet}`]),
  ];
  return (
    <tr>
      <th scope="row">
        <Link href={`/deliveries?channel=${encodeURIComponent(id)}`}>
          <b>{id}</b>
        </Link>{" "}
        <span className="faint">{kind}</span>
      </th>
      <td className="mono">
        {file}:{line}
      </td>
      <td>{listText(recipients)}</td>
      <td className="least">{only.join("; ") || <span className="faint">{NOTHING}</span>}</td>
      <td>
        {countText(monitors)} {plural(monitors, "monitor")}
      </td>
      <td>
        <button type="button" className="button" disabled={state.isPending} onClick={() => state.act(undefined)}>
          Send a test
        </button>
        <span role="status">
          {refusedText(state)}
          {tested?.results.map(({ recipient, result, said }) => (
            <span key={recipient} className="quiet">
              {" "}
              {recipient} {result}: {said}
            </span>
          ))}
        </span>
      </td>
    </tr>
  );
}

function Ourselves({ self }: Pick<DefinitionsDetail, "self">) {
  const { data: health } = useHealth();
  return (
    <section aria-label="About Statusquo itself">
      <h2>About Statusquo itself</h2>
      <p className="quiet">
        {self.notify.length === 0
          ? "Nobody is told of trouble of our own: name channels under self."
          : `Trouble of our own is told to ${listText(self.notify)}.`}{" "}
        {self.heartbeat ? "A heartbeat is sent, so its absence can be noticed." : "No heartbeat is sent."}
      </p>
      <ul className="house">
        {health?.checks.map(({ name, ok, reason }) => (
          <li key={name} className={ok ? "" : "open"}>
            <p>
              <b>{name}</b> {reason}
            </p>
          </li>
        ))}
      </ul>
    </section>
  );
}
