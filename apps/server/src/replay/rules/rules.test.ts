import { expect, test } from "vitest";
import { MINUTE } from "../../../test/recording.ts";
import { checkmate } from "./checkmate.ts";
import { gatus, uptimeKuma } from "./consecutive.ts";
import { datadog } from "./datadog.ts";
import { grafana } from "./grafana.ts";
import { RULES } from "./index.ts";
import { openstatus } from "./openstatus.ts";
import { prometheusAtOnce, prometheusFiveMinutes } from "./prometheus.ts";
import type { Rule } from "./rule.ts";

const NAMES = ["ap", "eu", "us"];

/**
 * What a rule says after each minute. A world has a line a region, "." good, "x" bad, " " no answer; so has the answer,
 * "!" where the alert is on.
 */
function said(rule: Rule, ...world: string[]): string {
  const regions = NAMES.slice(0, world.length);
  const play = rule.play(regions);
  return Array.from({ length: world[0]?.length ?? 0 }, (_, minute) => {
    const answers = regions
      .map((region, index) => ({ region, answer: world[index]?.[minute] }))
      .filter(({ answer }) => answer !== " ")
      .map(({ region, answer }) => ({ region, bad: answer === "x" }));
    return play(minute * MINUTE, answers) ? "!" : ".";
  }).join("");
}

test("gatus opens at the third bad answer in a row and closes at the second good one", () => {
  expect(said(gatus, "..xx.xxx.x..")).toBe(".......!!!!.");
  expect(said(gatus, "xx.xx.xx.xx.")).toBe("............");
});

test("Uptime Kuma without retries opens and closes with every answer", () => {
  expect(said(uptimeKuma, ".x.xx.")).toBe(".!.!!.");
});

test("Checkmate opens at three bad answers of five, once there are five", () => {
  expect(said(checkmate, "xxx..")).toBe("....!");
  expect(said(checkmate, ".....x.x.x....")).toBe(".........!....");
  expect(said(checkmate, ".....x..x..x..")).toBe("..............");
});

test("openstatus opens when half of the regions are bad, and not for one of three", () => {
  expect(said(openstatus, "..xxx..", "..x.x..", ".......")).toBe("..!.!..");
  expect(said(openstatus, ".xxxx", ".....", ".....")).toBe(".....");
  expect(said(openstatus, ".x.")).toBe(".!.");
});

test("openstatus with two regions believes the one that reported last", () => {
  expect(said(openstatus, ".x . ", ". x .")).toBe(".!!..");
});

test("Datadog opens while two locations are bad at once, also when they report in turn", () => {
  expect(said(datadog, ".xx .", ".. x.", ".... ")).toBe("...!.");
  expect(said(datadog, ".xxxx", ".....", ".....")).toBe(".....");
  expect(said(datadog, ".x.")).toBe(".!.");
});

test("the Prometheus rule at once opens for any region", () => {
  expect(said(prometheusAtOnce, "....", ".x..", "...x")).toBe(".!.!");
});

test("the Prometheus rule of five minutes needs one region bad for all of them", () => {
  expect(said(prometheusFiveMinutes, ".xxxxxxx.", ".........")).toBe("......!!.");
  expect(said(prometheusFiveMinutes, ".xxxx.xxxx.", ".....x....x")).toBe("...........");
});

test("Grafana opens when a tenth of five minutes has been bad for five minutes", () => {
  expect(said(grafana, "......xxxxxxxx......")).toBe("...........!!!!!!!..");
  // One bad answer is low for the five minutes that it is in the window, and then no more.
  expect(said(grafana, "......x.............")).toBe("....................");
  expect(said(grafana, "......x.x.x.x.......", "....................")).toContain("!");
});

test("no rule opens while all is well, and every one does when nothing is", () => {
  for (const rule of RULES) {
    const regions = rule.onePlace ? 1 : 3;
    expect(said(rule, ...Array(regions).fill("............"))).not.toContain("!");
    expect(said(rule, ...Array(regions).fill("xxxxxxxxxxxx")), rule.name).toContain("!");
  }
});

test("every rule says where it is from", () => {
  for (const { source, says } of RULES) {
    expect(source).toMatch(/^https:\/\//);
    expect(says).not.toBe("");
  }
  expect(new Set(RULES.map(({ name }) => name)).size).toBe(RULES.length);
});
