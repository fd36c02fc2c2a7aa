/** Regions at a glance: a verdict is only as good as its probes. */
import type { RegionRow } from "@statusquo/api/client";
import { useQuery } from "@tanstack/react-query";
import { memo, useCallback } from "react";
import { client } from "../api.ts";
import { Canvas, type Draw } from "../draw/canvas.tsx";
import { colour, hatch } from "../draw/palette.ts";
import { spanOf } from "../draw/ribbon.ts";
import { useSkew } from "../live/context.ts";
import { useNow } from "../live/now.ts";
import { ProblemNote } from "../shell/problem.tsx";
import { NOTHING, spanText } from "../words.ts";
import { beatsOf, isLate } from "./beats.ts";

export function useRegions() {
  return useQuery({ queryKey: ["regions"], queryFn: ({ signal }) => client.regions(signal), refetchInterval: 10_000 });
}

export const Workers = memo(function Workers() {
  const { data, error, refetch } = useRegions();
  if (error !== null && data === undefined)
    return <ProblemNote title="Regions could not be loaded." error={error} onRetry={() => void refetch()} />;
  const onTime = data?.regions.filter((region) => !isLate(region)).length ?? 0;
  return (
    <>
      <div className="section-head">
        <h2>Region workers</h2>
        <span className="faint">
          {data === undefined ? "" : `${onTime} of ${data.regions.length} on time; a tick per 10 s, last 4 min`}
        </span>
      </div>
      <ul className="workers">
        {data?.regions.map((region) => (
          <Worker key={region.region} region={region} />
        ))}
      </ul>
    </>
  );
});

function Worker({ region }: { region: RegionRow }) {
  const late = isLate(region);
  return (
    <li className={late ? "late" : ""}>
      <span className="worker-name">{region.region}</span>
      <Beats region={region} />
      <span className="num age">
        <Age at={region.lastSampleAt} />
      </span>
      {late ? (
        <span className="tag-dark">{region.workers === 0 ? "silent" : "late"}</span>
      ) : (
        <span className="num lateness">
          {region.lateness.p95 === null ? NOTHING : `+${(region.lateness.p95 / 1_000).toFixed(2)} s`}
          <span className="sr"> late, 95 of 100 probes</span>
        </span>
      )}
    </li>
  );
}

export function Age({ at }: { at: number | null }) {
  const skewMs = useSkew();
  const now = useNow() + skewMs;
  return at === null ? <>no sample</> : <>{spanText(now - at)} ago</>;
}

export function Beats({ region }: { region: RegionRow }) {
  const draw = useCallback<Draw>(
    (context, width, height, theme) => {
      const beats = beatsOf(region);
      const scale = window.devicePixelRatio || 1;
      for (const [index, beat] of beats.entries()) {
        const { x, width: own } = spanOf(index, beats.length, width, scale);
        if (beat === "idle" || beat === "awaited") {
          context.fillStyle = colour(theme, "line");
          context.fillRect(x, height / 2 - 1, own, 2);
          continue;
        }
        context.fillStyle = beat === "missed" ? hatch(context, theme) : colour(theme, "c2-wash");
        context.fillRect(x, 0, beat === "missed" ? own + 1 : own - 1, height);
      }
    },
    [region],
  );
  return <Canvas draw={draw} className="beats" />;
}
