/** The pages and their addresses, within the shell. Charts are loaded with the pages that have them. */
import { lazy, Suspense } from "react";
import { Link, Route, Switch, useLocation } from "wouter";
import { useClock } from "./clock.ts";
import { Overview } from "./overview/overview.tsx";
import { Boundary } from "./shell/boundary.tsx";
import { Loading } from "./shell/loading.tsx";
import { Shell } from "./shell/shell.tsx";

const Monitor = lazy(() => import("./monitor/monitor.tsx"));
const Incident = lazy(() => import("./incident/incident.tsx"));
const Incidents = lazy(() => import("./incident/incidents.tsx"));
const Deliveries = lazy(() => import("./deliveries/deliveries.tsx"));
const Definitions = lazy(() => import("./definitions/definitions.tsx"));
const Regions = lazy(() => import("./regions/regions.tsx"));

export function App() {
  const [path] = useLocation();
  const clock = useClock();
  return (
    // Every time of day on the page is another by another clock.
    <Shell key={clock}>
      <Boundary key={path}>
        <Suspense fallback={<Loading rows={6} />}>
          <Switch>
            <Route path="/">
              <Overview />
            </Route>
            <Route path="/monitors/:id">{({ id }) => <Monitor key={id} id={id} />}</Route>
            <Route path="/incidents">
              <Incidents />
            </Route>
            <Route path="/incidents/:id">{({ id }) => <Incident key={id} text={id} />}</Route>
            <Route path="/deliveries">
              <Deliveries />
            </Route>
            <Route path="/definitions">
              <Definitions />
            </Route>
            <Route path="/regions">
              <Regions />
            </Route>
            <Route>
              <div className="plain-page">
                <h1>There is no such page.</h1>
                <p>
                  <Link href="/">All monitors</Link>
                </p>
              </div>
            </Route>
          </Switch>
        </Suspense>
      </Boundary>
    </Shell>
  );
}
