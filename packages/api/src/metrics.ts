/**
 * Metrics for Prometheus. Bounded: monitors are those in force, codes 16 per monitor (the rest is `other`), and what is
 * no longer defined is no longer said.
 */
import { codeOf, type MonitorId } from "@statusquo/core";
import { Counter, Gauge, Registry } from "prom-client";
import { definitionsStatus, readiness } from "./health.ts";
import { standingOf } from "./overview.ts";
import type { ApiPorts } from "./ports.ts";

const CODES_PER_MONITOR = 16;
/** Monitors named one by one; above that they are counted together as `other`. */
const MONITORS_NAMED = 2_000;
const OTHER = "other";

export interface Metrics {
  text(): Promise<string>;
  contentType: string;
}

export function createMetrics(ports: ApiPorts, streamClients: () => number): Metrics {
  const registry = new Registry();
  const registers = [registry];
  const codesOf = new Map<MonitorId, Set<string>>();
  let named = new Set<MonitorId>();

  const probes = new Counter({
    name: "statusquo_probes_total",
    help: "Samples stored since this process began, by monitor and status code; 0 is no answer.",
    labelNames: ["monitor", "code"],
    registers,
  });
  const missed = new Counter({
    name: "statusquo_missed_total",
    help: "Slots without a sample since this process began, by reason; all of these are ours.",
    labelNames: ["reason"],
    registers,
  });
  const standing = new Gauge({
    name: "statusquo_monitor_standing",
    help: "1 for the standing each monitor is in.",
    labelNames: ["monitor", "standing"],
    registers,
  });
  const gauge = (name: string, help: string) => new Gauge({ name, help, registers });
  const openIncidents = gauge("statusquo_incidents_open", "Open incidents.");
  const pending = gauge(
    "statusquo_outbox_oldest_pending_seconds",
    "Age of the oldest message not delivered; 0 without.",
  );
  const storeBytes = gauge("statusquo_store_bytes", "Size of the database.");
  const clients = gauge("statusquo_stream_clients", "Screens listening to the stream.");
  const definitionsOk = gauge("statusquo_definitions_ok", "1 when the newest edit of the definitions is in force.");
  const checks = new Gauge({
    name: "statusquo_ready",
    help: "1 for each check of readiness that holds.",
    labelNames: ["check"],
    registers,
  });

  function nameMonitors(): void {
    named = new Set(
      ports
        .monitors()
        .slice(0, MONITORS_NAMED)
        .map(({ id }) => id),
    );
    for (const [id, codes] of codesOf) {
      if (named.has(id) || id === OTHER) continue;
      for (const code of codes) probes.remove(id, code);
      codesOf.delete(id);
    }
  }

  function labelOf(monitor: MonitorId, code: number): [monitor: string, code: string] {
    const label = named.has(monitor) ? monitor : OTHER;
    let codes = codesOf.get(label);
    if (codes === undefined) codesOf.set(label, (codes = new Set()));
    const text = codes.has(String(code)) || codes.size < CODES_PER_MONITOR ? String(code) : OTHER;
    codes.add(text);
    return [label, text];
  }

  nameMonitors();
  const unsubscribe = ports.subscribe((event) => {
    if (event.kind === "definitions") return nameMonitors();
    if (event.kind !== "committed") return;
    for (const result of event.results) {
      if (result.kind === "missed") missed.inc({ reason: result.reason });
      else probes.labels(...labelOf(result.monitor, codeOf(result.outcome))).inc();
    }
  });
  ports.closing?.addEventListener("abort", unsubscribe, { once: true });

  function look(): void {
    const now = ports.clock.now();
    const verdicts = ports.reader.verdicts();
    standing.reset();
    for (const monitor of ports.monitors())
      if (named.has(monitor.id))
        standing.set({ monitor: monitor.id, ...pick(standingOf(monitor, verdicts.get(monitor.id) ?? null, now)) }, 1);
    const { bytes, oldestPending } = ports.reader.condition();
    openIncidents.set(ports.reader.incidents({ state: "open", limit: 100_000 }).length);
    pending.set(oldestPending === null ? 0 : Math.max(0, now - oldestPending) / 1_000);
    storeBytes.set(bytes);
    clients.set(streamClients());
    definitionsOk.set(definitionsStatus(ports).error === null ? 1 : 0);
    for (const { name, ok } of readiness(ports)) checks.set({ check: name }, ok ? 1 : 0);
  }

  return {
    contentType: registry.contentType,
    async text() {
      look();
      return await registry.metrics();
    },
  };
}

const pick = ({ standing }: { standing: string }) => ({ standing });
