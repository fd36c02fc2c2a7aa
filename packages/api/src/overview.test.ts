import type { ProbeResult } from "@statusquo/core";
import { expect, test } from "vitest";
import { createApi } from "./api.ts";
import { world } from "./testing/world.ts";
import type { PackedOverview } from "./views.ts";

/** What an API says that has long answered, and one that was asked for the first time. */
async function bothSay(here: ReturnType<typeof world>, window: string) {
  const path = `/api/v1/monitors?window=${window}`;
  const kept = (await (await here.get(path)).json()) as PackedOverview;
  const anew = (await (await createApi(here.ports).request(path)).json()) as PackedOverview;
  return { kept, anew };
}

/** Stores a sample as a commit does. */
function store(here: ReturnType<typeof world>, code: number, slot = here.clock.now() - 1_000) {
  const monitor = here.monitors.orders.id;
  const region = "eu-west";
  const known = here.memory.slots.find((each) => each.monitor === monitor && each.region === region);
  if (known === undefined) throw new Error("the world lost its samples");
  here.memory.slots.push({ ...known, slot, code });
  const result: ProbeResult = { kind: "missed", monitor, region, slot, reason: "no_result" };
  here.emit({ kind: "committed", results: [result], judgements: [] });
}

for (const window of ["1h", "6h", "24h"])
  test(`rows of ${window} that are kept say what rows made anew say`, async () => {
    const here = world();
    await here.get(`/api/v1/monitors?window=${window}`);
    const steps: Record<string, () => unknown> = {
      "a conflict": () => store(here, 409),
      "nothing but time": () => here.clock.advance(61_000),
      "another code": () => store(here, 503),
      "a new cell and quarter": () => here.clock.advance(16 * 60_000),
      "an edit": () => here.post("/api/v1/incidents/412/acknowledge", {}, { "if-match": '"1"' }),
      "what comes late": () => store(here, 409, here.clock.now() - 40 * 60_000),
      "a verdict": () => {
        const verdict = here.memory.verdicts.get("orders");
        if (verdict === undefined) throw new Error("the world lost its verdict");
        const next = { ...verdict, slot: here.clock.now() - 60_000, reason: "spike: still" };
        here.memory.verdicts.set("orders", next);
        const judgements = [{ verdict: next, incident: null, transition: null }];
        here.emit({ kind: "committed", results: [], judgements });
      },
      "an end of the incident": () => {
        here.memory.incidents = [];
        store(here, 200);
      },
      "a day without samples": () => here.clock.advance(25 * 3_600_000),
    };
    for (const [name, step] of Object.entries(steps)) {
      await step();
      // Percentiles are kept for a minute.
      here.clock.advance(60_000);
      const { kept, anew } = await bothSay(here, window);
      expect(kept, name).toEqual(anew);
    }
  });

test("a row of a definition that changed is made anew; one that is gone is in no answer", async () => {
  const here = world();
  let monitors = [...here.ports.monitors()];
  here.ports.monitors = () => monitors;
  await here.get("/api/v1/monitors");
  monitors = monitors.map((each) => ({ ...each, name: `${each.name} renamed` })).slice(0, 1);
  here.clock.advance(60_000);
  here.emit({ kind: "definitions" });
  const { kept, anew } = await bothSay(here, "6h");
  expect(kept).toEqual(anew);
  expect(kept.monitors.map(({ name }) => name)).toEqual(monitors.map(({ name }) => name));
});

test("only monitors that something was stored about are counted anew", async () => {
  const here = world();
  const asked: unknown[] = [];
  const { counts } = here.ports.reader;
  const many = Array.from({ length: 20 }, (_, index) => ({ ...here.monitors.health, id: `health-${index}` }));
  here.ports.monitors = () => [here.monitors.orders, ...many];
  here.ports.reader.counts = (query) => {
    asked.push(query.monitors);
    return counts(query);
  };
  await here.get("/api/v1/monitors");
  asked.length = 0;
  here.clock.advance(1_000);
  await here.get("/api/v1/monitors");
  expect(asked).toEqual([]);
  store(here, 409);
  here.clock.advance(1_000);
  await here.get("/api/v1/monitors");
  expect(asked).toEqual([["orders"]]);
});
