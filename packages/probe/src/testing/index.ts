/** Far ends for tests: targets that answer with exact bytes, and TLS to meet them by. */
export { ASKED_AT, ask } from "./ask.ts";
export type { HostileEnd, HostilePeer, HostileRow } from "./hostile-peer.ts";
export { HOSTILE_PEERS } from "./hostile-peers.ts";
export { type Http2Target, type StreamScript, startHttp2Target } from "./http2-target.ts";
export { endOf, meetHostile } from "./meet.ts";
export { type PhasePair, type PhaseTarget, type PhaseTimes, startPhaseTarget } from "./phase-target.ts";
export { type Proxy, type ProxyOptions, startProxy } from "./proxy.ts";
export { type FarEnd, type Script, startTarget, type Target, type TargetOptions } from "./target.ts";
export {
  FIXTURE_PASSPHRASE,
  type FixtureCertificate,
  type FixtureKey,
  fixtureFile,
  fixtureTls,
  trustFixture,
} from "./tls.ts";
