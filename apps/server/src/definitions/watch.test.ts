import { mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { watchDefinitions } from "./watch.ts";

function watched() {
  const folder = mkdtempSync(join(tmpdir(), "statusquo-watch-"));
  const file = join(folder, "statusquo.yaml");
  writeFileSync(file, "monitors: []");
  const changes: (() => void)[] = [];
  let count = 0;
  const watching = watchDefinitions(file, {
    settleMs: 20,
    pollMs: 20,
    onChanged() {
      count++;
      changes.shift()?.();
    },
  });
  onTestFinished(() => {
    watching.close();
    rmSync(folder, { recursive: true });
  });
  const nextChange = () => new Promise<void>((resolve) => changes.push(resolve));
  return { file, folder, nextChange, count: () => count };
}

test("an edited file is told once it stands still", async () => {
  const { file, nextChange } = watched();
  const change = nextChange();
  writeFileSync(file, "monitors: [{}]");
  await change;
});

test("an editor that replaces the file is noticed, again and again", async () => {
  const { file, folder, nextChange, count } = watched();
  for (let edit = 1; edit <= 3; edit++) {
    const change = nextChange();
    writeFileSync(join(folder, ".swap"), `monitors: [${"{}, ".repeat(edit)}]`);
    renameSync(join(folder, ".swap"), file);
    await change;
  }
  expect(count()).toBe(3);
});

test("a file that goes away is told, and told again when it is back", async () => {
  const { file, nextChange } = watched();
  const gone = nextChange();
  rmSync(file);
  await gone;
  const back = nextChange();
  writeFileSync(file, "monitors: []");
  await back;
});
