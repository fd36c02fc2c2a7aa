/** Waiting: nothing for 300 ms, then boxes where the rows will be. */
import { useEffect, useState } from "react";

const PATIENCE_MS = 300;

export function Loading({ rows }: { rows: number }) {
  const [isLong, setIsLong] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setIsLong(true), PATIENCE_MS);
    return () => clearTimeout(timer);
  }, []);
  if (!isLong) return <div className="loading" aria-busy="true" />;
  return (
    <div className="loading" aria-busy="true">
      <h1 className="sr">Loading</h1>
      <span className="box head" />
      {Array.from({ length: rows }, (_, row) => row).map((row) => (
        <span key={row} className="box" />
      ))}
    </div>
  );
}
