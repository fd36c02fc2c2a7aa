/** What views are made of: instants, counts and names, each described once. */
import { z } from "@hono/zod-openapi";

export const epochMs = z
  .number()
  .int()
  .openapi({ description: "Milliseconds since 1970-01-01T00:00:00Z", example: 1767225600000 });
export const share = z.number().min(0).max(1);
export const count = z.number().int().min(0);
export const column = z.array(count);
export const code = z
  .number()
  .int()
  .min(0)
  .max(999)
  .openapi({ description: "An HTTP status as it was sent; 0 is no answer", example: 409 });
export const monitorId = z.string().openapi({ example: "create-order" });
export const region = z.string().openapi({ example: "eu-west" });
export const stream = z
  .union([code, z.literal("any")])
  .openapi({ description: "One code, or any unexpected code together" });
/** Counts or shares by code. JSON keys are text: "409"; "0" is no answer. */
export const byCode = <T extends z.ZodType>(value: T) => z.record(z.string().regex(/^\d{1,3}$/), value);
/** For each cell, the most answers of a class that chance explains in 99 of 100 cells like it. */
export const limitColumn = z.array(count.nullable()).openapi({
  description: "99 % quantile of the binomial for the cell's own probes; above it a cell is lit; null: nothing learned",
});
