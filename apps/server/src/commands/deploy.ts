/**
 * `statusquo deploy SERVICE VERSION`: marks a deploy on the server that runs, so that an incident that begins after it
 * says so. Exit 0 when it is marked, 1 when the server did not take it, 2 when asked wrongly.
 */
import { StatusquoError } from "@statusquo/core";
import { instantOf } from "../instant.ts";
import type { Settings } from "../settings.ts";
import { type CommandContext, NO_DEPLOY_FLAGS } from "./command.ts";

export const DEPLOY_HELP = `statusquo deploy: marks a deploy on the running server

  npx statusquo deploy SERVICE VERSION [flags]

  --region R      where it went; may be repeated; everywhere without it
  --at T          when, such as 2026-01-06T14:00Z or epoch ms; now without it
  --url URL       where to read about it, such as the pipeline's run
  --monitor ID    the one monitor it concerns
  --by NAME       who deployed
  --json          the deploy as the server stored it

The server is the one at PUBLIC_URL, else at HOST and PORT; STATUSQUO_TOKEN is sent where it is set.`;

/** How long the server may take. */
const LONGEST_MS = 10_000;
const EXAMPLE = "npx statusquo deploy gateway 2025.11.3 --region eu-west";

interface Problem {
  detail?: string;
}

export async function deploy({ settings, flags, rest, print, printError }: CommandContext): Promise<number> {
  const [service, version, ...more] = rest;
  if (service === undefined || version === undefined || more.length > 0) {
    printError(`deploy: name the service and its version, such as: ${EXAMPLE}`);
    return 2;
  }
  const { at: asked, url, by, regions, monitor } = flags.deploy ?? NO_DEPLOY_FLAGS;
  const at = instantOf(asked);
  if (at === undefined) {
    printError(`deploy: --at must be such as 2026-01-06T14:00Z or epoch ms; got "${asked}"`);
    return 2;
  }
  const body = {
    service,
    version,
    ...(at !== null && { at }),
    ...(url !== null && { url }),
    ...(by !== null && { by }),
    ...(regions.length > 0 && { regions }),
    ...(monitor !== null && { monitors: [monitor] }),
  };
  const response = await send(settings, body);
  const answer = (await response.json().catch(() => null)) as (Problem & { id?: number; at?: number }) | null;
  if (response.status !== 201 || answer?.at === undefined) {
    printError(`deploy: the server answered ${response.status}: ${answer?.detail ?? "nothing more is known"}`);
    if (response.status === 401) printError("deploy: set STATUSQUO_TOKEN to the server's token");
    return response.status === 400 ? 2 : 1;
  }
  const where = regions.length === 0 ? "everywhere" : `in ${regions.join(" and ")}`;
  if (flags.json) print(JSON.stringify(answer));
  else print(`marked: ${service} ${version} ${where} at ${new Date(answer.at).toISOString()}`);
  return 0;
}

async function send(settings: Settings, body: unknown): Promise<Response> {
  const base = addressOf(settings);
  try {
    return await fetch(`${base}/api/v1/deploys`, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        ...(settings.token !== null && { authorization: `Bearer ${settings.token}` }),
      },
      body: JSON.stringify(body),
      redirect: "error",
      signal: AbortSignal.timeout(LONGEST_MS),
    });
  } catch (error) {
    const why = (error as { cause?: { code?: string } }).cause?.code ?? (error as Error).name;
    throw new StatusquoError(
      "not_found",
      `deploy: no server answers at ${base} (${why}); PUBLIC_URL or --host and --port say where it runs`,
      { cause: error },
    );
  }
}

/** Where the server is asked for: as people reach it, else as this machine does. */
function addressOf({ publicUrl, host, port }: Settings): string {
  if (publicUrl !== null) return publicUrl;
  const name = host === "0.0.0.0" || host === "::" ? "127.0.0.1" : host;
  return `http://${name.includes(":") ? `[${name}]` : name}:${port}`;
}
