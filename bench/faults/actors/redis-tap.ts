/** Listens to all that Redis is told (MONITOR), and writes down for which slots it took a sample. */
import { connect } from "node:net";
import { openLedger, type RedisEvent } from "../ledger.ts";
import { given, ledgerFile, onOrder, ready } from "./actor.ts";

const write = openLedger<RedisEvent>(ledgerFile);
const port = Number(given[0]);
const AGAIN_MS = 50;
const ADDED = /"xadd" "statusquo:results" .* "((?:[^"\\]|\\.)*)"$/i;
onOrder(() => {});

function listen() {
  const socket = connect(port, "127.0.0.1", () => socket.write("MONITOR\r\n"));
  let rest = "";
  socket.setEncoding("utf8").on("data", (chunk: string) => {
    const lines = (rest + chunk).split("\r\n");
    rest = lines.pop() ?? "";
    for (const line of lines) {
      if (line === "+OK") ready(0);
      const entry = ADDED.exec(line)?.[1];
      if (entry !== undefined) for (const slot of sampledIn(plain(entry))) write({ kind: "added", slot });
    }
  });
  // Redis may be killed at any time, and comes back on the same port.
  socket.on("error", () => {});
  socket.on("close", () => setTimeout(listen, AGAIN_MS));
}

const ESCAPED: Record<string, string> = { n: "\n", r: "\r", t: "\t", a: "\x07", b: "\b" };

/** What stood there before Redis escaped it. */
function plain(text: string): string {
  return text.replaceAll(/\\(?:x([0-9a-f]{2})|(.))/g, (_, hex: string | undefined, sign: string) =>
    hex === undefined ? (ESCAPED[sign] ?? sign) : String.fromCharCode(Number.parseInt(hex, 16)),
  );
}

/** Keys of the slots that an entry of the stream has samples of. */
function sampledIn(text: string): string[] {
  try {
    const entry = JSON.parse(text) as { results?: { kind: string; monitor: string; region: string; slot: number }[] };
    return (entry.results ?? [])
      .filter(({ kind }) => kind === "sampled")
      .map(({ monitor, region, slot }) => `m-${monitor}.r-${region}.s-${slot}`);
  } catch {
    return [];
  }
}

listen();
