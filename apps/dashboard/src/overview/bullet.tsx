/** Where a share stands against what is usual: band, tick and point on a square-root scale. */
import type { Headline } from "@statusquo/api/client";
import { kindOf } from "../codes.ts";

const along = (share: number) => `${Math.sqrt(Math.min(1, share)) * 100}%`;

export function Bullet({ headline }: { headline: Headline }) {
  const { bad, of, usualShare, limit, above, code } = headline;
  return (
    <span className="bullet" aria-hidden="true">
      {limit !== null && of > 0 && <i className="band" style={{ width: along(limit / of) }} />}
      {usualShare !== null && <i className="tick" style={{ left: along(usualShare) }} />}
      {of > 0 && <i className={above ? `point ${kindOf(code)}` : "point"} style={{ left: along(bad / of) }} />}
    </span>
  );
}
