/** A badge: one monitor's standing as a small picture, in words as well as in colour. */
import type { MonitorRow } from "./views.ts";

const LOOKS = {
  learning: { word: "learning", colour: "#5F6866" },
  usual: { word: "as usual", colour: "#43625C" },
  watching: { word: "watching", colour: "#875300" },
  spike: { word: "above usual", colour: "#B52113" },
  no_data: { word: "no data", colour: "#5F6866" },
} as const;
const CHARACTER_PX = 6.6;
const LONGEST_NAME = 40;

export function badge(name: string, standing: MonitorRow["standing"]): string {
  const { word, colour } = LOOKS[standing];
  const characters = Array.from(name);
  const shown = characters.length > LONGEST_NAME ? `${characters.slice(0, LONGEST_NAME - 1).join("")}…` : name;
  const left = Math.ceil(Array.from(shown).length * CHARACTER_PX) + 14;
  const right = Math.ceil(word.length * CHARACTER_PX) + 14;
  const text = escaped(shown);
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${left + right}" height="20" role="img" aria-label="${text}: ${word}"><title>${text}: ${word}</title><rect width="${left}" height="20" fill="#15191A"/><rect x="${left}" width="${right}" height="20" fill="${colour}"/><g fill="#FFFFFF" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11"><text x="7" y="14">${text}</text><text x="${left + 7}" y="14">${word}</text></g></svg>`;
}

/** For text and attribute values; control characters, which XML cannot hold at all, become blanks. */
function escaped(text: string): string {
  return text.replace(/\p{Cc}/gu, " ").replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
