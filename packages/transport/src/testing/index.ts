/** A real Redis for the tests of whoever uses the transport. */

export { readBatch, readDefinition, readResults, writeDefinition, writeResults } from "../wire.ts";
export { findRedis, type RedisProgram, startRedis, type TestRedis } from "./redis.ts";
