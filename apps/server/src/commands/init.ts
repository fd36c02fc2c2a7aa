/** `statusquo init`: writes a commented definitions file to begin with. Never over one that exists. */
import { writeFileSync } from "node:fs";
import type { CommandContext } from "./command.ts";

export const FIRST_DEFINITIONS = `# yaml-language-server: $schema=./statusquo.schema.json
# What to watch. "npx statusquo check" says what is wrong with it; a running server takes changes up by itself.

regions: [local]                       # names of your own; over Redis, each is served by workers of that name

# channels:                            # whom to tell; secrets are references, never written here
  # oncall: { slack: { webhook: "\${env:SLACK_WEBHOOK_URL}" } }
  # team:   { email: { to: [you@example.com], from: statusquo@example.com, smtp: "\${env:SMTP_URL}" } }

defaults:
  every: 1m                            # 5s to 1h
  timeout: 10s                         # one deadline over everything, shorter than \`every\`
  false_alarms: 1/year                 # the detector's only knob: what it may cost you
  # notify: [oncall, team]

monitors:
  - url: https://example.com/          # id and name are made from it: example-com

  # - id: create-order
  #   name: Create order
  #   tags: [checkout]
  #   method: POST
  #   url: https://api.example.com/orders
  #   headers: { authorization: "Bearer \${env:ORDERS_TOKEN}", idempotency-key: "{{uuid}}" }
  #   json: { sku: PROBE, quantity: 1, note: "{{region}} {{slot}}" }
  #   expect: [201]                    # how often other codes are usual is learned, per code
  #   redact: ["$.customer"]           # removed from stored responses
`;

export async function init({ rest, print, printError }: CommandContext): Promise<number> {
  const file = rest[0] ?? "statusquo.yaml";
  try {
    writeFileSync(file, FIRST_DEFINITIONS, { flag: "wx" });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    printError(
      code === "EEXIST"
        ? `init: ${file} exists already and was left as it is`
        : `init: ${file} cannot be written: ${message}`,
    );
    return 1;
  }
  print(`${file} is written. Next: npx statusquo check, then npm start`);
  return 0;
}
