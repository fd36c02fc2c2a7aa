/** The one file: what was probed, judged and told, in SQLite. */
export { openForReadingOnly, openStore, type ReadStore, type Store, type StoreOptions } from "./store.ts";
