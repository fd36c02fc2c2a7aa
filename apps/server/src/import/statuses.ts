/** Sets of status codes, and how `expect` says them in few words. */

const FIRST = 200;
const LAST = 599;

/** Every status that can end an exchange: 200 to 599. */
export const ANY_STATUS: readonly number[] = Array.from({ length: LAST - FIRST + 1 }, (_, index) => FIRST + index);

export const statusesWhere = (holds: (status: number) => boolean): Set<number> => new Set(ANY_STATUS.filter(holds));

/**
 * The value of `expect` that means exactly these codes: classes, codes, and exclusions from a class that is nearly whole.
 *
 * @returns null for all of 2xx, which is the default, and for none
 */
export function expectOf(codes: ReadonlySet<number>): (number | string)[] | null {
  const missing = ANY_STATUS.filter((status) => !codes.has(status));
  if (codes.size === 0) return null;
  // A list of exclusions alone means "anything but".
  if (missing.length > 0 && missing.length <= 5) return missing.map((status) => `!${status}`);
  const said: (number | string)[] = [];
  for (const hundred of [2, 3, 4, 5]) {
    const inClass = (status: number) => Math.floor(status / 100) === hundred;
    const held = [...codes].filter(inClass).sort((a, b) => a - b);
    const lacked = missing.filter(inClass);
    if (held.length > 50) said.push(`${hundred}xx`, ...lacked.map((status) => `!${status}`));
    else said.push(...held);
  }
  return said.length === 1 && said[0] === "2xx" ? null : said;
}
