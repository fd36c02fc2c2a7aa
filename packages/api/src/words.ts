/** Numbers and lists as people read them, on the screens and on the public page. */

/** An absent value: never a zero. */
export const NOTHING = "–";

/** `2 s`, `4 min`, `3 h`, `6 days`: whole units, the largest that is at least 2 (or 1 s). A time ahead reads 0 s. */
export function spanText(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1_000));
  if (seconds < 120) return `${seconds} s`;
  if (seconds < 7_200) return `${Math.floor(seconds / 60)} min`;
  return seconds < 172_800 ? `${Math.floor(seconds / 3_600)} h` : `${Math.floor(seconds / 86_400)} days`;
}

/** How often a monitor is probed: `every 5 s`, `every minute`, `every 5 min`, `every hour`. */
export function everyText(ms: number): string {
  if (ms === 60_000) return "every minute";
  if (ms === 3_600_000) return "every hour";
  return ms % 60_000 === 0 ? `every ${ms / 60_000} min` : `every ${ms / 1_000} s`;
}

/** How much of the answers were not counted as down: two decimals, and never 100 % while one was. */
export function uptimeText(share: number | null): string {
  if (share === null) return NOTHING;
  if (share === 1) return "100 %";
  return `${(Math.floor(share * 10_000) / 100).toFixed(2)} %`;
}

/** `one` … `nine` in words, else digits. */
export function numberWord(value: number): string {
  const words = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"];
  return words[value] ?? value.toLocaleString("en-US");
}

/** `a`, `a and b`, `a, b and c`. */
export function listText(items: readonly string[]): string {
  return items.length < 2 ? items.join("") : `${items.slice(0, -1).join(", ")} and ${items.at(-1)}`;
}

export const plural = (count: number, one: string, many = `${one}s`) => (count === 1 ? one : many);
export const capital = (text: string) => text.slice(0, 1).toUpperCase() + text.slice(1);
