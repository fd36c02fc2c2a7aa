/** The `statusquo` command: reads flags and settings, runs one command, and says how it went with its exit code. */
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { StatusquoError } from "@statusquo/core";
import type { Command } from "./commands/command.ts";
import { readSettings } from "./settings.ts";

// Loaded when asked for: the store alone costs half a second, and `check` needs none of it.
const COMMANDS: Record<string, { does: string; load: () => Promise<Command>; help?: () => Promise<string> }> = {
  serve: {
    does: "run scheduler, recorder, analyzer, alerts, API and dashboard",
    load: async () => (await import("./commands/serve.ts")).serve,
  },
  check: {
    does: "validate definitions and print what would be scheduled",
    load: async () => (await import("./commands/check.ts")).check,
  },
  probe: {
    does: "probe MONITOR once, now, and print what came",
    load: async () => (await import("./commands/probe.ts")).probe,
  },
  replay: {
    does: "judge recorded samples as live: replay --help",
    load: async () => (await import("./commands/replay.ts")).replay,
    help: async () => (await import("./commands/replay.ts")).REPLAY_HELP,
  },
  init: { does: "write a commented definitions file", load: async () => (await import("./commands/init.ts")).init },
  doctor: {
    does: "look at everything a server here would need, and say what is wrong",
    load: async () => (await import("./commands/doctor.ts")).doctor,
  },
  backup: {
    does: "write a consistent copy of the data to FILE",
    load: async () => (await import("./commands/backup.ts")).backup,
  },
  "test-alert": {
    does: "send one test message to CHANNEL, and say what its provider said",
    load: async () => (await import("./commands/test-alert.ts")).testAlert,
  },
  selftest: {
    does: "send a made-up rise of 409 the whole way, from probe to channels, and time each stage",
    load: async () => (await import("./commands/selftest.ts")).selftest,
  },
  diagnose: {
    does: "read recorded 409s (JSON, of FILE or standard input) and print the causes of each",
    load: async () => (await import("./commands/diagnose.ts")).diagnose,
  },
  import: {
    does: "write definitions from a file of gatus, uptime-kuma, blackbox, openapi or curl",
    load: async () => (await import("./commands/import.ts")).importFrom,
  },
  schema: {
    does: "print the JSON Schema of definitions",
    load: async () => (await import("./commands/schema.ts")).schema,
  },
};

const HELP = `statusquo: watches HTTP status codes, learns what is usual, explains a rise of 409 Conflict

  npx statusquo COMMAND [flags]

${Object.entries(COMMANDS)
  .map(([name, { does }]) => `  ${name.padEnd(10)} ${does}`)
  .join("\n")}

  --config FILE|DIR  definitions (STATUSQUO_CONFIG, else ./statusquo.yaml, else the demo)
  --data DIR         where history is kept (STATUSQUO_DATA, else ./data)
  --host H           address to listen on (HOST, else 127.0.0.1)
  --port N           port to listen on (PORT, else 4090)
  --json             output for programs (check, probe, doctor, import, test-alert, selftest)
  --out FILE         where to write (schema, import)
  --force            write over a file that exists (import)
  --targets FILE     what the modules of a blackbox exporter probe: a prometheus.yml (import)
  --server URL       the address of the API of an OpenAPI document (import)
  --channel ID       only this channel (selftest)
  --no-send          stop before people are told (selftest)
  --text             output for people (diagnose)
  --help, --version

Settings are described in docs/configuration.md.`;

async function main(args: string[], env: NodeJS.ProcessEnv): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      config: { type: "string" },
      data: { type: "string" },
      host: { type: "string" },
      port: { type: "string" },
      json: { type: "boolean", default: false },
      out: { type: "string" },
      text: { type: "boolean", default: false },
      samples: { type: "string", multiple: true, default: [] },
      "false-alarms": { type: "string" },
      compare: { type: "boolean", default: false },
      monitor: { type: "string" },
      from: { type: "string" },
      to: { type: "string" },
      force: { type: "boolean", default: false },
      targets: { type: "string" },
      server: { type: "string" },
      channel: { type: "string" },
      "no-send": { type: "boolean", default: false },
      help: { type: "boolean", short: "h", default: false },
      version: { type: "boolean", short: "v", default: false },
    },
  });
  if (values.version) {
    console.log(JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")).version);
    return 0;
  }
  const [name, ...rest] = positionals;
  const ownHelp = values.help ? COMMANDS[name ?? ""]?.help : undefined;
  if (ownHelp) {
    console.log(await ownHelp());
    return 0;
  }
  if (values.help || name === undefined) {
    console.log(HELP);
    return values.help ? 0 : 2;
  }
  const command = COMMANDS[name];
  if (!command) {
    console.error(`statusquo: there is no command "${name}"; there are ${Object.keys(COMMANDS).join(", ")}`);
    return 2;
  }
  const run = await command.load();
  return run({
    settings: readSettings(env, values),
    flags: {
      json: values.json,
      out: values.out ?? null,
      text: values.text,
      replay: {
        samples: values.samples,
        falseAlarms: values["false-alarms"] ?? null,
        compare: values.compare,
        monitor: values.monitor ?? null,
        from: values.from ?? null,
        to: values.to ?? null,
      },
      force: values.force,
      targets: values.targets ?? null,
      server: values.server ?? null,
      noSend: values["no-send"],
      channel: values.channel ?? null,
    },
    rest,
    env,
    print: (line) => console.log(line),
    printError: (line) => console.error(line),
  });
}

// A reader that has seen enough, as in "| head", is no fault.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
  process.exit();
});

try {
  process.exitCode = await main(process.argv.slice(2), process.env);
} catch (error) {
  if (error instanceof StatusquoError) {
    console.error(`statusquo: ${error.message}`);
    process.exitCode = 1;
  } else if ((error as { code?: string }).code?.startsWith("ERR_PARSE_ARGS")) {
    console.error(`statusquo: ${(error as Error).message}\nstatusquo: see npx statusquo --help`);
    process.exitCode = 2;
  } else throw error;
}
