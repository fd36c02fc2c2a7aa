/** What is usual, by hour of the week. */
import type { MonitorDetail } from "@statusquo/api/client";
import { nameOf, shareText } from "@statusquo/core";
import { useState } from "react";
import { useSkew } from "../live/context.ts";
import { useNow } from "../live/now.ts";
import { NOTHING } from "../words.ts";
import { Chart, Numbers } from "./chart.tsx";
import { DAYS, hourOfWeek, hoursOf, stepOf } from "./hours.ts";

const HOURS = Array.from({ length: 24 }, (_, hour) => hour);
const clockText = (hour: number) => `${String(hour).padStart(2, "0")}:00`;

export function UsualHours({ monitor }: { monitor: MonitorDetail }) {
  const [asTable, setAsTable] = useState(false);
  const skewMs = useSkew();
  const now = hourOfWeek(useNow() + skewMs, monitor.timezone);
  const found = hoursOf(monitor, monitor.headline.code);
  const cells = found?.cells ?? [];
  const known = cells.filter((cell) => cell !== null);
  const most = Math.max(0, ...known);
  const least = Math.min(most, ...known);
  const name = found === null ? "" : found.stream === "any" ? "all unexpected codes together" : nameOf(found.stream);
  const here = cells[now] ?? null;
  const day = DAYS[Math.floor(now / 24)] ?? "";
  const text = (cell: number | null) => (cell === null ? NOTHING : shareText(cell));
  return (
    <Chart
      title="What is usual"
      says={found === null ? "by hour of the week" : `${name} by hour of the week, ${monitor.timezone}`}
      asTable={asTable}
      onTurn={() => setAsTable(!asTable)}
      table={
        <Numbers
          caption="What is usual"
          columns={["Hour", ...DAYS]}
          rows={HOURS.map((hour) => [
            clockText(hour),
            ...DAYS.map((_, index) => text(cells[index * 24 + hour] ?? null)),
          ])}
        />
      }
    >
      {found === null ? (
        <p className="quiet">Nothing is learned yet. It takes answers, and a day of them to tell hours apart.</p>
      ) : (
        <>
          <div
            className={`hours ${found.stream === 409 ? "violet" : ""}`}
            role="img"
            aria-label={`Usual now, ${day} ${clockText(now % 24)}, is ${text(here)}; at most ${shareText(most)} in the week.`}
          >
            {DAYS.map((each, row) => (
              <div key={each} className="hours-day">
                <span className={row === Math.floor(now / 24) ? "now" : ""}>{each}</span>
                {HOURS.map((hour) => {
                  const index = row * 24 + hour;
                  return (
                    <i
                      key={hour}
                      className={`hour h${stepOf(cells[index] ?? null, least, most)} ${index === now ? "now" : ""}`}
                      title={`${each} ${clockText(hour)}: ${text(cells[index] ?? null)}`}
                    />
                  );
                })}
              </div>
            ))}
            <div className="hours-day label num">
              <span />
              {[0, 6, 12, 18].map((hour) => (
                <span key={hour} className="hours-tick">
                  {clockText(hour)}
                </span>
              ))}
            </div>
          </div>
          <p className="quiet">
            Now is {day} {clockText(now % 24)}, where {text(here)} is usual; the most in a week is {shareText(most)}.{" "}
            {monitor.incident !== null &&
              "While an incident is open the level is not learned, only its time of day, from its first 3 h."}
          </p>
        </>
      )}
    </Chart>
  );
}
