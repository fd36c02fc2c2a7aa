/** The monitors: what needs a look, worst first; what is still learnt; the rest by tag. */
import type { Headline, MonitorRow, Overview } from "@statusquo/api/client";
import { memo, useEffect, useMemo, useRef, useState } from "react";
import { Glyph } from "../draw/glyph.tsx";
import { worstOf } from "../draw/ribbon.ts";
import { Ribbon } from "../draw/ribbon.tsx";
import { useKeys } from "../keys.ts";
import { hourText, msText, percentText, plural, uptimeText } from "../words.ts";
import { keepOneStop, moveInGrid } from "./grid.ts";
import { partsOf, type Sort, sorted } from "./rank.ts";
import { Row } from "./row.tsx";

/** From this many monitors on, groups begin closed. */
const OPEN_UP_TO = 24;

interface ListProps {
  overview: Overview;
  rows: readonly MonitorRow[];
  sort: Sort;
  /** Cells from this one on are not known; past the last one where all are. */
  unknownFrom: number;
}

export function List({ overview, rows, sort, unknownFrom }: ListProps) {
  const { ribbon, now } = overview;
  const isWorst = sort === "worst";
  const { look, learning, usual } = useMemo(() => partsOf(isWorst ? rows : []), [rows, isWorst]);
  const flat = useMemo(() => (isWorst ? [] : sorted(rows, sort)), [rows, sort, isWorst]);
  const hours = useMemo(() => hoursOf(ribbon), [ribbon]);
  const lines = useMemo(() => hours.map(({ index }) => index), [hours]);
  const table = useRef<HTMLTableElement>(null);
  useEffect(() => {
    keepOneStop(table.current);
    // Stops come and go with their rows; texts that change are none of its business.
    const watcher = new MutationObserver(() => keepOneStop(table.current));
    if (table.current !== null) watcher.observe(table.current, { childList: true, subtree: true });
    return () => watcher.disconnect();
  }, []);
  const [turned, setTurned] = useState<ReadonlySet<string>>(new Set());
  const isOpenFirst = overview.monitors.length <= OPEN_UP_TO || rows.length <= OPEN_UP_TO;
  const tags = usual.map(([tag]) => tag);
  useKeys({ e: () => setTurned((known) => new Set(known.size === 0 ? tags : [])) });
  const shared = { ribbon, now, unknownFrom, lines, isLong: rows.length > OPEN_UP_TO };
  const usualCount = usual.reduce((sum, [, own]) => sum + own.length, 0);
  return (
    <table
      ref={table}
      className="list"
      // biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: its rows are gone through by arrow keys
      role="grid"
      onFocus={() => keepOneStop(table.current)}
      onKeyDown={(event) => {
        if (moveInGrid(event.currentTarget, event.key)) event.preventDefault();
      }}
    >
      <caption className="sr">Monitors</caption>
      <thead>
        <tr>
          <th scope="col" className="c-tile">
            <span className="sr">Standing</span>
          </th>
          <th scope="col" className="c-name" aria-sort={isWorst ? "other" : sort === "name" ? "ascending" : undefined}>
            Monitor
          </th>
          <th scope="col" className="c-ribbon num">
            <span className="sr">Codes over time</span>
            <span className="axis" aria-hidden="true">
              {hours.map(({ index, at }) => (
                <span key={at} className="axis-hour" style={{ left: `${(index / ribbon.cells) * 100}%` }}>
                  {hourText(at)}
                </span>
              ))}
              <span className="axis-now">{hourText(now)}</span>
            </span>
          </th>
          <th scope="col" className="c-now" aria-sort={sort === "code" ? "descending" : undefined}>
            Code now
          </th>
          <th scope="col" className="c-bullet">
            Against usual
          </th>
          <th scope="col" className="c-latency" aria-sort={sort === "p95" ? "descending" : undefined}>
            p50 / p95 ms
          </th>
          <th scope="col" className="c-uptime" aria-sort={sort === "uptime" ? "ascending" : undefined}>
            Uptime 30 d
          </th>
          <th scope="col" className="c-regions">
            Regions
          </th>
          <th scope="col" className="c-note">
            Incident
          </th>
        </tr>
      </thead>
      {flat.length > 0 && (
        <tbody>
          {flat.map((row) => (
            <Row key={row.id} row={row} {...shared} />
          ))}
        </tbody>
      )}
      {look.length > 0 && (
        <tbody>
          <SectionRow title="Needs a look" says={`${look.length}, worst first`} withLegend />
          {look.map((row) => (
            <Row key={row.id} row={row} {...shared} />
          ))}
        </tbody>
      )}
      {learning.length > 0 && (
        <tbody>
          <SectionRow
            title="Learning what is usual"
            says={`${learning.length} ${plural(learning.length, "monitor")}`}
            withLegend={look.length === 0}
          />
          {learning.map((row) => (
            <Row key={row.id} row={row} {...shared} />
          ))}
        </tbody>
      )}
      {usual.length > 0 && (
        <tbody>
          <SectionRow
            title="Behaving as usual"
            says={`${usualCount} in ${usual.length} ${plural(usual.length, "group")}`}
            withLegend={look.length + learning.length === 0}
          />
        </tbody>
      )}
      {usual.map(([tag, own]) => {
        const isOpen = isOpenFirst !== turned.has(tag);
        return (
          <tbody key={tag}>
            <GroupRow
              {...{ tag, rows: own, isOpen, ribbon, unknownFrom, lines }}
              onTurn={() => setTurned((known) => new Set(known).symmetricDifference(new Set([tag])))}
            />
            {isOpen && own.map((row) => <Row key={row.id} row={row} {...shared} />)}
          </tbody>
        );
      })}
    </table>
  );
}

