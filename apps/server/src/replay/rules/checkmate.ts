/** Checkmate: a share of the last few answers. */
import type { Rule } from "./rule.ts";

const WINDOW = 5;
const SHARE = 0.6;

/**
 * A new monitor has `statusWindowSize` 5 and `statusWindowThreshold` 60 %: it is down while at least that part of the
 * window failed, and it decides nothing before the window is full.
 */
export const checkmate: Rule = {
  name: "checkmate 3 of 5",
  says: "on while at least 3 of the last 5 answers are bad",
  source: "https://github.com/bluewave-labs/Checkmate",
  onePlace: true,
  play: () => {
    const last: boolean[] = [];
    return (_at, answers) => {
      for (const { bad } of answers) {
        last.push(bad);
        if (last.length > WINDOW) last.shift();
      }
      return last.length === WINDOW && last.filter(Boolean).length >= SHARE * WINDOW;
    };
  },
};
