/** Carrying jobs out and samples home. Over Redis: `@statusquo/transport/bullmq`, imported only where it is used. */
export { createEmbeddedTransport, type EmbeddedOptions } from "./embedded.ts";
export type { TransportLog } from "./log.ts";
