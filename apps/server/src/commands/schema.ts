/** `statusquo schema`: the JSON Schema of definitions, for editors. */
import { writeFileSync } from "node:fs";
import { definitionsJsonSchema } from "../definitions/schema.ts";
import type { CommandContext } from "./command.ts";

export async function schema({ flags, print }: CommandContext): Promise<number> {
  const text = `${JSON.stringify(definitionsJsonSchema(), null, 2)}\n`;
  if (flags.out === null) print(text.trimEnd());
  else writeFileSync(flags.out, text);
  return 0;
}
