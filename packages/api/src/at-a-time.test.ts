import { expect, test } from "vitest";
import { atATime } from "./at-a-time.ts";
import { RefusedRequest } from "./problem.ts";

test("places are free again in whatever order work ends", async () => {
  const limited = atATime(2);
  const gates = Array.from({ length: 4 }, () => Promise.withResolvers<void>());
  const work = (index: number) => limited("replay", "busy", () => gates[index]!.promise);
  const [first, second] = [work(0), work(1)];
  await expect(work(2)).rejects.toThrow(RefusedRequest);
  gates[0]!.resolve();
  await first;
  const third = work(2);
  await expect(work(3)).rejects.toThrow("busy");
  gates[1]!.resolve();
  gates[2]!.resolve();
  await Promise.all([second, third]);
  for (const gate of gates) gate.resolve();
  await Promise.all([work(0), work(1)]);
});
