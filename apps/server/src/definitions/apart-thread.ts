/** The thread of `apart.ts`: reads the texts, answers once with what is wrong with them. */
import { parentPort, workerData } from "node:worker_threads";
import type { ApartAnswer, ApartWork } from "./apart.ts";
import { compileDefinitions } from "./load.ts";

const { files, env } = workerData as ApartWork;
const result = await compileDefinitions(files, env);
const answer: ApartAnswer = result.ok ? { ok: true } : result;
parentPort?.postMessage(answer);
