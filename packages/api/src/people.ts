/** What people added, as the API shows it, and whom it is about. */
import {
  type Acceptance,
  type Deploy,
  type DeployBefore,
  deployConcerns,
  deployText,
  type EpochMs,
  isActive,
  type MaintenanceAt,
  type Monitor,
  type Reader,
  type Silence,
} from "@statusquo/core";
import type { AcceptanceDetail, DeployBeforeDetail, DeployDetail, MuteDetail, SilenceDetail } from "./views.ts";

export function silenceDetail(silence: Silence, now: EpochMs): SilenceDetail {
  const { id, match, createdAt, endsAt, endedAt, reason, by } = silence;
  const { monitors, tags, codes, regions } = match;
  return {
    id,
    match: {
      ...(monitors && { monitors: [...monitors] }),
      ...(tags && { tags: [...tags] }),
      ...(codes && { codes: [...codes] }),
      ...(regions && { regions: [...regions] }),
    },
    createdAt,
    endsAt,
    endedAt,
    reason,
    by,
    active: isActive(silence, now),
  };
}

export function deployDetail(deploy: Deploy): DeployDetail {
  const { id, at, service, version, regions, monitors, tags, url, by } = deploy;
  return { id, at, service, version, regions: [...regions], monitors: [...monitors], tags: [...tags], url, by };
}

export function deployBeforeDetail(deploy: DeployBefore | null): DeployBeforeDetail | null {
  if (deploy === null) return null;
  const { id, at, service, version, url, afterMs, sameRegions } = deploy;
  return { id, at, service, version, url, afterMs, sameRegions, text: deployText(deploy) };
}

export function acceptanceDetail(acceptance: Acceptance, now: EpochMs): AcceptanceDetail {
  const { id, incident, monitor, at, by, reason, scope, undoableUntil, undoneAt } = acceptance;
  const { streams, regions } = scope;
  return {
    id,
    incident,
    monitor,
    at,
    by,
    reason,
    scope: { ...(streams && { streams: [...streams] }), ...(regions && { regions: [...regions] }) },
    undoableUntil,
    undoneAt,
    undoable: undoneAt === null && now <= undoableUntil,
  };
}

/** Silences that hold at once, at most. */
const MOST_SILENCES = 1_000;
/** Deploys looked through for those of one monitor, newest first. */
const DEPLOYS_READ = 500;

export function activeSilences(reader: Reader, now: EpochMs): Silence[] {
  return reader.silences({ activeAt: now, limit: MOST_SILENCES });
}

type Named = Pick<Monitor, "id" | "tags" | "regions">;

/** Whether a silence could mute something of a monitor. */
export function isAbout({ match }: Silence, monitor: Named): boolean {
  const { monitors, tags, regions } = match;
  if (monitors && !monitors.includes(monitor.id)) return false;
  if (tags && !tags.some((tag) => monitor.tags.includes(tag))) return false;
  return !regions || monitor.regions.some((region) => regions.includes(region));
}

/** Whether it mutes all that could happen to a monitor. */
function coversAll(silence: Silence, monitor: Named): boolean {
  const { codes, regions } = silence.match;
  if (codes || !isAbout(silence, monitor)) return false;
  return !regions || monitor.regions.every((region) => regions.includes(region));
}

/**
 * Why nothing of a monitor is told now: what mutes its incident, a maintenance, or a silence of all of it.
 *
 * @param muted what mutes its open incident
 */
export function muteOfMonitor(
  monitor: Named,
  muted: MuteDetail | null,
  silences: readonly Silence[],
  maintenanceAt: MaintenanceAt,
  now: EpochMs,
): MuteDetail | null {
  const running = maintenanceAt(monitor, now);
  if (running !== null)
    return { kind: "maintenance", name: running.name, until: running.until, reason: "planned maintenance" };
  const covering = silences.filter((silence) => coversAll(silence, monitor));
  const last = covering.toSorted((a, b) => b.endsAt - a.endsAt)[0];
  if (last) return { kind: "silence", name: String(last.id), until: last.endsAt, reason: last.reason };
  return muted;
}

/** Deploys in [from, to) that concern a monitor, newest first. */
export function deploysAbout(
  reader: Reader,
  monitor: Pick<Monitor, "id" | "tags">,
  from: EpochMs,
  to: EpochMs,
): DeployDetail[] {
  return reader
    .deploys({ from, to, limit: DEPLOYS_READ })
    .filter((deploy) => deployConcerns(deploy, monitor))
    .map(deployDetail);
}
