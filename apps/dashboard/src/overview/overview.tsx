/** All monitors: how it stands in a sentence, what is wrong, what needs a look, and the rest. */
import { type MonitorRow, type Overview as Read, STALE_AFTER_MS } from "@statusquo/api/client";
import { lazy, Suspense, useEffect, useMemo, useRef, useState } from "react";
import { Choice } from "../draw/choice.tsx";
import { Glyph } from "../draw/glyph.tsx";
import { useKeys } from "../keys.ts";
import { useLiveState, useOverview, useSkew } from "../live/context.ts";
import { useNow } from "../live/now.ts";
import { cellAt, rolledTo } from "../live/reduce.ts";
import { Loading } from "../shell/loading.tsx";
import { ProblemNote } from "../shell/problem.tsx";
import { useHealth } from "../shell/shell.tsx";
import { useChoice, useText, useWindow, WINDOWS } from "../window.ts";
import { List } from "./list.tsx";
import { SORTS, type Sort } from "./rank.ts";
import { detailOf, sentenceOf } from "./say.ts";
import { search } from "./search.ts";
import { STANDINGS, Wall } from "./wall.tsx";
import { Workers } from "./workers.tsx";

// Not always there, so they do not weigh on the first screen.
const OpenIncidents = lazy(() => import("./open-incidents.tsx"));
const DemoStrip = lazy(() => import("./demo-strip.tsx"));
const Silence = lazy(() => import("../act/silence.tsx"));
const NoMatch = lazy(() => import("./no-match.tsx"));

const SORT_WORDS: Record<Sort, string> = {
  worst: "worst first",
  name: "by name",
  code: "most of its code",
  p95: "slowest",
  uptime: "least uptime",
};

export function Overview() {
  const [window, setWindow] = useWindow();
  const [query, setQuery] = useText("q");
  const [find, setFind] = useText("find");
  const [state, setState] = useText("state");
  const [sort, setSort] = useChoice<Sort>("sort", SORTS);
  const { data: read, error, refetch } = useOverview(window);
  const { data: health } = useHealth();
  const field = useRef<HTMLInputElement>(null);
  const { overview, unknownFrom } = useShown(read);

  useEffect(() => {
    document.title = "Monitors · Statusquo";
  }, []);
  useEffect(() => {
    // From another page the key / leads here, to the field.
    if (!location.search.includes("find") || field.current === null) return;
    field.current.focus();
    if (find === "") setFind("");
  }, [find, setFind]);
  const [silenced, setSilenced] = useState<MonitorRow | null>(null);
  const inFocus = () => {
    const href = document.activeElement?.closest("tr")?.querySelector(".row-link")?.getAttribute("href");
    return overview?.monitors.find(({ id }) => href === `/monitors/${id}`);
  };
  useKeys({
    j: () => moveRow(1),
    k: () => moveRow(-1),
    ...Object.fromEntries(
      STANDINGS.map((each, index) => [String(index + 1), () => setState(each === state ? "" : each)]),
    ),
    a: () => {
      const own = inFocus()?.incident?.id;
      document
        .querySelector<HTMLElement>(own === undefined ? "[data-acknowledges]" : `[data-acknowledges="${own}"]`)
        ?.click();
    },
    s: () => setSilenced(inFocus() ?? null),
    "[": () => setWindow(WINDOWS[Math.max(0, WINDOWS.indexOf(window) - 1)] ?? window),
    "]": () => setWindow(WINDOWS[WINDOWS.indexOf(window) + 1] ?? window),
  });

  const found = useMemo(() => {
    const rows = overview?.monitors ?? [];
    const known = STANDINGS.find((each) => each === state);
    return search(known === undefined ? rows : rows.filter(({ standing }) => standing === known), query);
  }, [overview, query, state]);

  if (overview === undefined)
    return error === null ? (
      <Loading rows={8} />
    ) : (
      <ProblemNote title="Monitors could not be loaded." error={error} onRetry={() => void refetch()} level={1} />
    );

  return (
    <>
      <section className="pulse" aria-label="How it stands">
        <div className="say">
          <h1>{sentenceOf(overview)}</h1>
          <p className="quiet">{detailOf(overview)}</p>
          <Wall overview={overview} chosen={state} onChoose={setState} />
        </div>
        <div className="vital">
          <Workers />
        </div>
      </section>
      {health?.demo && (
        <Suspense>
          <DemoStrip />
        </Suspense>
      )}
      <Suspense>{overview.openIncidents.all > 0 && <OpenIncidents overview={overview} />}</Suspense>
      <search className="bar">
        <label className="field">
          <Glyph name="search" />
          <span className="sr">Search monitors</span>
          <input
            id="search"
            ref={field}
            type="search"
            placeholder="Name, path, tag:, code:409, region:eu"
            autoComplete="off"
            value={query}
            onChange={(event) => setQuery(event.target.value)}
            onKeyDown={(event) => {
              if (event.key !== "Escape") return;
              // A search field would empty itself; leaving it keeps what was searched for.
              event.preventDefault();
              event.currentTarget.blur();
            }}
          />
          <kbd>/</kbd>
        </label>
        <Choice label="Window" options={WINDOWS} value={window} onChoose={setWindow} />
        <label className="select">
          Sort{" "}
          <select value={sort} onChange={(event) => setSort(event.target.value as Sort)}>
            {SORTS.map((each) => (
              <option key={each} value={each}>
                {SORT_WORDS[each]}
              </option>
            ))}
          </select>
        </label>
      </search>
      {found.length === 0 ? (
        <Suspense>
          <NoMatch
            rows={overview.monitors}
            text={query}
            onAll={() => {
              setQuery("");
              setState("");
            }}
          />
        </Suspense>
      ) : (
        <List overview={overview} rows={found} sort={sort} unknownFrom={unknownFrom} />
      )}
      <Suspense>
        {silenced !== null && (
          <Silence incident={silenced.incident} monitor={silenced} onClose={() => setSilenced(null)} />
        )}
      </Suspense>
    </>
  );
}

/** What is shown: what was read, or, when no message comes any more, that with what is not known since. */
function useShown(read: Read | undefined) {
  // While it is live this is one and the same, whatever is heard.
  const heardAt = useLiveState((state) => (state.stream.kind === "live" ? null : state.heardAt));
  const skewMs = useSkew();
  // Once per cell is enough: a ribbon does not change within one.
  const step = read?.ribbon.stepMs ?? 60_000;
  const until = useNow((now) =>
    heardAt !== null && now - heardAt >= STALE_AFTER_MS ? Math.floor((now + skewMs) / step) * step : 0,
  );
  return useMemo(() => {
    if (read === undefined || until === 0 || heardAt === null)
      return { overview: read, unknownFrom: Number.POSITIVE_INFINITY };
    const overview = rolledTo(read, until);
    const last = cellAt(overview.ribbon, heardAt + skewMs);
    return { overview, unknownFrom: last < 0 ? 0 : Math.min(last + 1, overview.ribbon.cells) };
  }, [read, until, heardAt, skewMs]);
}

function moveRow(by: 1 | -1): void {
  const links = [...document.querySelectorAll<HTMLElement>(".row-link")];
  const at = links.indexOf(document.activeElement as HTMLElement);
  const next = at < 0 ? (by === 1 ? 0 : links.length - 1) : Math.min(links.length - 1, Math.max(0, at + by));
  links[next]?.focus();
}
