/** Asks `/readyz` again and again, as a probe from outside does, and writes down what it hears; 0 is no answer. */
import { openLedger, type ReadinessEvent } from "../ledger.ts";
import { ledgerFile, onOrder, ready } from "./actor.ts";

const write = openLedger<ReadinessEvent>(ledgerFile);
let url: string | null = null;
onOrder<{ url: string | null }>((order) => {
  url = order.url;
});
setInterval(async () => {
  if (url === null) return;
  const heard = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(2_000) }).then(
    async (response) =>
      response.ok ? { status: response.status } : { status: response.status, said: await response.text() },
    () => ({ status: 0 }),
  );
  write(heard);
}, 500);
ready(0);
