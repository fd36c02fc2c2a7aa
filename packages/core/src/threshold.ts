/**
 * Threshold: how much evidence opens an incident, with an audit of itself.
 *
 * ln A has to reach 0, or more when the stream's own past shows excursions more often than theory allows: a world that
 * breaks the assumptions pays with delay, not with false alarms.
 */

/** An excursion begins above this ln A, and ends 2 below it or 4 below its peak. */
const EXCURSION_LEVEL = -6;
const EXCURSION_END = -8;
const EXCURSION_FALL = 4;
/** Excursions that theory allows in a period of the statistic's growth. */
const EXCURSIONS_PER_PERIOD = 0.15 * Math.exp(-EXCURSION_LEVEL);
const PRIOR_EXCURSIONS = 4;
/** Ratios below this raise nothing. */
const TOLERANCE = 1.1;
const GAIN = 4;
const THRESHOLD_MAX = 5;
/** Half-life, in quarters of an hour: 45 days. */
const DECAY = 2 ** (-0.25 / 24 / 45);
const NO_PEAK = -99;

export interface Audit {
  inExcursion: boolean;
  /** Highest ln A of the running excursion. */
  peak: number;
  /** Finished excursions and minutes watched, both discounted. */
  excursions: number;
  watchedMin: number;
}

export function newAudit(): Audit {
  return { inExcursion: false, peak: NO_PEAK, excursions: 0, watchedMin: 0 };
}

/** Leaves the running excursion uncounted: it became an incident, or part of one. */
export function dropExcursion(audit: Audit): void {
  audit.inExcursion = false;
  audit.peak = NO_PEAK;
}

export function ageAudit(audit: Audit, quarters: number): void {
  const factor = DECAY ** quarters;
  audit.excursions *= factor;
  audit.watchedMin *= factor;
}

/**
 * Notes `lnEvidence` after `elapsedMin` more minutes, and says what ln A has to reach now, 0 to 5.
 *
 * @see docs/statistics.md#threshold
 */
export function auditThreshold(audit: Audit, lnEvidence: number, elapsedMin: number, periodMin: number): number {
  audit.watchedMin += elapsedMin;
  if (!audit.inExcursion) {
    if (lnEvidence > EXCURSION_LEVEL) {
      audit.inExcursion = true;
      audit.peak = lnEvidence;
    }
  } else {
    audit.peak = Math.max(audit.peak, lnEvidence);
    if (lnEvidence < audit.peak - EXCURSION_FALL || lnEvidence < EXCURSION_END) {
      dropExcursion(audit);
      audit.excursions += 1;
    }
  }
  const allowed = (EXCURSIONS_PER_PERIOD * audit.watchedMin) / periodMin;
  const ratio = (audit.excursions + PRIOR_EXCURSIONS) / (allowed + PRIOR_EXCURSIONS) / TOLERANCE;
  return ratio > 1 ? Math.min(GAIN * Math.log(ratio), THRESHOLD_MAX) : 0;
}
