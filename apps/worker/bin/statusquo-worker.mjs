#!/usr/bin/env node
// Plain JavaScript, so that an old Node says what is wrong instead of crashing on the first .ts file:
// better-sqlite3 13 needs Node-API 10, and type stripping needs Node 24.
import * as module from "node:module";
import { fileURLToPath } from "node:url";

const [major] = process.versions.node.split(".").map(Number);
if (Number(process.versions.napi) < 10 || major < 24) {
  console.error(
    `statusquo-worker: needs Node 26 (24 works), this is ${process.versions.node}. Run it with "npm start" or "npx statusquo-worker": they use the Node of this folder.`,
  );
  process.exit(1);
}
// Compiled once, a start takes half the time. It is kept beside the code and trusted as that is; where nothing can be
// written there, nothing is kept.
module.enableCompileCache?.(fileURLToPath(new URL("../../../node_modules/.cache/statusquo", import.meta.url)));
await import("../src/main.ts");
