/**
 * The commands of the documents: which are run for real (`docs.process.test.ts`), and why the others are not.
 */

/** By how they begin: programs of ours, and asking them over HTTP. */
const RUN = [/^(?:REDIS_URL=\S+ )?npx statusquo(?:-worker)? /, /^redis-server /, /^curl /];

const FAULTS = "kills, freezes and starves programs for minutes; npm test ends with its quick form";

export const isRun = (command: string) => RUN.some((begins) => begins.test(command));

const ITSELF = "these tests are part of it";
const BUILDS = "installs and builds, which takes the network and minutes; npm test has done it before";
const FILES = "rewrites files of the repository; that its script exists is tested";
const DOCKER = "needs Docker; apps/server/test/compose.test.ts holds the file to its promises";
const LIVE = "asks a Redis in use; packages/transport/src/bullmq.redis.test.ts covers policy and quarantine";

/** Exactly as written. */
export const NOT_RUN: Readonly<Record<string, string>> = {
  "npm test": ITSELF,
  "npm run check": ITSELF,
  "npx turbo run test --filter=@statusquo/probe": ITSELF,
  "npx turbo run e2e --filter=@statusquo/server": ITSELF,
  "npm start": `${BUILDS}; the serve behind it is run here`,
  "npm ci --ignore-scripts": BUILDS,
  "npx turbo run build": BUILDS,
  "npm run format": FILES,
  "npm run schema": FILES,
  "npm run db:generate": FILES,
  "export PATH=$PWD/node_modules/.bin:$PATH": "says something to the reader's shell",
  "docker compose up --build": DOCKER,
  "docker compose up --build --detach": DOCKER,
  "docker compose ps": DOCKER,
  "redis-cli CONFIG SET maxmemory-policy noeviction": LIVE,
  "redis-cli LLEN statusquo:quarantine": LIVE,
  "npm run faults -- --quick": FAULTS,
  "npm run faults -- --full --report faults.md": FAULTS,
  "npm run faults -- --list": FAULTS,
  "npm run faults -- --help": FAULTS,
  "npm run faults -- --only kill-server-redis --times 200 --seed 7": FAULTS,
  "node bench/soak.ts 20": FAULTS,
};
