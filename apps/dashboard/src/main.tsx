/** Begins the page: theme first, then one client, one cache and one live subscription. */
import { ApiError } from "@statusquo/api/client";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { createRoot } from "react-dom/client";
import { client } from "./api.ts";
import { App } from "./app.tsx";
import { LiveContext } from "./live/context.ts";
import { startLive } from "./live/live.ts";
import { applyTheme } from "./theme.ts";
import "./tokens.css";
import "./base.css";
import "./shell/shell.css";
import "./overview/overview.css";

applyTheme();
const queries = new QueryClient({
  defaultOptions: {
    queries: {
      // What changes is told by the stream; reading again is its business.
      staleTime: 60_000,
      refetchOnWindowFocus: false,
      retry: (failures, error) =>
        failures < 3 && (!(error instanceof ApiError) || error.status === 0 || error.status >= 500),
      retryDelay: (attempt) => Math.min(30_000, 1_000 * 2 ** attempt),
    },
  },
});
const root = document.getElementById("root");
if (root === null) throw new Error("index.html: there is no element with the id root");

createRoot(root).render(
  <QueryClientProvider client={queries}>
    <LiveContext value={startLive(client, queries)}>
      <App />
    </LiveContext>
  </QueryClientProvider>,
);
