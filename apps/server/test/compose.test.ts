import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { parse } from "yaml";

interface Service {
  image?: string;
  command?: string[];
  environment?: Record<string, string>;
  restart?: string;
  healthcheck?: { test: string[] };
  volumes?: (string | { source: string; target: string })[];
  ports?: string[];
  depends_on?: Record<string, { condition: string }>;
}

const root = (path: string) => fileURLToPath(new URL(`../../../${path}`, import.meta.url));
const read = (path: string) => readFileSync(root(path), "utf8");
const compose = parse(read("docker-compose.yml"), { merge: true }) as {
  services: Record<string, Service>;
  volumes: Record<string, unknown>;
};
const { services } = compose;
const own = Object.entries(services).filter(([name]) => name !== "redis");
const workers = own.filter(([name]) => name !== "server");

/** The settings that a program reads, out of the file that reads them. */
const settingsOf = (path: string) =>
  new Set([...read(path).matchAll(/\benv\.([A-Z][A-Z_]*)/g)].map(([, name]) => name));

test("compose runs the server, a Redis and a worker for each of three regions", () => {
  expect(Object.keys(services).sort()).toEqual([
    "redis",
    "server",
    "worker-ap-south",
    "worker-eu-west",
    "worker-us-east",
  ]);
  for (const [name, { command }] of workers)
    expect(command?.slice(-2)).toEqual(["--region", name.slice("worker-".length)]);
});

test("every command of ours, health checks included, runs a file that exists", () => {
  for (const [name, { command, healthcheck }] of own) {
    const run = [command ?? [], healthcheck?.test.slice(1) ?? []];
    for (const [program, file] of run) {
      expect(program, name).toBe("node");
      if (file !== "-e") expect(existsSync(root(file as string)), `${name}: ${file}`).toBe(true);
    }
  }
  const [, command = "[]"] = /^CMD (.*)$/m.exec(read("Dockerfile")) ?? [];
  expect(existsSync(root(JSON.parse(command)[1]))).toBe(true);
});

test("a worker is healthy when its own region is served", () => {
  for (const [name, { healthcheck }] of workers) {
    const region = name.slice("worker-".length);
    expect(healthcheck?.test.slice(-3)).toEqual(["--region", region, "--healthy"]);
  }
});

test("services are given only settings that their program reads", () => {
  const known = {
    server: settingsOf("apps/server/src/settings.ts"),
    worker: settingsOf("apps/worker/src/settings.ts"),
  };
  for (const [name, { environment }] of own)
    for (const setting of Object.keys(environment ?? {}))
      expect(known[name === "server" ? "server" : "worker"], name).toContain(setting);
  for (const [, { environment }] of own) expect(environment?.REDIS_URL).toBe("redis://redis:6379");
});

test("the server can be reached from this machine only, and does not start without a token", () => {
  expect(services.server?.ports).toEqual(["127.0.0.1:4090:4090"]);
  expect(services.server?.environment?.STATUSQUO_TOKEN).toMatch(/^\$\{STATUSQUO_TOKEN:\?/);
  for (const [, { ports }] of Object.entries(services).filter(([name]) => name !== "server"))
    expect(ports).toBeUndefined();
});

test("Redis keeps what it is given: on disk, never evicted, on a volume", () => {
  const command = (services.redis?.command ?? []).join(" ");
  expect(command).toContain("--appendonly yes");
  expect(command).toContain("--maxmemory-policy noeviction");
  expect(services.redis?.volumes).toEqual(["redis:/data"]);
  expect(services.server?.volumes).toContain("data:/data");
  expect(Object.keys(compose.volumes).sort()).toEqual(["data", "redis"]);
});

test("everything starts again by itself, says whether it is well, and waits for Redis", () => {
  for (const [name, service] of Object.entries(services)) {
    expect(service.restart, name).toBe("unless-stopped");
    expect(service.healthcheck?.test.length, name).toBeGreaterThan(1);
  }
  for (const [name, { depends_on }] of own)
    expect(depends_on, name).toEqual({ redis: { condition: "service_healthy" } });
});

test("the image is built without scripts, runs without tools of development, and not as root", () => {
  const dockerfile = read("Dockerfile");
  const stages = [...dockerfile.matchAll(/^FROM (\S+)/gm)].map(([, image]) => image);
  expect(stages).toEqual(["node:26.13.0-bookworm-slim", "node:26.13.0-bookworm-slim"]);
  for (const [install] of dockerfile.matchAll(/npm ci[^\\\n]*/g)) expect(install).toContain("--ignore-scripts");
  expect([...dockerfile.matchAll(/npm ci[^\\\n]*/g)].at(-1)?.[0]).toContain("--omit=dev --omit=optional");
  expect(dockerfile.lastIndexOf("USER node")).toBeGreaterThan(dockerfile.lastIndexOf("FROM"));
  const ignored = read(".dockerignore").split("\n");
  for (const name of [".git", ".env", "data", "**/node_modules"]) expect(ignored).toContain(name);
});
