import { expect, test } from "vitest";
import { type Loaded, type LoadResult, problemText } from "./load.ts";
import { startReloading } from "./reload.ts";

const loaded = (count: number): LoadResult => ({
  ok: true,
  loaded: {
    monitors: Array.from({ length: count }, (_, index) => ({ id: `m${index}` })),
    channels: [],
    files: [{ file: "a.yaml", text: "" }],
  } as unknown as Loaded,
});
const broken: LoadResult = { ok: false, problems: [{ file: "a.yaml", line: 2, column: 1, message: "broken" }] };

function world() {
  let inForce = 10;
  let onDisk: LoadResult = loaded(10);
  let reads = 0;
  const said: string[] = [];
  const reloading = startReloading({
    load: async () => {
      reads += 1;
      return onDisk;
    },
    redefine: async (result) => {
      if (result.ok) inForce = result.loaded.monitors.length;
      else said.push(result.problems.map(problemText).join());
    },
    monitors: () => Array.from({ length: inForce }, (_, index) => ({ id: `m${index}` })),
    howToConfirm: "nod",
    onTrouble: (error) => said.push(String(error)),
  });
  return {
    reloading,
    said,
    edit(result: LoadResult) {
      onDisk = result;
      return reloading.changed();
    },
    inForce: () => inForce,
    reads: () => reads,
  };
}

test("H15: an edit that takes many monitors away is held, says how to go on, and is taken up when it is meant", async () => {
  const { edit, said, inForce, reloading } = world();
  await edit(loaded(4));
  expect(inForce()).toBe(10);
  expect(said).toEqual([
    "a.yaml:1:1: this edit takes away 6 of 10 monitors (m4, m5, m6 and 3 more), so it is held back; if that is meant, nod",
  ]);
  expect(await reloading.confirm()).toBe(true);
  expect(inForce()).toBe(4);
  expect(await reloading.confirm()).toBe(false);
});

test("F61: what is held is let go by the next edit, and nothing can be confirmed of a broken one", async () => {
  const { edit, inForce, reloading, said } = world();
  await edit(loaded(4));
  await edit(broken);
  expect(await reloading.confirm()).toBe(false);
  expect(said.at(-1)).toBe("a.yaml:2:1: broken");
  await edit(loaded(9));
  expect(inForce()).toBe(9);
});

test("F62: edits that come while one is read are read together, and the newest is in force", async () => {
  const { edit, inForce, reads } = world();
  const edits = Array.from({ length: 100 }, (_, index) => edit(loaded(10 + index)));
  await Promise.all(edits);
  expect(inForce()).toBe(109);
  expect(reads()).toBeLessThanOrEqual(2);
});
