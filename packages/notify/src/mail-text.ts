/**
 * The text part of a mail: everything the HTML part says, in the same order, at 72 columns.
 */
import { holdUnits } from "./figures.ts";
import type { MatrixView } from "./matrix.ts";
import { type Message, titleText } from "./message.ts";
import { plain } from "./phrase.ts";

const WIDTH = 72;
const LABEL_WIDTH = 16;

export function mailText(message: Message): string {
  const { badge, lead, cause, link, linkText, list, matrix, lines, steps, example, footer, key } = message;
  const parts = [
    `${badge.title} ${badge.state} - ${badge.reference} - ${badge.when}`,
    wrap(titleText(message)),
    wrap(plain(lead)),
    ...(cause === null ? [] : [wrap(plain(cause))]),
    ...(link === null ? [] : [`${linkText}: ${link}`]),
    ...(list.length === 0 ? [] : [listText(message)]),
    ...(matrix === null ? [] : [matrixText(matrix)]),
    ...(lines.length === 0 ? [] : [lines.map(({ label, text }) => labelled(label, plain(text))).join("\n")]),
    ...steps.map(({ label, text }) => `${label.toUpperCase()}\n\n${wrap(plain(text))}`),
    ...(example === null ? [] : [exampleText(example)]),
    `-- \n${wrap(plain(footer))}\n${key}`,
  ];
  return `${parts.join("\n\n")}\n`;
}

/** Each with its own address under it. */
function listText({ list, unlisted }: Message): string {
  const entries = list.map(({ reference, text, link }) => {
    const said = labelled(reference, plain(text));
    return link === null ? said : `${said}\n${"".padEnd(LABEL_WIDTH)}${link}`;
  });
  return [...entries, ...(unlisted === 0 ? [] : [`and ${unlisted} more`])].join("\n");
}

function labelled(label: string, text: string): string {
  return wrap(text, WIDTH - LABEL_WIDTH)
    .split("\n")
    .map((line, index) => (index === 0 ? label : "").padEnd(LABEL_WIDTH) + line)
    .join("\n");
}

/** Three places a cell, so that the code itself stands in it; a 2xx that is usual is a dot. */
function matrixText({ labels, rows, tallied, more }: MatrixView): string {
  const nameWidth = Math.max(...rows.map((row) => row.region.length));
  // Labels are five wide over cells of four, and at least two columns apart.
  const scale = labels.reduce(
    (line, label, column) => (label === "" ? line : `${line.padEnd(4 * column)}${label}`),
    "",
  );
  const body = rows.map((row) => {
    const cells = row.cells.map((cell) => mark(cell.kind, cell.code, cell.text).padStart(3)).join(" ");
    return `  ${row.region.padEnd(nameWidth)}  ${cells}   ${row.tally}`;
  });
  const tail = more === 0 ? [] : [`  and ${more} more regions`];
  return [
    "EVERY PROBE, OLDEST FIRST (. = 2xx, x = no answer, ? = not known)",
    "",
    `  ${"".padEnd(nameWidth)}  ${scale.padEnd(4 * labels.length - 1)}   ${tallied}`,
    ...body,
    ...tail,
  ].join("\n");
}

function mark(kind: string, code: number | null, text: string): string {
  if (code === 0) return "x";
  return kind === "usual" && code !== null && code >= 200 && code <= 299 ? "." : text;
}

function exampleText({ title, view }: NonNullable<Message["example"]>): string {
  const quoted = [
    ...view.request.map((line) => `  > ${line}`),
    "",
    ...view.response.map((line) => `  < ${line}`),
    ...(view.response.length === 0 ? [] : ["  <"]),
    ...view.body.map((line) => `  < ${line}`),
  ];
  return `${wrap(`${title.toUpperCase()} (${view.note})`)}\n\n${quoted.join("\n")}`;
}

/** Breaks at spaces; a word longer than a line stays whole, so that addresses can be followed. */
function wrap(text: string, width = WIDTH): string {
  const lines: string[] = [];
  let line = "";
  for (const word of holdUnits(text).split(" ")) {
    if (line !== "" && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, line].join("\n").replaceAll("\u00a0", " ");
}
