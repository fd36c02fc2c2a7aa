/**
 * A target whose every phase takes as long as is asked, in a process of its own, which says how long it really took.
 *
 * Both processes are held up by the same machine: what is compared is the prober's measure of a phase and the far end's
 * of the same one, so that noise which lengthens the phase lengthens both.
 */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import { createServer as createSecureServer } from "node:https";
import { type AddressInfo, connect, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { createSecureContext } from "node:tls";
import { fileURLToPath } from "node:url";
import type { Phases } from "@statusquo/core";
import { type HttpOptions, type HttpPlan, probeHttp } from "../http.ts";
import type { NameLookup } from "../lookup.ts";
import { fixtureTls, trustFixture } from "./tls.ts";

/** ms of each phase. */
export type PhaseTimes = Record<keyof Phases, number>;

/** What a phase took by both measures, ms. */
export type PhasePair = Record<keyof Phases, { prober: number; farEnd: number }>;

export interface PhaseTarget extends AsyncDisposable {
  /** One probe. The connection is made by a proxy that takes its time, for a kernel does not. */
  measure(): Promise<PhasePair>;
}

/** @param asked how long each phase is to take at least */
export async function startPhaseTarget(asked: PhaseTimes): Promise<PhaseTarget> {
  const child = fork(fileURLToPath(import.meta.url), [JSON.stringify(asked)], { serialization: "advanced" });
  const [ports] = (await once(child, "message")) as [{ target: number; proxy: number }];
  const secureContext = trustFixture("localhost");

  const measure = async (): Promise<PhasePair> => {
    let dns = 0;
    const names: NameLookup = {
      find: () => {
        const begun = performance.now();
        const addresses = sleep(asked.dns).then(() => {
          dns = performance.now() - begun;
          return [{ address: "127.0.0.1", family: 4 }];
        });
        return { addresses, begun: () => true };
      },
    };
    const plan: HttpPlan = {
      method: "GET",
      url: new URL(`https://localhost:${ports.target}/`),
      headers: {},
      body: null,
    };
    const options: HttpOptions = {
      ...{ timeoutMs: 30_000, allowPrivate: true, followRedirects: 0, userAgent: "statusquo/test" },
      ...{ names, secureContext },
      way: { proxy: { host: "proxy.example", port: ports.proxy, credentials: null } },
    };
    const exchange = await probeHttp(plan, options);
    if (exchange.end.kind !== "status") throw new Error(`the phase target failed: ${JSON.stringify(exchange.end)}`);
    const farEnd = { ...(await timesOf(child)), dns };
    const { phases } = exchange;
    const pair = (phase: keyof Phases) => ({ prober: phases[phase] ?? Number.NaN, farEnd: farEnd[phase] });
    return {
      ...{ dns: pair("dns"), connect: pair("connect"), tls: pair("tls") },
      ...{ firstByte: pair("firstByte"), body: pair("body") },
    };
  };
  return {
    measure,
    async [Symbol.asyncDispose]() {
      const gone = once(child, "exit");
      child.kill();
      await gone;
    },
  };
}

async function timesOf(child: ChildProcess): Promise<Omit<PhaseTimes, "dns">> {
  const answered = once(child, "message");
  child.send("times");
  const [times] = (await answered) as [Omit<PhaseTimes, "dns">];
  return times;
}

/** The far end: each phase is timed where it happens, from what began it here to what ended it. */
async function serve(asked: PhaseTimes): Promise<void> {
  const times = { connect: 0, tls: 0, firstByte: 0, body: 0 };
  const since = (begun: number) => performance.now() - begun;

  const context = createSecureContext(fixtureTls("localhost"));
  const target = createSecureServer(
    {
      ...fixtureTls("localhost"),
      SNICallback: async (_, done) => {
        const begun = performance.now();
        await sleep(asked.tls);
        times.tls = since(begun);
        done(null, context);
      },
    },
    async (_, answer) => {
      const begun = performance.now();
      await sleep(asked.firstByte);
      answer.writeHead(200);
      answer.write("first");
      times.firstByte = since(begun);
      const headSent = performance.now();
      await sleep(asked.body);
      answer.end("last");
      times.body = since(headSent);
    },
  );
  const proxy = createServer();
  proxy.on("connect", async (message, near: Socket) => {
    const begun = performance.now();
    const far = connect(Number(/:(\d+)$/.exec(message.url ?? "")?.[1]), "127.0.0.1");
    far.on("error", () => near.destroy());
    near.on("error", () => far.destroy());
    await Promise.all([once(far, "connect"), sleep(asked.connect)]);
    near.setNoDelay(true);
    far.setNoDelay(true);
    near.write("HTTP/1.1 200 Connection established\r\n\r\n");
    times.connect = since(begun);
    far.pipe(near);
    near.pipe(far);
  });
  for (const server of [target, proxy]) await once(server.listen(0, "127.0.0.1"), "listening");
  process.on("message", () => process.send?.(times));
  process.on("disconnect", () => process.exit());
  const portOf = (server: { address(): unknown }) => (server.address() as AddressInfo).port;
  process.send?.({ target: portOf(target), proxy: portOf(proxy) });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await serve(JSON.parse(process.argv[2] ?? "{}"));
