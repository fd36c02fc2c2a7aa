/**
 * Handing results to whoever records them. What it throws for is kept, and one parcel that cannot be recorded does not
 * hold up the others.
 */
import type { ProbeResult } from "@statusquo/core";

/** Results that came home together and are settled together. */
export interface Parcel {
  results: ProbeResult[];
}

/** As many results as one call of `record` gets, unless a single parcel is larger: one transaction of the store. */
const TOGETHER = 500;

/** After so many parcels in a row that could not be recorded, it is the recorder that is ill, not the parcels. */
const GIVE_UP_AFTER = 3;

/** Which parcels were recorded, which must be handed over again, and the last reason. */
export function handOver<P extends Parcel>(
  parcels: readonly P[],
  record: (results: ProbeResult[]) => void,
): { recorded: P[]; kept: P[]; error: unknown } {
  const recorded: P[] = [];
  const kept: P[] = [];
  let error: unknown = null;
  let refusals = 0;
  const offer = (group: readonly P[]): boolean => {
    try {
      record(group.flatMap(({ results }) => results));
      recorded.push(...group);
      refusals = 0;
      return true;
    } catch (thrown) {
      error = thrown;
      refusals++;
      return false;
    }
  };
  for (const group of groups(parcels)) {
    if (refusals >= GIVE_UP_AFTER) {
      kept.push(...group);
      continue;
    }
    if (offer(group)) continue;
    if (group.length === 1) kept.push(...group);
    else for (const parcel of group) if (refusals >= GIVE_UP_AFTER || !offer([parcel])) kept.push(parcel);
  }
  return { recorded, kept, error };
}

function groups<P extends Parcel>(parcels: readonly P[]): P[][] {
  const all: P[][] = [];
  let size = Number.POSITIVE_INFINITY;
  for (const parcel of parcels) {
    if (size + parcel.results.length > TOGETHER) {
      all.push([]);
      size = 0;
    }
    all.at(-1)?.push(parcel);
    size += parcel.results.length;
  }
  return all;
}
