/**
 * The demo's definitions, as a person would write them, with the ports of this run filled in.
 */
import type { Region } from "@statusquo/core";

export interface DemoPlaces {
  serviceUrl: string;
  slackWebhookUrl: string;
  smtpUrl: string;
  regions: readonly Region[];
}

/** YAML, ready to be read like any definition of the user's own. */
export function demoDefinitions({ serviceUrl, slackWebhookUrl, smtpUrl, regions }: DemoPlaces): string {
  return `# What the bundled demo watches: a real service on this machine, probed by ${regions.length} regions every 5 s.
# Write your own as statusquo.yaml, and the demo makes room for it.
regions: [${regions.join(", ")}]

channels:
  oncall: { slack: { webhook: "${slackWebhookUrl}" } }
  team:   { email: { to: [shop-team@example.com], from: statusquo@example.com, smtp: "${smtpUrl}" } }

defaults:
  every: 5s
  timeout: 3s
  allow_private: true            # the demo service lives on loopback
  notify: [oncall, team]

monitors:
  - id: save-document
    name: Save a document
    tags: [documents]
    method: PUT
    url: ${serviceUrl}/documents/shift-plan
    usual: { 409: 3% }
    headers: { x-demo-region: "{{region}}" }
    json: { text: "Checked from {{region}} at {{slot}}.", by: "a probe" }
    expect: [200]

  - id: read-handbook
    name: Read the handbook
    tags: [documents]
    url: ${serviceUrl}/documents/handbook
    headers: { x-demo-region: "{{region}}" }

  - id: register-user
    name: Register a user
    tags: [accounts]
    method: POST
    url: ${serviceUrl}/users
    usual: { 409: 3% }
    headers: { x-demo-region: "{{region}}" }
    json: { email: "probe-{{uuid}}@example.com", nickname: guest, guest: true }
    expect: [201]

  - id: cancel-order
    name: Cancel an order
    tags: [shop]
    method: POST
    url: ${serviceUrl}/orders/latest/cancel
    usual: { 409: 3% }
    headers: { x-demo-region: "{{region}}" }
    expect: [200]

  - id: upload-file
    name: Upload a file
    tags: [files]
    method: PUT
    url: ${serviceUrl}/files/inbox/probe.txt
    usual: { 409: 3% }
    headers: { x-demo-region: "{{region}}" }
    json: { content: "Written from {{region}} at {{slot}}." }
    expect: [200, 201]

  - id: front-door
    name: Front door
    tags: [shop]
    url: ${serviceUrl}/status/200
    headers: { x-demo-region: "{{region}}" }
`;
}
