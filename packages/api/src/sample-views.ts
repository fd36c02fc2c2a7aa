/** Samples as the API shows them, a page at a time. */
import { type Monitor, type Reader, type StoredSlot, slotKeyText } from "@statusquo/core";
import type { SampleRow, Samples } from "./views.ts";

/** Regions a monitor may have had before, on top of those it has. */
const FORMER_REGIONS = 100;

/**
 * A page of slots, newest first. It ends with a whole slot, because the next page begins before one: so it may hold a few
 * rows more than `limit`.
 */
export function samplesPage(
  reader: Reader,
  monitor: Monitor,
  query: { limit: number; before?: number | undefined; code?: number | undefined; region?: string | undefined },
): Samples {
  const { limit, before, code, region } = query;
  const most = limit + monitor.regions.length + FORMER_REGIONS;
  const found = reader.samples({
    monitor: monitor.id,
    limit: most,
    ...(before !== undefined && { before }),
    ...(code !== undefined && { code }),
    ...(region !== undefined && { region }),
  });
  const lastSlot = found[limit - 1]?.slot;
  const page = lastSlot === undefined ? found : found.filter(({ slot }) => slot >= lastSlot);
  const next = page.length < found.length ? (lastSlot ?? null) : null;
  return { monitor: monitor.id, samples: page.map(sampleRow), next };
}

function sampleRow(stored: StoredSlot): SampleRow {
  const { region, slot, state, code, failure, missed, expected, late, startedAt, totalMs, phases } = stored;
  const { unmet, confirmation, hasEvidence } = stored;
  const known = { region, slot, state, code, failure, missed, expected, late, startedAt, totalMs, phases };
  return { id: slotKeyText(stored), ...known, unmet, confirmation, hasEvidence };
}
