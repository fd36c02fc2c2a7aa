// Documents may only name files that exist: a path in backticks in README.md, CONTRIBUTING.md or docs/ is checked.
import { existsSync, globSync, readFileSync } from "node:fs";

const documents = ["README.md", "CONTRIBUTING.md", ...globSync("docs/**/*.md")].filter((file) => existsSync(file));
const path = /`((?:apps|packages|migrations|scripts|docs|bench|examples)\/[\w@./-]+)`/g;
const gone = [];
for (const file of documents)
  for (const [lineIndex, line] of readFileSync(file, "utf8").split("\n").entries())
    for (const [, named] of line.matchAll(path))
      if (!existsSync(named)) gone.push(`${file}:${lineIndex + 1}: ${named} does not exist`);
if (gone.length > 0) {
  console.error(gone.join("\n"));
  process.exit(1);
}
