/** The definitions of a world: targets that are well all the time, and some that answer 409. */

export interface Shape {
  regions: string[];
  /** Monitors whose target is well. */
  healthy: number;
  /** Monitors whose target is told to be ill. */
  ill: number;
  mailTo: string[];
  /** Addresses of this machine under which the target is asked for, in turn. */
  targetHosts: string[];
}

export function definitionsOf(shape: Shape, ports: Record<"target" | "mail" | "slack" | "heartbeat", number>) {
  const healthy = Array.from({ length: shape.healthy }, (_, index) => `well-${index}`);
  const ill = Array.from({ length: shape.ill }, (_, index) => `ill-${index}`);
  const monitors = [...healthy, ...ill];
  const monitor = (id: string, index: number) => `  - id: ${id}
    url: http://${shape.targetHosts[index % shape.targetHosts.length]}:${ports.target}/${id}
    headers: { authorization: "Bearer \${env:ORDERS_TOKEN}" }
    every: 5s
    timeout: 2s
    allow_private: true
    slot_header: true
    notify: [oncall, team]
`;
  const text = `regions: [${shape.regions.join(", ")}]
channels:
  oncall: { slack: { webhook: "http://127.0.0.1:${ports.slack}/services/T/B/x" } }
  team: { email: { to: [${shape.mailTo.join(", ")}], from: statusquo@example.com, smtp: "smtp://127.0.0.1:${ports.mail}" } }
self: { heartbeat: "http://127.0.0.1:${ports.heartbeat}/beat" }
monitors:
${monitors.map(monitor).join("")}`;
  return { text, monitors };
}
