/** A grid is one stop of the Tab key; within it arrow keys, Home and End move. */

const STOPS = "tbody a, tbody button";

/** Leaves the stop that has the focus, or had it last, else the first, in the order of Tab. */
export function keepOneStop(table: HTMLElement | null): void {
  const stops = table?.querySelectorAll<HTMLElement>(STOPS) ?? [];
  const active = [...stops].find((stop) => stop === document.activeElement);
  const kept = active ?? [...stops].find((stop) => stop.tabIndex === 0 && stop.hasAttribute("tabindex")) ?? stops[0];
  for (const stop of stops) {
    const index = stop === kept ? "0" : "-1";
    if (stop.getAttribute("tabindex") !== index) stop.setAttribute("tabindex", index);
  }
}

/** Whether `key` moved the focus. Up and down keep the place in the row as far as the next row has one. */
export function moveInGrid(table: HTMLElement, key: string): boolean {
  const rows = [...table.querySelectorAll("tbody tr")]
    .map((row) => [...row.querySelectorAll<HTMLElement>("a, button")])
    .filter((stops) => stops.length > 0);
  const at = rows.findIndex((stops) => stops.includes(document.activeElement as HTMLElement));
  const place = rows[at]?.indexOf(document.activeElement as HTMLElement) ?? -1;
  if (at < 0) return false;
  const rowOf = (index: number) => rows[Math.min(rows.length - 1, Math.max(0, index))] ?? [];
  const inRow = (stops: HTMLElement[], index: number) => stops[Math.min(stops.length - 1, Math.max(0, index))];
  const MOVES: Record<string, () => HTMLElement | undefined> = {
    ArrowDown: () => inRow(rowOf(at + 1), place),
    ArrowUp: () => inRow(rowOf(at - 1), place),
    ArrowRight: () => inRow(rowOf(at), place + 1),
    ArrowLeft: () => inRow(rowOf(at), place - 1),
    Home: () => inRow(rowOf(0), 0),
    End: () => inRow(rowOf(rows.length), 0),
  };
  const next = MOVES[key]?.();
  next?.focus();
  return next !== undefined;
}
