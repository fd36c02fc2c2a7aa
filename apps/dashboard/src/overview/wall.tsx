/** One square per monitor, and how many stand where. The words filter. */
import type { MonitorRow, Overview } from "@statusquo/api/client";
import { memo } from "react";
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

/** The look of each square, with a line between them. */
function looksOf({ monitors }: Overview): string {
  return worstFirst(monitors)
    .map(({ standing, headline, incident }) => `${standing} ${wrongKindOf(incident ? incident.code : headline.code)}`)
    .join("\n");
}

/** Hundreds of them, which mostly stay as they are. */
const Squares = memo(function Squares({ looks }: { looks: string }) {
  return (
    <div className="wall" aria-hidden="true">
      {looks.split("\n").map((look, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a square is nothing but its place and look
        <i key={index} className={look} />
      ))}
    </div>
  );
});

export function Wall({ overview, chosen, onChoose }: WallProps) {
  return (
    <>
      <Squares looks={looksOf(overview)} />
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
