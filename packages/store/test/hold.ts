/** A process that owns a store and commits a sample after another, naming each slot on stdout once it is durable. */
import { writeSync } from "node:fs";
import { openStore } from "../src/index.ts";
import { MINUTE, monitorOf, START, sample } from "./world.ts";

const { writer } = openStore({ path: process.argv[2] ?? "" });
writer.transaction(() => writer.putDefinitions([monitorOf("checkout")], START));
for (let minute = 0; ; minute++) {
  const slot = START + minute * MINUTE;
  writer.transaction(() => {
    writer.putResult(sample(200, { slot }), { expected: true, late: false });
    writer.putResult(sample(409, { slot, region: "us" }), { expected: false, late: false });
  });
  writeSync(1, `${slot}\n`);
}
