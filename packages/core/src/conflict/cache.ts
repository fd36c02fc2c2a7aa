/** What the headers of caches say. */

/** Whether a cache says that it answered itself: true for a hit, false for a miss, null when nothing is said. */
export function cacheHit(headers: Readonly<Record<string, string>>): boolean | null {
  const states = Object.entries(headers)
    .filter(([name]) => /^(?:x-)?(?:[a-z]+-)*cache(?:-status|-lookup|-hits?)?$|^cache-status$/.test(name))
    .filter(([name]) => name !== "x-cache-control")
    .map(([, value]) => value);
  if (states.some((value) => /\bhit\b|\bstale\b|\brevalidated\b/i.test(value) && !/fwd=/i.test(value))) return true;
  const age = headers.age;
  if (age !== undefined && /^\d+$/.test(age.trim())) {
    if (Number(age) > 0) return true;
    return false;
  }
  return states.some((value) => /\b(?:miss|bypass|dynamic|expired|pass|none|fwd=)/i.test(value)) ? false : null;
}
