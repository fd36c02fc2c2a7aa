/** What the API says: every GET of its contract, asked with what there is, and kept for the search for secrets. */
import { appendFileSync } from "node:fs";
import { join } from "node:path";
import type { World } from "./world.ts";

/** Never ends. */
const STREAM = "/stream";
const PATIENCE_MS = 20_000;

/** Writes the answers beside the ledgers, as `api.answers`; nothing where no server listens. */
export async function dumpAnswers(world: World): Promise<void> {
  if (world.url === "" || world.programs.get("server")?.running() !== true) return;
  const ask = (path: string) =>
    fetch(`${world.url}${path}`, { signal: AbortSignal.timeout(PATIENCE_MS) }).then(
      (answer) => answer.text(),
      () => "",
    );
  const contract = await ask("/api/v1/openapi.json");
  const { paths = {} } = contract === "" ? {} : (JSON.parse(contract) as { paths?: Record<string, { get?: object }> });
  const sample = world.tables()?.samples.findLast(({ outcome }) => outcome >= 100);
  for (const [path, { get }] of Object.entries(paths)) {
    if (get === undefined || path.endsWith(STREAM)) continue;
    const ids = path.includes("/monitors/") ? world.monitors : ["1", ...world.monitors.slice(-1)];
    for (const id of path.includes("{") ? ids : [""]) {
      const asked = path.replace("{id}", sample && path.includes("/samples/") ? await sampleId(ask, id) : id);
      const text = await ask(asked.replace(/\{\w+\}/, `${id}.svg`));
      appendFileSync(join(world.folder, "api.answers"), `GET ${asked}\n${text}\n`);
    }
  }
}

/** The id of a sample with evidence, as its monitor's list gives it. */
async function sampleId(ask: (path: string) => Promise<string>, monitor: string): Promise<string> {
  const text = await ask(`/api/v1/monitors/${monitor}/samples`);
  return /"id":"([^"]+)"/.exec(text)?.[1] ?? "1";
}
