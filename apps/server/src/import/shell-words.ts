/**
 * The words of shell commands, as bash reads them: quotes of all kinds, `$'…'`, line continuations, comments, `;`, `|`,
 * `&&`, redirections. Nothing is run, and no file is named by a pattern. A variable becomes a reference.
 *
 * Own code: the libraries for it know neither `$'…'` beside line continuations, nor which `$NAME` stood in single
 * quotes, nor where a quote was opened.
 */
import { refusal } from "./source.ts";

export interface Word {
  text: string;
  /** Where it begins in the text, from 0. */
  offset: number;
  /** Holds what only a running shell can know: `$(…)`, backticks, `${NAME:-…}`. */
  isRun: boolean;
}

const EXAMPLE = "such as curl -H 'accept: application/json' https://api.example.com/health";
const ESCAPES: Record<string, string> = {
  a: "\x07",
  b: "\b",
  e: "\x1b",
  E: "\x1b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
  "\\": "\\",
  "'": "'",
  '"': '"',
  "?": "?",
};

/** From its quote on; no letter can be taken in two ways. */
const ANSI = /'([^'\\]*(?:\\[\s\S][^'\\]*)*)'/y;

/** Commands in order, each as its words. @throws StatusquoError "bad_request" for a quote that is not closed */
export function commandsOf(file: string, text: string): Word[][] {
  const commands: Word[][] = [];
  let words: Word[] = [];
  let word: Word | null = null;
  let index = 0;
  /** The next word names a file of a redirection. */
  let isFile = false;

  const add = (letters: string, at: number) => {
    word ??= { text: "", offset: at, isRun: false };
    word.text += letters;
  };
  const endWord = () => {
    if (word !== null && !isFile) words.push(word);
    if (word !== null) isFile = false;
    word = null;
  };
  const endCommand = () => {
    endWord();
    if (words.length > 0) commands.push(words);
    words = [];
  };
  const unclosed = (at: number, quote: string): never => {
    throw refusal(file, text, at, `the quote ${quote} that opens here is never closed; expected a command ${EXAMPLE}`);
  };
  /** A `$` outside single quotes; answers with where to go on. */
  const dollar = (at: number): number => {
    const variable = /^\$(?:\{([A-Za-z_]\w*)\}|([A-Za-z_]\w*))/.exec(text.slice(at, at + 200));
    if (variable) {
      add(`\${env:${variable[1] ?? variable[2]}}`, at);
      return at + variable[0].length;
    }
    // What is a reference of ours already stays one.
    const own = /^\$\{(?:env|file):[^}\s]*\}/.exec(text.slice(at, at + 1_000));
    if (own) {
      add(own[0], at);
      return at + own[0].length;
    }
    add("$", at);
    if (/^\$[({]/.test(text.slice(at, at + 2)) && word) (word as Word).isRun = true;
    return at + 1;
  };

  while (index < text.length) {
    const letter = text[index] as string;
    const start = index;
    if (letter === "\\") {
      const next = text.slice(index + 1, index + 3);
      if (next.startsWith("\n")) index += 2;
      else if (next === "\r\n") index += 3;
      else {
        add(text[index + 1] ?? "", start);
        index += 2;
      }
    } else if (letter === "'") {
      const end = text.indexOf("'", index + 1);
      if (end < 0) unclosed(start, "'");
      add(text.slice(index + 1, end), start);
      index = end + 1;
    } else if (letter === "$" && text[index + 1] === "'") {
      ANSI.lastIndex = index + 1;
      const [, inner = unclosed(start, "$'")] = ANSI.exec(text) ?? [];
      add(ansi(inner), start);
      index += inner.length + 3;
    } else if (letter === '"' || (letter === "$" && text[index + 1] === '"')) {
      index += letter === "$" ? 2 : 1;
      add("", start);
      while (text[index] !== '"') {
        if (index >= text.length) unclosed(start, '"');
        if (text[index] === "\\" && /^[$`"\\\n]/.test(text[index + 1] ?? "")) {
          if (text[index + 1] !== "\n") add(text[index + 1] as string, index);
          index += 2;
        } else if (text[index] === "$") index = dollar(index);
        else {
          if (text[index] === "`") (word as unknown as Word).isRun = true;
          add(text[index] as string, index);
          index++;
        }
      }
      index++;
    } else if (letter === "$") index = dollar(index);
    else if (letter === "#" && word === null) {
      const end = text.indexOf("\n", index);
      index = end < 0 ? text.length : end;
    } else if (
      letter === "\n" ||
      letter === ";" ||
      letter === "|" ||
      letter === "&" ||
      letter === "(" ||
      letter === ")"
    ) {
      endCommand();
      index++;
    } else if (letter === "<" || letter === ">") {
      // A number before it is a file descriptor, and so is one behind `>&`.
      if (word !== null && /^\d$/.test((word as Word).text)) word = null;
      endWord();
      const [mark = letter] = /^(?:>>|>\||>&\d?|<<<|<<-?|<&\d?|>|<)/.exec(text.slice(index, index + 4)) ?? [];
      isFile = !/\d$/.test(mark);
      index += mark.length;
    } else if (/\s/.test(letter)) {
      endWord();
      index++;
    } else {
      add(letter, start);
      if (letter === "`") (word as unknown as Word).isRun = true;
      index++;
    }
  }
  endCommand();
  return commands;
}

/** The inside of `$'…'`. */
function ansi(text: string): string {
  return text.replaceAll(
    /\\(?:([0-7]{1,3})|x([\da-fA-F]{1,2})|u([\da-fA-F]{1,4})|U([\da-fA-F]{1,8})|c([\s\S])|([\s\S]))/g,
    (whole, octal, hex, short, long, control, letter) => {
      if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal, 8) & 0xff);
      const code = hex ?? short ?? long;
      if (code !== undefined) {
        const point = Number.parseInt(code, 16);
        return point <= 0x10ffff ? String.fromCodePoint(point) : "\ufffd";
      }
      if (control !== undefined) return String.fromCharCode(control.charCodeAt(0) & 0x1f);
      return ESCAPES[letter] ?? whole;
    },
  );
}
