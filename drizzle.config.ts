import { defineConfig } from "drizzle-kit";

// `npm run db:generate` writes the next migration. What drizzle cannot say (WITHOUT ROWID, STRICT) is added to the
// generated SQL by hand; packages/store/src/database.test.ts keeps it.
export default defineConfig({
  dialect: "sqlite",
  schema: "./packages/store/src/schema.ts",
  out: "./migrations",
});
