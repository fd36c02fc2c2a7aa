#!/usr/bin/env node
// Plain JavaScript, so that an old Node says what is wrong instead of crashing on the first .ts file:
// better-sqlite3 13 needs Node-API 10, and type stripping needs Node 24.
const [major] = process.versions.node.split(".").map(Number);
if (Number(process.versions.napi) < 10 || major < 24) {
  console.error(
    `statusquo: needs Node 26 (24 works), this is ${process.versions.node}. Run it with "npm start" or "npx statusquo": they use the Node of this folder.`,
  );
  process.exit(1);
}
await import("../src/main.ts");
