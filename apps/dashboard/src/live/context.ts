/** The page's live side, and readings that follow it. */
import type { Overview, OverviewWindow } from "@statusquo/api/client";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { createContext, use } from "react";
import { client } from "../api.ts";
import { withKeptCells } from "./keep.ts";
import { type Live, type LiveState, useLive } from "./live.ts";

export const LiveContext = createContext<Live | null>(null);

export function useLiveSide(): Live {
  const live = use(LiveContext);
  if (live === null) throw new Error("useLiveSide: there is no LiveContext around this component");
  return live;
}

/** What `select` makes of the live side, drawn again only when that is another; messages come several times a second. */
export function useLiveState<T>(select: (state: LiveState) => T): T {
  return useLive(useLiveSide(), select);
}

/** The server's clock less the browser's, ms. */
export const useSkew = () => useLiveState(({ skewMs }) => skewMs);

/** Just after its start a server has not read a month yet, and says no uptime of monitors that it has long judged. */
const isWhole = (overview: Overview | undefined) =>
  overview === undefined ||
  overview.monitors.some(({ uptime }) => uptime.share !== null) ||
  overview.monitors.every(({ standing }) => standing === "learning" || standing === "no_data");

/**
 * The overview, kept up to date by the stream and read anew every minute for its percentiles.
 *
 * @param select what is needed of it; drawn again only when that is another
 */
export function useOverview<T = Overview>(window: OverviewWindow, select?: (overview: Overview) => T) {
  const live = useLiveSide();
  return useQuery<Overview, Error, T>({
    queryKey: ["overview", window],
    queryFn: async ({ signal, client: queries, queryKey }): Promise<Overview> =>
      withKeptCells(live.caughtUp(await client.overview(window, signal)), queries.getQueryData<Overview>(queryKey)),
    refetchInterval: ({ state }) => (isWhole(state.data) ? 60_000 : 5_000),
    placeholderData: (before) => before,
    ...(select !== undefined && { select }),
    // What did not change stays the same object anyway; comparing all cells would cost more than drawing them.
    structuralSharing: false,
  });
}

/** Reads everything on the page again, and tells when that has happened. */
export function useReadAgain(): () => Promise<void> {
  const queries = useQueryClient();
  return () => queries.invalidateQueries();
}
