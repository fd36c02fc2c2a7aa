/** What tests of other packages need to drive the walk. */
export { type ManualClock, manualClock } from "./manual-clock.ts";
