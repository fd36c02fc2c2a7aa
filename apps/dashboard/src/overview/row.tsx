/** One monitor as a row of the list. */
import type { MonitorRow, Overview, RegionNow } from "@statusquo/api/client";
import { memo, useMemo, useRef } from "react";
import { Link } from "wouter";
import { type Kind, wrongKindOf } from "../codes.ts";
import { StandingTile } from "../draw/glyph.tsx";
import { useNear } from "../draw/near.ts";
import { marksOf } from "../draw/ribbon.ts";
import { Ribbon } from "../draw/ribbon.tsx";
import { incidentText, msText, percentText, shareText, spanText, uptimeText, whenText } from "../words.ts";
import { Bullet } from "./bullet.tsx";

interface RowProps extends FiguresProps {
  /** Among hundreds, which are not all drawn. */
  isLong: boolean;
}

interface FiguresProps {
  row: MonitorRow;
  ribbon: Overview["ribbon"];
  now: number;
  unknownFrom: number;
  lines: readonly number[];
}

export const Row = memo(function Row({ isLong, ...given }: RowProps) {
  const [ref, isNear] = useNear<HTMLTableRowElement>();
  const isSeen = isNear || !isLong;
  const wasSeen = useRef(false);
  wasSeen.current ||= isSeen;
  const hasFigures = wasSeen.current;
  // Out of sight a row stays as it was, as long as it stands where it stood.
  const kept = useRef(given);
  if (isSeen || !standsAsBefore(kept.current.row, given.row)) kept.current = given;
  const shown = kept.current;
  return useMemo(() => {
    const { row } = shown;
    const { headline, incident, standing } = row;
    const kind: Kind = wrongKindOf(incident ? incident.code : headline.code);
    const wash = incident !== null && incident.acknowledgedAt === null && row.mute === null ? `wash ${kind}` : "";
    return (
      <tr ref={ref} className={wash}>
        <td className="c-tile">
          <StandingTile standing={incident ? "spike" : standing} kind={kind} />
        </td>
        <th scope="row" className="c-name">
          <Link href={`/monitors/${row.id}`} className="row-link">
            <span className="name">{row.name}</span>
            <span className="request mono">
              {row.method} {row.path}
            </span>
          </Link>
        </th>
        {hasFigures ? <Figures {...shown} /> : <td colSpan={7} />}
      </tr>
    );
  }, [ref, shown, hasFigures]);
});

const standsAsBefore = (before: MonitorRow, now: MonitorRow) =>
  before.standing === now.standing && before.incident === now.incident && before.mute === now.mute;

const Figures = memo(function Figures({ row, ribbon, now, unknownFrom, lines }: FiguresProps) {
  const { headline, incident, standing } = row;
  const marks = marksOf(row.cells);
  const kind: Kind = wrongKindOf(incident ? incident.code : headline.code);
  // The headline's quarter of an hour began before a young incident did, and would water it down.
  const seen = incident !== null && incident.code === headline.code ? incident.seen : headline;
  const isHot = incident !== null || (headline.above && standing === "watching");
  const lit = marks.reduce((count, mark) => count + (mark.lit.length > 0 ? 1 : 0), 0);
  return (
    <>
      <td className="c-ribbon">
        <Ribbon
          marks={marks}
          unknownFrom={unknownFrom}
          lines={lines}
          label={lit === 0 ? "nothing above usual" : `above usual in ${lit} of ${ribbon.cells} cells`}
        />
      </td>
      <td className={`c-now num ${isHot ? `hot ${kind}` : ""}`}>
        <span className="big">{percentText(seen.bad, seen.of)}</span>
        <small>
          {headline.code === 0 ? "no answer" : headline.code} · {seen.bad} of {seen.of}
        </small>
      </td>
      <td className="c-bullet">
        <Bullet headline={headline} seen={seen} />
        <span className="sr">
          {headline.usualShare === null ? "nothing learned yet" : `usual ${shareText(headline.usualShare)}`}
          {headline.limit !== null && `, at most ${headline.limit} of ${headline.of}`}
        </span>
      </td>
      <td className="c-latency num">
        <span className="faint-figure">{msText(row.p50)} / </span>
        {msText(row.p95)}
      </td>
      <td className="c-uptime num">{uptimeText(row.uptime.share)}</td>
      <td className="c-regions">
        <span className="bars">
          {row.last.map((region) => (
            <RegionBar key={region.region} region={region} kind={wrongKindOf(headline.code)} />
          ))}
        </span>
      </td>
      <td className="c-note">
        {incident !== null ? (
          <>
            <Link
              href={`/incidents/${incident.id}`}
              className={`incident-badge num ${incident.acknowledgedAt === null ? "" : "seen"}`}
            >
              {incidentText(incident.id)}
            </Link>
            <span className="num">
              open {spanText(now - incident.since)}
              {incident.acknowledgedAt !== null && ", ack"}
              {row.mute !== null && `, ${muteText(row.mute, now)}`}
            </span>
          </>
        ) : (
          <span className="reason" title={row.mute?.reason ?? row.reason}>
            {row.mute === null ? shortReason(row) : muteText(row.mute, now)}
          </span>
        )}
      </td>
    </>
  );
});

/** `silenced until 18:00`, `maintenance until 18:00`. */
const muteText = ({ kind, until }: NonNullable<MonitorRow["mute"]>, now: number) =>
  `${kind === "silence" ? "silenced" : kind} until ${whenText(until, now)}`;

/** The reason without the word that the tile says already. */
function shortReason({ reason, standing }: MonitorRow): string {
  if (standing === "usual") return "";
  return reason.replace(/^(watching|learning|no data|spike): /, "");
}

/** A bar per region: high where the headline's code is above its limit, hatched where we do not know. */
function RegionBar({ region, kind }: { region: RegionNow; kind: Kind }) {
  const isMissing = region.at === null || region.missed !== null;
  const isAbove = region.limit !== null && region.bad > region.limit;
  const says = isMissing
    ? `${region.region}: ${region.missed ?? "no sample yet"}`
    : `${region.region}: ${region.bad} of ${region.of}${isAbove ? ", above usual" : ""}`;
  return (
    <i className={isMissing ? "missing" : isAbove ? `above ${kind}` : ""} title={says}>
      <span className="sr">{says}. </span>
    </i>
  );
}
