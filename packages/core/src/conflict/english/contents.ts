/** Contents or histories differ, or a container does not run. */
import { DIFFERS, type Phrase } from "../phrases.ts";

const HASH = "(?:sha-?\\d{0,3}|checksum|digest|md5|hash|crc\\w{0,3})";

export const CONTENTS: readonly Phrase[] = [
  {
    pattern:
      /\bmerge[- ]?conflicts?\b|\bconflicts? (?:during|in|while|on) (?:the )?(?:merg|rebas|cherry)\w{0,5}|\bmerg(?:e|ing)\b[^.]{0,30}\bconflict|\b(?:not|cannot be|could not be|can't be|couldn't be|unable to be|failed to) (?:automatically )?(?:merg|rebas)\w{0,5}|\bnot mergeable\b|\bmergeable\b|\bfast[- ]?forward|\bcherry[- ]?pick|\bdiverged?\b|\bdiverging\b|\bpatch (?:does not|did not|failed to) apply|\brebase\b|\b(?:auto-?)?merge failed\b|\bfailed (?:auto-?)?merge\b|\bcould not (?:be )?appl(?:y|ied)\b/,
    means: "two histories do not merge",
    weights: { "file-or-merge": 4.6 },
  },
  {
    pattern: new RegExp(
      `\\b${HASH}\\b[^.]{0,60}?\\b(?:${DIFFERS}|is not|was|supplied|given|error|failed|invalid)\\b|\\b${DIFFERS}\\b[^.]{0,40}?\\b${HASH}\\b|\\b(?:invalid|wrong|bad|missing|unexpected)\\b[^.]{0,12}?\\b${HASH}\\b`,
    ),
    means: "two contents differ",
    weights: { "file-or-merge": 3.8 },
  },
  {
    pattern:
      /\b(?:hunk|patch|diff)(?:es|s)?\b[^.]{0,30}\b(?:apply|applied|applies|failed|fails|rejected|conflicts?)\b|\bblob\b[^.]{0,30}\b(?:is not|differs?|expected|changed)\b/,
    means: "two contents differ",
    weights: { "file-or-merge": 3.4 },
  },
  {
    pattern:
      /\b(?:file|content|contents|branch|head|base|ref|reference|tree|commit|working copy|source branch|target branch)s?\b[^.]{0,30}\b(?:was|has|have|had|is|were)\b(?: been)? (?:modified|changed|moved|updated|edited|advanced|out of date|out-of-date|behind|outdated|stale)\b|\b(?:file|content|branch)\b[^.]{0,20}\bchanged since\b|\b(?:latest|base|parent|head|last) (?:commit|revision sha|sha|branch)\b/,
    means: "the file or branch moved on",
    weights: { "file-or-merge": 3.4, "stale-version": 0.4 },
  },

  // A container does not run.
  {
    pattern:
      /\b(?:container|pod|sandbox|exec)s?\b[^;]{0,110}?\b(?:not (?:currently |yet )?(?:running|started|up)|isn't running|exited|stopped|paused|dead|restarting|crash|has no running)\b|\b(?:no running|not running|stopped|paused|exited|running|completed|terminated|failed|crashed|evicted) (?:container|pod)s?\b|\bonly\b[^.]{0,20}\brunning containers?\b/,
    means: "the container does not run",
    weights: { "container-not-running": 5.2, "invalid-state": -1.5, race: -1 },
  },
  {
    pattern: /\bcrash ?loop ?back ?off\b/,
    means: "the container keeps crashing",
    weights: { "container-not-running": 5 },
  },
  {
    pattern:
      /\b(?:server|instance|vm|virtual machine|machine|service|environment|application|process|node|cluster|session|task|domain|guest)\b[^.;]{0,60}?\b(?:not (?:currently )?(?:running|started|powered on|up)|isn't running|stopped|powered off|shut ?(?:off|down)|offline)\b/,
    means: "what has to run does not",
    weights: { "invalid-state": 2.6, "container-not-running": 1.8 },
  },
  {
    pattern:
      /\b(?:container|pod)s?\b[^.;]{0,60}\b(?:already (?:running|started|stopped|paused)|(?<!until the container |until container |until the pod )(?:is|still) running|not paused)\b|\b(?:remove|delete|removing|deleting) (?:an? )?(?:running|paused) (?:container|pod)\b/,
    means: "the container runs, and it may not",
    weights: { "invalid-state": 3.6, "container-not-running": -4 },
  },
];
