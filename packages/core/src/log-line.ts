/** Lines of the log: what others said stands in them, and a terminal may show them. */

/** Letters that JSON may hold as they are, and a terminal takes for commands, ends of lines or turns of direction. */
const UNSEEN = /[\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g;

/** A line of JSON that says the same with all of them escaped. */
export function visibleLine(json: string): string {
  return json.replace(UNSEEN, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
