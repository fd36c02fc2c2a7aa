/** How far a replay is: one line on a terminal, written over itself; nothing elsewhere. */

export interface ProgressReport {
  samples: number;
  incidents: number;
  /** 0 to 1; null when the size is not known. */
  share: number | null;
}

export interface Progress {
  /** Shows the report if the last one is old enough. */
  show(report: () => ProgressReport): void;
  /** Leaves an empty line behind. */
  clear(): void;
}

const EVERY_MS = 200;

/** @param terminal where to write; null shows nothing */
export function createProgress(terminal: { write(text: string): unknown } | null, now: () => number): Progress {
  const startedAt = now();
  let shownAt = startedAt;
  return {
    show(report) {
      if (terminal === null || now() - shownAt < EVERY_MS) return;
      shownAt = now();
      const { samples, incidents, share } = report();
      const rate = (samples * 1_000) / Math.max(shownAt - startedAt, 1);
      const part = share === null ? "" : `${Math.round(100 * share)} %  `;
      terminal.write(`\r\x1b[K${part}${plain(samples)} samples  ${plain(rate)}/s  ${plain(incidents)} incidents`);
    },
    clear: () => void terminal?.write("\r\x1b[K"),
  };
}

const plain = (value: number) => Math.round(value).toLocaleString("en");
