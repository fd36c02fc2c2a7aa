/** Instants as people write them on a command line. */

/** Epoch ms; null for none, undefined for what is no instant. Without a zone it is UTC. */
export function instantOf(text: string | null): number | null | undefined {
  if (text === null) return null;
  if (/^\d{11,15}$/.test(text)) return Number(text);
  const match = /^(\d{4}-\d\d-\d\d)(?:T(\d\d:\d\d(?::\d\d(?:\.\d+)?)?)(Z|[+-]\d\d:\d\d)?)?$/.exec(text);
  const at = match ? Date.parse(`${match[1]}T${match[2] ?? "00:00"}${match[3] ?? "Z"}`) : Number.NaN;
  return Number.isNaN(at) ? undefined : at;
}
