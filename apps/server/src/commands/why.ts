/**
 * `statusquo why MONITOR`: why a slot was judged as it was, in words and numbers, from the data folder, also beside a
 * server. Exit 0 when it can be said, 1 when nothing is kept of that time, 2 when asked wrongly.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { chanceText, nearest, slotWhyText } from "@statusquo/core";
import { openForReadingOnly } from "@statusquo/store";
import { instantOf } from "../instant.ts";
import type { CommandContext } from "./command.ts";

export async function why({ settings, flags, rest, print, printError }: CommandContext): Promise<number> {
  const [id] = rest;
  if (id === undefined || rest.length > 1) {
    printError("why: name a monitor, such as: npx statusquo why create-order --at 2026-01-06T14:00Z");
    return 2;
  }
  const asked = flags.deploy?.at ?? null;
  const at = asked === null ? Date.now() : instantOf(asked);
  if (at === undefined || at === null) {
    printError(`why: --at must be such as 2026-01-06T14:00Z or epoch ms; got "${asked}"`);
    return 2;
  }
  const demo = join(settings.data, "demo", "statusquo.db");
  const isDemo = settings.config === null && existsSync(demo);
  const { reader, close } = openForReadingOnly({ path: isDemo ? demo : join(settings.data, "statusquo.db") });
  try {
    const judged = reader.verdicts();
    if (!judged.has(id)) {
      const known = [...judged.keys()].sort();
      const near = nearest(id, known);
      const hint = near ? `did you mean "${near}"?` : `there are ${known.join(", ") || "none"}`;
      printError(`why: nothing was judged of a monitor "${id}"; ${hint}`);
      return 2;
    }
    const found = reader.why(id, at);
    if (found === null) {
      const when = new Date(at).toISOString();
      printError(`why: no verdict on ${id} at ${when} is kept; they are kept for 7 days`);
      return 1;
    }
    const perYear = reader.definitions(id)[0]?.falseAlarmsPerYear ?? 1;
    const text = slotWhyText(found, perYear);
    const { strongest } = found;
    const chance = strongest && chanceText(strongest.lnEvidence, perYear);
    const limit = strongest && chanceText(strongest.lnThreshold, perYear);
    if (flags.json) print(JSON.stringify({ ...found, text, chance, limit, falseAlarmsPerYear: perYear }));
    else {
      print(`${id} at ${new Date(found.slot).toISOString()}`);
      print(text);
    }
    return 0;
  } finally {
    close();
  }
}
