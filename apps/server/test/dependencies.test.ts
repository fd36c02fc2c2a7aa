/** What runs in production comes from few hands: H61. */
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));
const read = (path: string) => JSON.parse(readFileSync(`${ROOT}${path}`, "utf8"));
const workspaces = ["apps", "packages"].flatMap((folder) =>
  readdirSync(`${ROOT}${folder}`).map((name) => read(`${folder}/${name}/package.json`)),
);

test("H61: at most 30 libraries are asked for at run time, each in one exact version", () => {
  const asked = new Map<string, Set<string>>();
  for (const { dependencies = {} } of workspaces as { dependencies?: Record<string, string> }[])
    for (const [name, version] of Object.entries(dependencies))
      if (!name.startsWith("@statusquo/")) asked.set(name, (asked.get(name) ?? new Set()).add(version));
  expect(asked.size).toBeGreaterThan(5);
  expect(asked.size).toBeLessThanOrEqual(30);
  for (const [name, versions] of asked) expect([...versions], name).toEqual([expect.stringMatching(/^\d+\.\d+\.\d+$/)]);
});

test("H61: everything that is installed comes from the public registry, and is held to its checksum", () => {
  const { packages } = read("package-lock.json") as {
    packages: Record<string, { link?: boolean; resolved?: string; integrity?: string; inBundle?: boolean }>;
  };
  const installed = Object.entries(packages).filter(([path, { link }]) => path.includes("node_modules/") && !link);
  expect(installed.length).toBeGreaterThan(50);
  for (const [path, { resolved, integrity, inBundle }] of installed) {
    if (inBundle) continue;
    // Left out, it is wherever the registry of who installs has it; the checksum holds all the same.
    expect(resolved ?? "https://registry.npmjs.org/", path).toMatch(/^https:\/\/registry\.npmjs\.org\//);
    expect(integrity, path).toMatch(/^sha512-/);
  }
});
