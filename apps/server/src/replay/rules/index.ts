/** The rules that `replay --compare` plays, in the order of its table. */
import { checkmate } from "./checkmate.ts";
import { gatus, uptimeKuma } from "./consecutive.ts";
import { datadog } from "./datadog.ts";
import { grafana } from "./grafana.ts";
import { openstatus } from "./openstatus.ts";
import { prometheusAtOnce, prometheusFiveMinutes } from "./prometheus.ts";
import type { Rule } from "./rule.ts";

export const RULES: readonly Rule[] = [
  gatus,
  uptimeKuma,
  checkmate,
  openstatus,
  datadog,
  prometheusAtOnce,
  prometheusFiveMinutes,
  grafana,
];
