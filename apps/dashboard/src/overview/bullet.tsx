/** Where a share stands against what is usual: band, tick and point on a square-root scale. */
import type { Headline } from "@statusquo/api/client";
import { wrongKindOf } from "../codes.ts";

const along = (share: number) => `${Math.sqrt(Math.min(1, share)) * 100}%`;

/** @param seen counts for the point, where they are not the headline's own */
export function Bullet({ headline, seen = headline }: { headline: Headline; seen?: { bad: number; of: number } }) {
  const { of, usualShare, limit, above, code } = headline;
  return (
    <span className="bullet" aria-hidden="true">
      {limit !== null && of > 0 && <i className="band" style={{ width: along(limit / of) }} />}
      {usualShare !== null && <i className="tick" style={{ left: along(usualShare) }} />}
      {seen.of > 0 && (
        <i className={above ? `point ${wrongKindOf(code)}` : "point"} style={{ left: along(seen.bad / seen.of) }} />
      )}
    </span>
  );
}
