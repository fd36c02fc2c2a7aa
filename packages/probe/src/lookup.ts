/**
 * Names to addresses, without one slow name holding up all others.
 *
 * `dns.lookup` knows what the machine knows (hosts file, search domains, container names) but holds one of libuv's few
 * threads until the resolver gives up, 10 s and more. So lookups are shared per name, at most a budget of them run at
 * a time, and what has to wait asks the name servers directly meanwhile: there a *found* address is taken, while
 * "no such name" is not believed, because the machine may know better.
 */
import { promises as dns, type LookupAddress } from "node:dns";

/** One lookup under way. */
export interface Finding {
  /** Rejects with Node's dns errors, `code` ENOTFOUND, EAI_AGAIN and the like. */
  addresses: Promise<LookupAddress[]>;
  /** False as long as nobody could be asked for want of a thread: then a missing answer is not the name's fault. */
  begun(): boolean;
}

export interface NameLookup {
  find(hostname: string): Finding;
}

export interface NameLookupOptions {
  /** Lookups that may hold a thread at a time; default all of libuv's threads but one, which files need. */
  budget?: number;
  /** Asks the machine; holds a thread. */
  machine?: (hostname: string) => Promise<LookupAddress[]>;
  /** Asks the name servers; holds none. */
  servers?: (hostname: string) => Promise<LookupAddress[]>;
}

/** A lookup with its own budget. One per process is right: the threads are the process's. */
export function createNameLookup(options: NameLookupOptions = {}): NameLookup {
  const budget = options.budget ?? Math.max(1, (Number(process.env.UV_THREADPOOL_SIZE) || 4) - 1);
  const machine = options.machine ?? ((hostname) => dns.lookup(hostname, { all: true }));
  const servers = options.servers ?? askServers;
  const underWay = new Map<string, Finding>();
  const waiting: (() => void)[] = [];
  let running = 0;

  const find = (hostname: string): Finding => {
    const known = underWay.get(hostname);
    if (known) return known;
    let asked = false;
    const settled = Promise.withResolvers<LookupAddress[]>();
    const finding: Finding = { addresses: settled.promise, begun: () => asked };
    underWay.set(hostname, finding);
    const forget = () => {
      if (underWay.get(hostname) === finding) underWay.delete(hostname);
    };

    const ask = () => {
      running++;
      asked = true;
      machine(hostname)
        .then(settled.resolve, settled.reject)
        .finally(() => {
          running--;
          forget();
          waiting.shift()?.();
        });
    };
    if (running < budget) {
      ask();
      return finding;
    }
    waiting.push(ask);
    const leave = (found: LookupAddress[]) => {
      if (asked || found.length === 0) return;
      waiting.splice(waiting.indexOf(ask), 1);
      forget();
      asked = true;
      settled.resolve(found);
    };
    // Not found there proves nothing; this name keeps its place in the queue.
    servers(hostname).then(leave, () => undefined);
    return finding;
  };
  return { find };
}

/** A and AAAA records, straight from the configured name servers. */
async function askServers(hostname: string): Promise<LookupAddress[]> {
  const resolver = new dns.Resolver({ timeout: 2_000, tries: 2 });
  const [v4, v6] = await Promise.allSettled([resolver.resolve4(hostname), resolver.resolve6(hostname)]);
  return [
    ...(v4.status === "fulfilled" ? v4.value.map((address) => ({ address, family: 4 })) : []),
    ...(v6.status === "fulfilled" ? v6.value.map((address) => ({ address, family: 6 })) : []),
  ];
}
