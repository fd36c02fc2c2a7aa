/** Styles of the public page: the dashboard's colours, and nothing of its screens. */
export const STATUS_STYLE = `:root {
  color-scheme: light dark;
  --bg: light-dark(#f6f5f1, #0c0e0f);
  --panel: light-dark(#ffffff, #131617);
  --line: light-dark(#e2e0d8, #262b2c);
  --edge: light-dark(#86888a, #626c6a);
  --ink: light-dark(#15191a, #ecefee);
  --ink-2: light-dark(#485150, #aeb6b4);
  --ink-3: light-dark(#5f6866, #8c9593);
  --focus: light-dark(#0b5fbf, #7cc4ff);
  --ok: light-dark(#72908a, #4c716d);
  --partly: light-dark(#ba7a18, #f1cf44);
  --down: light-dark(#b52113, #eb4b35);
  --partly-ink: light-dark(#875300, #f1cf44);
  --down-ink: light-dark(#b52113, #ff7361);
}
* { box-sizing: border-box; margin: 0; }
html { background: var(--bg); -webkit-text-size-adjust: 100%; }
body {
  max-width: 696px;
  margin: 0 auto;
  padding: 32px 24px 40px;
  color: var(--ink);
  font: 400 15px/1.5 Inter, ui-sans-serif, system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
  -webkit-font-smoothing: antialiased;
  overflow-wrap: anywhere;
  font-variant-numeric: tabular-nums lining-nums;
}
ul { list-style: none; padding: 0; }
a { color: inherit; text-underline-offset: 3px; }
:focus-visible { outline: 2px solid var(--focus); outline-offset: 2px; border-radius: 3px; }
h1 { font-size: 28px; line-height: 1.2; letter-spacing: -0.022em; font-weight: 640; text-wrap: balance; margin: 4px 0 6px; }
h2 { font-size: 17px; letter-spacing: -0.012em; font-weight: 620; }
h3, h4 { font-size: 15px; font-weight: 600; }
h2 small { font-size: 13px; font-weight: 400; letter-spacing: 0; color: var(--ink-3); margin-left: 6px; }
section + section, main + footer { margin-top: 36px; }
.patterns { position: absolute; }
.patterns path { stroke: var(--edge); stroke-width: 2.4; }
.now { background: var(--panel); border: 1px solid var(--line); border-top: 3px solid var(--ok); border-radius: 6px; padding: 18px 24px 20px; font-size: 16px; }
.now + .now { margin-top: 12px; }
.now.partly { border-top-color: var(--partly); }
.now.down { border-top-color: var(--down); }
.now.unknown { border-top-color: var(--edge); }
.state { display: inline-flex; gap: 6px; align-items: center; font-size: 14px; font-weight: 550; color: var(--ink-2); }
.state svg { width: 11px; height: 11px; fill: currentColor; flex: none; }
.state i { width: 11px; height: 11px; }
.state.partly { color: var(--partly-ink); }
.state.down { color: var(--down-ink); }
.group { margin-top: 22px; color: var(--ink-2); font-weight: 550; }
.service { padding: 14px 0 12px; border-bottom: 1px solid var(--line); }
.head { display: flex; gap: 2px 12px; align-items: baseline; justify-content: space-between; }
.head .state { margin-left: 6px; }
.uptime { color: var(--ink-2); font-size: 14px; white-space: nowrap; }
.days { display: block; margin-top: 4px; fill: var(--ok); }
.days .partly { fill: var(--partly); }
.days .down { fill: var(--down); }
.ends { display: flex; justify-content: space-between; font-size: 12px; color: var(--ink-3); }
details { font-size: 13px; color: var(--ink-2); }
summary { cursor: pointer; min-height: 24px; width: fit-content; }
.key { display: flex; flex-wrap: wrap; gap: 4px 18px; font-size: 13px; color: var(--ink-2); padding-top: 10px; }
.key i { display: inline-block; width: 8px; height: 14px; margin-right: 6px; vertical-align: -1px; }
.key .ok { height: 4px; vertical-align: 0; background: var(--ok); }
.key .partly { height: 9px; vertical-align: 0; background: var(--partly); }
.key .down { background: var(--down); }
i.unmeasured { background: repeating-linear-gradient(135deg, var(--edge) 0 1.2px, transparent 1.2px 4px); }
.list { margin-top: 8px; display: grid; gap: 12px; }
.list li { display: flex; flex-wrap: wrap; gap: 0 12px; }
.list div { flex: 1 1 0; min-width: 0; }
.list time { min-width: 78px; color: var(--ink-2); font-size: 14px; line-height: 23px; }
.quiet { color: var(--ink-2); font-size: 14px; }
footer { display: flex; flex-wrap: wrap; gap: 6px 24px; justify-content: space-between; border-top: 1px solid var(--line); padding-top: 14px; font-size: 13px; color: var(--ink-2); }
footer a + a { margin-left: 14px; }
@media (max-width: 520px) {
  body { padding: 14px 14px 32px; }
  .now { padding: 14px 16px 16px; }
  h1 { font-size: 23px; }
  h2 small { display: block; margin: 0; }
}
@media (pointer: coarse) {
  summary, footer a { padding-block: 12px; }
}
`;
