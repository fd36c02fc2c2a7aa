/** The page's live side, and readings that follow it. */
import type { Overview, OverviewWindow } from "@statusquo/api/client";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { createContext, use } from "react";
import { client } from "../api.ts";
import { type Live, type LiveState, useLive } from "./live.ts";

export const LiveContext = createContext<Live | null>(null);

export function useLiveSide(): Live {
  const live = use(LiveContext);
  if (live === null) throw new Error("useLiveSide: there is no LiveContext around this component");
  return live;
}

export function useLiveState(): LiveState {
  return useLive(useLiveSide());
}

/** The overview, kept up to date by the stream and read anew every minute for its percentiles. */
export function useOverview(window: OverviewWindow) {
  const live = useLiveSide();
  return useQuery({
    queryKey: ["overview", window],
    queryFn: async ({ signal }): Promise<Overview> => live.caughtUp(await client.overview(window, signal)),
    refetchInterval: 60_000,
    placeholderData: (before) => before,
  });
}

/** Reads everything on the page again, and tells when that has happened. */
export function useReadAgain(): () => Promise<void> {
  const queries = useQueryClient();
  return () => queries.invalidateQueries();
}
