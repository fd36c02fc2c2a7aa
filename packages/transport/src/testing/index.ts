/** A real Redis for the tests of whoever uses the transport. */
export { findRedis, type RedisProgram, startRedis, type TestRedis } from "./redis.ts";
