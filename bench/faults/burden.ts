/**
 * What weighs a program down from inside, loaded before it by `NODE_OPTIONS=--import`: on SIGWINCH its only thread is
 * busy for `BURDEN_MS`, on SIGPWR it takes memory until there is none.
 */
process.on("SIGWINCH", () => {
  const { BURDEN_MS = "10000" } = process.env;
  const until = performance.now() + Number(BURDEN_MS);
  while (performance.now() < until);
});

const held: unknown[] = [];
process.on("SIGPWR", () => {
  for (;;) held.push(Array.from({ length: 10_000 }, (_, index) => ({ index })));
});
