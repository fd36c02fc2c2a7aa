/** What stands around every page: where to go, how live it is, what must be known, and the keys. */
import type { Overview } from "@statusquo/api/client";
import { useQuery } from "@tanstack/react-query";
import { lazy, type ReactNode, Suspense, useEffect, useState } from "react";
import { Link, useLocation } from "wouter";
import { client, isTokenNeeded } from "../api.ts";
import { Glyph, type GlyphName } from "../draw/glyph.tsx";
import { useKeys } from "../keys.ts";
import { useLiveState, useOverview } from "../live/context.ts";
import { switchTheme } from "../theme.ts";
import { useWindow } from "../window.ts";
import { StaleBanner, useIsStale } from "./banners.tsx";
import { LiveMark } from "./live-mark.tsx";

// Seldom seen, so they do not weigh on the first screen.
const HealthBanners = lazy(() => import("./health-banners.tsx"));
const Help = lazy(() => import("./help.tsx"));
const UndoOffer = lazy(() => import("../act/undo.tsx"));
const TokenForm = lazy(() => import("./token.tsx"));

const PLACES: { href: string; key: string; name: string; glyph: GlyphName }[] = [
  { href: "/", key: "m", name: "Monitors", glyph: "list" },
  { href: "/incidents", key: "i", name: "Incidents", glyph: "k409" },
  { href: "/deliveries", key: "d", name: "Deliveries", glyph: "sent" },
  { href: "/regions", key: "r", name: "Regions", glyph: "globe" },
  { href: "/definitions", key: "f", name: "Definitions", glyph: "file" },
];

const openOf = ({ openIncidents }: Overview) => openIncidents.all;

const placeOf = (path: string) =>
  path === "/" || path.startsWith("/monitors")
    ? "/"
    : (PLACES.find(({ href }) => href !== "/" && path.startsWith(href))?.href ?? "");

export function useHealth() {
  return useQuery({ queryKey: ["health"], queryFn: ({ signal }) => client.health(signal), refetchInterval: 30_000 });
}

export function Shell({ children }: { children: ReactNode }) {
  const [path, go] = useLocation();
  const [window] = useWindow();
  const { data: open = 0, error } = useOverview(window, openOf);
  const { data: health } = useHealth();
  const said = useLiveState((state) => state.said);
  const [isHelping, setIsHelping] = useState(false);
  const isStale = useIsStale();
  const place = placeOf(path);

  useKeys({
    "?": () => setIsHelping(true),
    t: switchTheme,
    ...Object.fromEntries(PLACES.map(({ href, key }) => [`g ${key}`, () => go(href)])),
    "/": () => {
      const field = document.querySelector<HTMLInputElement>("#search");
      if (field === null) go("/?find");
      else field.focus();
    },
  });
  useEffect(() => {
    // Another path is another page, and a page begins at its top.
    if (path !== "") scrollTo(0, 0);
  }, [path]);

  const links = (className: string, withGlyph: boolean) => (
    <nav className={className} aria-label={withGlyph ? "Main, at the bottom" : "Main"}>
      {PLACES.map(({ href, name, glyph }) => (
        <Link key={href} href={href} aria-current={href === place ? "page" : undefined}>
          {withGlyph && <Glyph name={glyph} />}
          {name}
          {href === "/incidents" && open > 0 && <span className="badge num">{open}</span>}
        </Link>
      ))}
    </nav>
  );
  return (
    <>
      <a className="skip" href="#main">
        Skip to content
      </a>
      <header className="top">
        <Link className="brand" href="/">
          <svg viewBox="0 0 20 20" aria-hidden="true">
            <path d="M2 5.400h5.200l2.300-3.200 2.600 6.400 1.700-3.200H18v2.400h-3l-3.300 5.400-2.600-6.300-.7 1H2zM2 12.800h16v2.600H2z" />
          </svg>
          statusquo
        </Link>
        {links("places", false)}
        <LiveMark window={window} />
        <button
          type="button"
          className="button ghost icon"
          aria-label="Switch between light and dark"
          onClick={switchTheme}
        >
          <Glyph name="theme" />
        </button>
        <button type="button" className="button ghost icon wide" aria-label="Keys" onClick={() => setIsHelping(true)}>
          <Glyph name="help" />
        </button>
      </header>
      <StaleBanner />
      <Suspense>
        {health !== undefined && (!health.ok || health.outbox.dead > 0) && <HealthBanners health={health} />}
      </Suspense>
      <main id="main" tabIndex={-1} data-stale={isStale || undefined}>
        <Suspense>{isTokenNeeded(error) ? <TokenForm /> : children}</Suspense>
      </main>
      <Suspense>
        <UndoOffer />
      </Suspense>
      {links("tabs", true)}
      <p className="sr" role="status" aria-live="polite">
        {said}
      </p>
      <Suspense>{isHelping && <Help onClose={() => setIsHelping(false)} />}</Suspense>
    </>
  );
}
