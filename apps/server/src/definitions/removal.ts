/**
 * The guard against a file that was cut off where it is still valid: many monitors that go at once are held back until
 * somebody says that it is meant.
 */
import type { Monitor } from "@statusquo/core";

/** So many may always go. */
const FEW = 2;
/** More than this part of all must be confirmed. */
const LARGEST_SHARE = 0.2;
const NAMED = 3;

/** What would be lost by taking up `after`, and how to confirm it; null when it is little enough. */
export function massRemoval(before: readonly Monitor[], after: readonly Monitor[]): string | null {
  const kept = new Set(after.map(({ id }) => id));
  const gone = before.filter(({ id }) => !kept.has(id));
  if (gone.length === 0) return null;
  if (after.length > 0 && gone.length <= Math.max(FEW, LARGEST_SHARE * before.length)) return null;
  const names = gone.slice(0, NAMED).map(({ id }) => `"${id}"`);
  if (gone.length > NAMED) names.push("…");
  return (
    `${gone.length} of ${before.length} monitors would be removed (${names.join(", ")}), as by a file that was cut off; ` +
    "if that is meant, send SIGHUP to this process, or start it anew"
  );
}
