import { expect, test } from "vitest";
import { readBlackbox } from "./blackbox.ts";
import { settle } from "./settle.ts";

const MODULES = `modules:
  plain: { prober: http }
  strict:
    prober: http
    timeout: 3s
    http:
      method: POST
      no_follow_redirects: true
      valid_status_codes: [200, 201]
      headers: { accept: application/json }
      bearer_token_file: /etc/blackbox/token
  secured: { prober: http, http: { fail_if_not_ssl: true } }
  dns: { prober: dns, dns: { query_name: example.com } }
`;
const job = (module: string, targets: string[], more = "") => `scrape_configs:
  - job_name: Pages
    metrics_path: /probe
    scrape_interval: 30s
    params: { module: [${module}] }
    static_configs: [{ targets: ${JSON.stringify(targets)} }]
${more}`;
const read = (targets: string | null, modules = MODULES) =>
  readBlackbox(
    { file: "blackbox.yml", text: modules },
    targets === null ? null : { file: "prometheus.yml", text: targets },
  );
const imported = (targets: string | null, modules?: string) => settle(read(targets, modules), "blackbox");

test("a target of a job is probed as its module says", async () => {
  const { yaml } = await imported(job("strict", ["https://api.example.com/orders"]));
  expect(yaml).toContain(`  - id: api-example-com-orders
    name: api.example.com/orders
    tags: [ pages ]
    method: POST
    url: https://api.example.com/orders
    headers: { accept: application/json, authorization: "Bearer \${file:/etc/blackbox/token}" }
    every: 30s
    timeout: 3s
    expect: [ 200, 201 ]`);
  expect(yaml).not.toContain("follow_redirects");
});

test("a target without a scheme is an http one, and redirects are followed unless it is said", async () => {
  const { yaml } = await imported(job("plain", ["example.com"]));
  expect(yaml).toContain("url: http://example.com");
  expect(yaml).toContain("follow_redirects: 5");
  expect(yaml).toContain("timeout: 9500ms");
});

test("labels and relabelling choose module and target", async () => {
  const { yaml } = await imported(`scrape_configs:
  - job_name: pages
    metrics_path: /probe
    params: { module: [plain] }
    static_configs:
      - { targets: [a.example.com], labels: { module: strict } }
      - { targets: [b.example.com] }
    relabel_configs:
      - { source_labels: [module], regex: (.+), target_label: __param_module }
      - { source_labels: [__address__], target_label: __param_target, replacement: "https://$1/health" }
`);
  expect(yaml).toMatch(/method: POST\n {4}url: https:\/\/a\.example\.com\/health/);
  expect(yaml).toMatch(/url: https:\/\/b\.example\.com\/health/);
});

test("patterns of others are not run", async () => {
  const pattern = "(a+)+$";
  const { said } = await imported(
    job(
      "plain",
      [`${"a".repeat(50)}!`],
      `    relabel_configs: [{ source_labels: [__address__], regex: "${pattern}", target_label: __param_target }]\n`,
    ),
  );
  expect(said.map(({ message }) => message).join()).toContain("the pattern (a+)+$ for __param_target was not followed");
});

test("a list of targets, as for file_sd_configs, is read as well, in YAML and JSON", async () => {
  const list = [{ targets: ["https://example.com/"], labels: { module: "strict", job: "shop" } }];
  const { yaml } = await imported(JSON.stringify(list));
  expect(yaml).toContain("tags: [ shop ]");
  expect(yaml).toContain("expect: [ 200, 201 ]");
});

test("jobs that are no probes, other probers and unknown modules are not watched", async () => {
  const { monitors, said } = await imported(`${job("dns", ["example.com"])}
  - { job_name: self, static_configs: [{ targets: ["localhost:9090"] }] }
  - { job_name: lost, params: { module: [nobody] }, static_configs: [{ targets: ["https://example.com/"] }] }
  - { job_name: plainly, params: { module: [secured] }, static_configs: [{ targets: ["http://example.com/"] }] }
  - { job_name: found, params: { module: [plain] }, kubernetes_sd_configs: [{ role: ingress }] }
`);
  expect(monitors).toEqual([]);
  const words = said.map(({ message }) => message).join("\n");
  for (const part of [
    "probes by dns",
    "no module nobody",
    "fail_if_not_ssl",
    "kubernetes_sd_configs",
    "Modules without a target: plain, strict",
  ])
    expect(words).toContain(part);
  expect(words).not.toContain("9090");
});

test("modules alone are examples: they stand as comments and say what is missing", async () => {
  const { monitors, yaml } = await imported(null);
  expect(monitors).toEqual([]);
  expect(yaml).toContain("--targets prometheus.yml");
  expect(yaml).toContain("# - id: strict");
});

test.each([
  [null, "modules: 3", /^blackbox\.yml:1:10: modules must be a mapping/],
  [null, "a: 3", /^blackbox\.yml:1:1: there are no modules; expected modules of a blackbox exporter, such as/],
  ["a: 3", MODULES, /^prometheus\.yml:1:1: there are no scrape_configs; expected a Prometheus configuration/],
])("with the targets %j the modules %j are refused", (targets, modules, message) => {
  expect(() => read(targets, modules)).toThrow(message);
});
