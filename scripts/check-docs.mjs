// What documents and docstrings point to must be there: paths in backticks, links, pictures, and the headings behind
// a "#". Looks at README.md, CONTRIBUTING.md, CHANGELOG.md, docs/ and the docstrings of our source.
import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";

const documents = ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", ...globSync("docs/**/*.md")];
const sources = globSync("{apps,packages,scripts,bench}/**/*.{ts,tsx,mjs}", {
  exclude: (path) => /(?:^|\/)(?:node_modules|dist)(?:\/|$)/.test(String(path)),
});
const named = /`((?:apps|packages|migrations|scripts|docs|bench|examples|lint)\/[\w@./-]+)`/g;
const link = /\[[^\]]*\]\(([^)\s]+)\)/g;
const docLink = /\b(docs\/[\w/-]+\.md)(#[\w-]+)?/g;

const texts = new Map();
const textOf = (file) => {
  if (!texts.has(file)) texts.set(file, readFileSync(file, "utf8"));
  return texts.get(file);
};

/** Headings as GitHub names them: lower case, without signs, a dash for each blank, numbered when repeated. */
const anchors = new Map();
function anchorsOf(file) {
  const known = anchors.get(file);
  if (known) return known;
  const found = new Set();
  const withoutCode = textOf(file).replaceAll(/^```[\s\S]*?^```/gm, "");
  for (const [, heading] of withoutCode.matchAll(/^#{1,6} (.*)$/gm)) {
    const slug = heading
      .toLowerCase()
      .trim()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, "")
      .replaceAll(/\s/g, "-");
    let name = slug;
    for (let count = 1; found.has(name); count++) name = `${slug}-${count}`;
    found.add(name);
  }
  anchors.set(file, found);
  return found;
}

const gone = [];

function lookFor(place, path, anchor) {
  if (!existsSync(path)) gone.push(`${place}: ${path} does not exist`);
  else if (anchor && path.endsWith(".md") && !anchorsOf(path).has(anchor))
    gone.push(`${place}: ${path} has no heading for #${anchor}; it has ${[...anchorsOf(path)].join(", ")}`);
}

for (const file of documents) {
  for (const [index, line] of textOf(file).split("\n").entries()) {
    const place = `${file}:${index + 1}`;
    for (const [, path] of line.matchAll(named)) lookFor(place, path);
    for (const [, to] of line.matchAll(link)) {
      if (/^[a-z]+:/.test(to)) continue;
      const [path, anchor] = to.split("#");
      const target = path === "" ? file : normalize(join(dirname(file), path));
      lookFor(place, target, anchor);
    }
  }
}
for (const file of sources) {
  for (const [index, line] of textOf(file).split("\n").entries())
    for (const [, path, anchor] of line.matchAll(docLink)) lookFor(`${file}:${index + 1}`, path, anchor?.slice(1));
}

if (gone.length > 0) {
  console.error(gone.join("\n"));
  process.exit(1);
}
