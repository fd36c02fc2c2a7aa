/** One square per monitor, and how many stand where. The words filter. */
import type { MonitorRow, Overview } from "@statusquo/api/client";
import { wrongKindOf } from "../codes.ts";
import { STANDING_WORDS } from "../draw/glyph.tsx";
import { worstFirst } from "./rank.ts";

export const STANDINGS = [
  "spike",
  "watching",
  "no_data",
  "learning",
  "usual",
] as const satisfies MonitorRow["standing"][];

interface WallProps {
  overview: Overview;
  chosen: string;
  onChoose(standing: string): void;
}

export function Wall({ overview, chosen, onChoose }: WallProps) {
  return (
    <>
      <div className="wall" aria-hidden="true">
        {worstFirst(overview.monitors).map(({ id, standing, headline, incident }) => (
          <i key={id} className={`${standing} ${wrongKindOf(incident ? incident.code : headline.code)}`} />
        ))}
      </div>
      <fieldset className="mix">
        <legend className="sr">Filter by where monitors stand</legend>
        {STANDINGS.filter((standing) => overview.standings[standing] > 0 || standing === chosen).map((standing) => (
          <button
            key={standing}
            type="button"
            aria-pressed={standing === chosen}
            onClick={() => onChoose(standing === chosen ? "" : standing)}
          >
            <b className="num">{overview.standings[standing]}</b> {STANDING_WORDS[standing]}
          </button>
        ))}
      </fieldset>
    </>
  );
}