function SectionRow({ title, says, withLegend }: { title: string; says: string; withLegend: boolean }) {
  return (
    <tr className="section-row">
      <th scope="rowgroup" colSpan={9}>
        <span className="section-title">
          {title} <span className="faint">{says}</span>
        </span>
        {withLegend && <Legend />}
      </th>
    </tr>
  );
}

function Legend() {
  return (
    <span className="legend" aria-hidden="true">
      <span>
        <i className="swatch usual" /> usual
      </span>
      <span>
        <i className="swatch expected" /> 409, usual
      </span>
      <span>above usual:</span>
      <span className="code k409">
        <Glyph name="k409" /> 409
      </span>
      <span className="code k4">
        <Glyph name="k4" /> 4xx
      </span>
      <span className="code k5">
        <Glyph name="k5" /> 5xx
      </span>
      <span className="code kx">
        <Glyph name="kx" /> no answer
      </span>
      <span className="code k3">
        <Glyph name="k3" /> other
      </span>
      <span>
        <i className="swatch unknown" /> not known
      </span>
    </span>
  );
}

interface GroupRowProps {
  tag: string;
  rows: readonly MonitorRow[];
  isOpen: boolean;
  ribbon: Overview["ribbon"];
  unknownFrom: number;
  lines: readonly number[];
  onTurn(): void;
}

/** A group shows the highest of its members, so that closing it hides nothing. */
function GroupRow({ tag, rows, isOpen, ribbon, unknownFrom, lines, onTurn }: GroupRowProps) {
  const marks = useMemo(
    () =>
      isOpen
        ? []
        : worstOf(
            rows.map(({ cells }) => cells),
            ribbon.cells,
          ),
    [rows, ribbon.cells, isOpen],
  );
  const highest = rows.reduce<Headline | null>((most, { headline: each }) => {
    if (each.of === 0) return most;
    return most === null || each.bad / each.of > most.bad / most.of ? each : most;
  }, null);
  const slowest = Math.max(...rows.map(({ p95 }) => p95 ?? -1));
  const uptimes = rows.flatMap(({ uptime }) => uptime.share ?? []);
  return (
    <tr className={`group-row ${isOpen ? "opened" : ""}`}>
      <td className="c-tile">
        <Glyph name="open" />
      </td>
      <th scope="rowgroup" className="c-name">
        <button type="button" aria-expanded={isOpen} onClick={onTurn}>
          {tag === "" ? "without a tag" : tag} <span className="faint num">{rows.length}</span>
        </button>
      </th>
      <td className="c-ribbon">{!isOpen && <Ribbon marks={marks} unknownFrom={unknownFrom} lines={lines} />}</td>
      <td className="c-now num">{!isOpen && highest && percentText(highest.bad, highest.of)}</td>
      <td className="c-bullet faint">{!isOpen && "highest"}</td>
      <td className="c-latency num">
        {!isOpen && slowest >= 0 && (
          <>
            <span className="faint-figure">max </span>
            {msText(slowest)}
          </>
        )}
      </td>
      <td className="c-uptime num">{!isOpen && uptimes.length > 0 && uptimeText(Math.min(...uptimes))}</td>
      <td className="c-regions" colSpan={2}>
        {!isOpen && <Dots count={rows.length} />}
      </td>
    </tr>
  );
}

/** As many as there are members. */
const Dots = memo(function Dots({ count }: { count: number }) {
  return (
    <span className="dots" aria-hidden="true">
      {Array.from({ length: count }, (_, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: one is like the other
        <i key={index} />
      ))}
    </span>
  );
});

/** Labels of the axis: whole hours of a day, quarters of an hour in one, six at most, none where "now" stands. */
function hoursOf({ from, stepMs, cells }: Overview["ribbon"]): { index: number; at: number }[] {
  const span = stepMs * cells;
  const every = [900_000, 3_600_000, 4 * 3_600_000].find((each) => span / each <= 6.5) ?? 4 * 3_600_000;
  const first = Math.ceil(from / every) * every;
  const labels = Array.from({ length: 8 }, (_, nth) => first + nth * every).map((at) => ({
    at,
    index: Math.round((at - from) / stepMs),
  }));
  return labels.filter(({ index }) => index / cells > 0.03 && index / cells < 0.9);
}
