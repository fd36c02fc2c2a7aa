/**
 * The demo service: a real HTTP server on loopback that plays one deployment per region.
 *
 * The header `x-demo-region` says whose deployment a request reaches, as a resolver would by where the caller is;
 * without it, or for a region unknown here, it is the first one's.
 */
import { createServer, type IncomingMessage, STATUS_CODES } from "node:http";
import type { Region } from "@statusquo/core";
import { type DemoAnswer, problemAnswer } from "./answer.ts";
import { createWaits, type DemoClock, type Random, type Waits, wallClock } from "./clock.ts";
import { type Deployment, startDeployment } from "./deployment.ts";
import { answerFaults, FAULTS_PATH } from "./fault-routes.ts";
import { createFaults, type Faults } from "./faults.ts";
import { asksForLoopback, listenOnLoopback, readBody } from "./loopback.ts";
import { answerRoute, type DemoRequest } from "./routes.ts";

export const DEMO_REGIONS: readonly [Region, ...Region[]] = ["eu-west", "us-east", "ap-south"];

/** How late the fault `slow` answers; longer than the demo's probes wait. */
export const SLOW_MS = 4_000;

const MAX_BODY_BYTES = 65_536;

export interface DemoServiceOptions {
  /** 0, the default, takes a free one. */
  port?: number;
  random?: Random;
  clock?: DemoClock;
  regions?: readonly [Region, ...Region[]];
}

export interface DemoService {
  url: string;
  faults: Faults;
  close(): Promise<void>;
}

/** The service without its sockets. "reset" is for the server to do: drop the connection without an answer. */
export interface DemoTarget {
  faults: Faults;
  answer(request: DemoRequest): Promise<DemoAnswer | "reset">;
  /** Stops the clients and lets everybody out who waits. */
  stop(): void;
}

export function startDemoTarget({
  random = Math.random,
  clock = wallClock,
  regions = DEMO_REGIONS,
}: Omit<DemoServiceOptions, "port"> = {}): DemoTarget {
  const faults = createFaults(clock);
  const waits = createWaits(clock);
  const deployments = new Map<Region, Deployment>(
    regions.map((region) => [region, startDeployment(region, clock, random, faults, waits)]),
  );

  return {
    faults,
    stop: waits.stop,
    async answer(request) {
      if (request.path === FAULTS_PATH || request.path.startsWith(`${FAULTS_PATH}/`)) {
        return answerFaults(request, faults);
      }
      const asked = request.headers["x-demo-region"] ?? "";
      const region = deployments.has(asked) ? asked : regions[0];
      const broken = await answerBroken(request, region, faults, waits);
      if (broken === "reset") return broken;
      const answer = broken ?? (await answerRoute(request, deployments.get(region)!));
      return { ...answer, headers: { ...answer.headers, "x-served-by": region } };
    },
  };
}

/** What a fault answers in place of the route; null when the route is to answer, perhaps later than it would. */
async function answerBroken(
  { path }: DemoRequest,
  region: Region,
  faults: Faults,
  waits: Waits,
): Promise<DemoAnswer | "reset" | null> {
  if (faults.meets("resets", path, region)) return "reset";
  if (faults.meets("slow", path, region)) await waits.pause(SLOW_MS);
  const everything = faults.meets("every-409", path, region);
  if (everything) {
    return problemAnswer(409, {
      type: "route",
      title: "Conflict",
      detail: `Route ${everything.path} is registered twice; the default branch answers.`,
    });
  }
  const locked = faults.meets("one-region", path, region);
  if (locked) {
    const since = new Date(locked.since ?? 0).toISOString();
    return problemAnswer(
      409,
      {
        type: "locked",
        title: "Locked by another writer",
        detail: `A stock-taking job in progress in ${region} has held the lock since ${since}; try again.`,
        region,
        locked_since: since,
      },
      { "retry-after": "30" },
    );
  }
  return null;
}

/**
 * @throws the server's own error when the port is taken
 */
export async function startDemoService({ port = 0, ...options }: DemoServiceOptions = {}): Promise<DemoService> {
  const target = startDemoTarget(options);
  const server = createServer(async (incoming, response) => {
    // A caller that goes away in the middle of its request takes its answer along.
    const answer = await answerIncoming(incoming, target).catch(() => "reset" as const);
    if (answer === "reset") {
      incoming.socket.resetAndDestroy();
      return;
    }
    if (response.destroyed) return;
    const text = answer.body === undefined ? null : Buffer.from(JSON.stringify(answer.body));
    const length = text ? { "content-length": text.length } : {};
    response.writeHead(answer.status, STATUS_CODES[answer.status] ?? "Unassigned", { ...answer.headers, ...length });
    response.end(text);
  });

  try {
    const listening = await listenOnLoopback(server, port);
    return {
      url: listening.url,
      faults: target.faults,
      async close() {
        target.stop();
        await listening.close();
      },
    };
  } catch (error) {
    target.stop();
    throw error;
  }
}

async function answerIncoming(incoming: IncomingMessage, target: DemoTarget): Promise<DemoAnswer | "reset"> {
  if (!asksForLoopback(incoming)) {
    const detail = "This service answers to 127.0.0.1 and localhost only.";
    return problemAnswer(421, { type: "host", title: "Misdirected request", detail });
  }
  const body = await readBody(incoming, MAX_BODY_BYTES);
  if (!body) {
    const detail = `A body has at most ${MAX_BODY_BYTES} bytes.`;
    return problemAnswer(413, { type: "too-large", title: "Too large", detail });
  }
  const headers = Object.fromEntries(
    Object.entries(incoming.headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(", ") : value]),
  );
  const path = (incoming.url ?? "/").split(/[?#]/, 1)[0]!;
  return target.answer({ method: incoming.method ?? "GET", path, headers, body: body.toString("utf8") });
}
