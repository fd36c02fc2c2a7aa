/** What every chart has around it: a title, what it shows, and the same numbers as a table. */
import type { ReactNode } from "react";

interface ChartProps {
  title: string;
  says: string;
  legend?: ReactNode;
  /** Buttons beside the one that turns it into a table. */
  tools?: ReactNode;
  /** Shown instead of the drawing. */
  asTable: boolean;
  onTurn(): void;
  table: ReactNode;
  children: ReactNode;
}

export function Chart({ title, says, legend, tools, asTable, onTurn, table, children }: ChartProps) {
  return (
    <section className="chart" aria-label={title}>
      <div className="chart-head">
        <h2>{title}</h2>
        <span className="faint">{says}</span>
        {legend}
        {tools}
        <button type="button" className="button ghost" aria-pressed={asTable} onClick={onTurn}>
          As table
        </button>
      </div>
      {asTable ? (
        // It scrolls by itself, so keys must reach it.
        // biome-ignore lint/a11y/noNoninteractiveTabindex: scrolling is the interaction
        <section className="numbers" tabIndex={0} aria-label={`${title}, as numbers`}>
          {table}
        </section>
      ) : (
        children
      )}
    </section>
  );
}

interface NumbersProps {
  caption: string;
  columns: readonly string[];
  rows: readonly (readonly (string | number)[])[];
}

/** Numbers with their names; the first of each row is its name. */
export function Numbers({ caption, columns, rows }: NumbersProps) {
  return (
    <table className="num">
      <caption className="sr">{caption}</caption>
      <thead>
        <tr>
          {columns.map((column) => (
            <th key={column} scope="col">
              {column}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row[0]}>
            {row.map((value, index) =>
              index === 0 ? (
                <th key={columns[0]} scope="row">
                  {value}
                </th>
              ) : (
                <td key={columns[index]}>{value}</td>
              ),
            )}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
