/** Mass removal: whether an edit takes so many monitors away that it looks like an accident. */

/** Of the monitors in force, how many an edit may take away without being asked about. */
const LARGEST_SHARE = 0.2;
/** Taking one away is always meant. */
const FEWEST = 2;

/**
 * Why an edit should wait for a person; null when it need not. It should when it takes away two monitors or more, and
 * either all there are, or more than a fifth of them without bringing as many new ones: that is what a file looks like
 * that was cut off between two entries, or another system's.
 */
export function massRemoval(before: readonly { id: string }[], after: readonly { id: string }[]): string | null {
  const [old, kept] = [new Set(before.map(({ id }) => id)), new Set(after.map(({ id }) => id))];
  const gone = [...old].filter((id) => !kept.has(id));
  const added = [...kept].filter((id) => !old.has(id)).length;
  if (gone.length < FEWEST) return null;
  if (gone.length < old.size && gone.length - added <= LARGEST_SHARE * old.size) return null;
  const names = gone.length > 3 ? `${gone.slice(0, 3).join(", ")} and ${gone.length - 3} more` : gone.join(", ");
  return `this edit takes away ${gone.length} of ${old.size} monitors (${names})`;
}
