/** What every refusal says. */
import { z } from "@hono/zod-openapi";

export const problemView = z
  .object({
    type: z.string().openapi({ description: "What kind of problem; `about:blank#` and a word a script may match" }),
    title: z.string(),
    status: z.number().int(),
    detail: z.string().openapi({ description: "Where, about what, what is allowed, what came" }),
    requestId: z.string(),
    errors: z
      .array(z.object({ parameter: z.string(), allowed: z.string(), got: z.string() }))
      .optional()
      .openapi({ description: "One for each parameter that could not be used" }),
    conflict: z
      .object({ current: z.string(), resolve: z.string() })
      .optional()
      .openapi({ description: "Of a 409 or 412: how the thing stands now, and how to go on" }),
  })
  .openapi("Problem");

export type Problem = z.infer<typeof problemView>;
