import { expect, test } from "vitest";
import { NOW, TOKEN_HASH, world } from "./testing/world.ts";

const HOSTILE = '<img src=x onerror="alert(1)">\'&</title><script>x</script>';

function published(publish: { name: string; group: string | null; places: Record<string, string> }) {
  const { monitors } = world();
  return world({
    ports: {
      monitors: () => [{ ...monitors.orders, publish }, monitors.health],
      planned: (_monitor, from) => [{ from: from + 3_600_000, until: from + 5_400_000 }],
    },
    settings: { tokenHash: TOKEN_HASH },
  });
}
const orders = { name: "Placing orders", group: "Shop", places: { "eu-west": "Europe" } };
const tagsOf = (page: string) => page.match(/<[^>]*>/g)?.map((tag) => tag.replaceAll(/"[^"]*"/g, '""')) ?? [];

test("the public page is whole without a script and without a token, and says what people notice", async () => {
  const { get } = published(orders);
  const answer = await get("/status");
  expect(answer.status).toBe(200);
  expect(answer.headers.get("content-type")).toBe("text/html; charset=UTF-8");
  const page = await answer.text();
  expect(page).toContain("<title>Placing orders is partly disrupted in Europe.</title>");
  expect(page).toMatch(/<h1>Placing orders is partly disrupted in Europe\.<\/h1>/);
  expect(page).toMatch(/<p>Since <time datetime="2026-06-04T[\d:.]+Z">4 Jun, \d\d:\d\d UTC<\/time>, Shop\.<\/p>/);
  expect(page).toMatch(/aria-label="Placing orders: Disrupted on 1 day, at most \d+ min a day\./);
  expect(page).toMatch(/<b>4 Jun, 13:30–14:00 UTC<\/b> <span>Placing orders<\/span>/);
  expect(page).toContain("No disruption in the last 14 days.");
  expect(page).toContain("Measured from Europe every minute.");
  expect(page.match(/<rect/g)!.length).toBeGreaterThanOrEqual(91);
  expect(page).not.toMatch(/<script|\son\w+=|style="/);
  for (const hidden of ["409", "orders/", "example.com", "eu-central", "Update order", "ETag", "Health"])
    expect(page.includes(hidden), hidden).toBe(false);
});

test("H51: a published name that is markup is text", async () => {
  const [benign, hostile] = await Promise.all(
    ["Placing orders", HOSTILE].map(async (text) =>
      (await published({ name: text, group: text, places: { "eu-west": text } }).get("/status")).text(),
    ),
  );
  expect(tagsOf(hostile!)).toEqual(tagsOf(benign!));
  expect(hostile).toContain("&lt;img src=x onerror=&quot;alert(1)&quot;&gt;");
});

test("the public page is kept by caches for seconds, its styles for ever under an address of their content", async () => {
  const { get } = published(orders);
  const first = await get("/status");
  expect(first.headers.get("cache-control")).toBe("public, max-age=10");
  const tag = first.headers.get("etag")!;
  const again = await get("/status", { "if-none-match": tag });
  expect([again.status, await again.text()]).toEqual([304, ""]);
  const [, style = ""] = /<link rel="stylesheet" href="([^"]+)"/.exec(await first.text()) ?? [];
  expect(style).toMatch(/^\/status\.css\?[\w-]{12}$/);
  const styles = await get(style);
  expect(styles.headers.get("cache-control")).toContain("immutable");
  expect(styles.headers.get("content-type")).toContain("text/css");
  expect(await styles.text()).not.toMatch(/url\(|@import/);
  expect((await get("/status/")).headers.get("location")).toBe("/status");
});

test("today is measured with its first answer, long before its roll-up is looked at", async () => {
  const here = published(orders);
  const { api, ports } = here;
  ports.reader.counts = () => [];
  const status = (await (await api.request("/status.json")).json()) as {
    groups: { services: { days: { state: string }[] }[] }[];
  };
  const states = status.groups[0]!.services[0]!.days.map(({ state }) => state);
  expect(states.slice(0, 89).every((state) => state === "unmeasured")).toBe(true);
  const calm = published(orders);
  calm.ports.reader.counts = () => [];
  calm.ports.reader.incidents = () => [];
  const page = await (await calm.get("/status")).text();
  expect(page.match(/url\(#hatch\)/g)).toHaveLength(89);
  expect(page).toContain('<span class="uptime">100 %</span>');
});

test("while nothing is published, or the store cannot be read, the page says so and is not kept", async () => {
  const none = await world({ settings: { tokenHash: TOKEN_HASH } }).get("/status");
  expect([none.status, none.headers.get("cache-control")]).toEqual([404, "no-store"]);
  expect(await none.text()).toContain("<h1>No status is published here.</h1>");
  const broken = published(orders);
  broken.ports.reader.latest = () => {
    throw new Error("SQLITE_IOERR /var/lib/statusquo.db");
  };
  broken.clock.advance(NOW);
  const answer = await broken.get("/status");
  expect([answer.status, answer.headers.get("cache-control")]).toEqual([500, "no-store"]);
  expect(await answer.text()).not.toContain("SQLITE");
});
