/** Every selector starts with the panel's own class, so that the rest of the page is not affected. */
export const styles = `
.rs-devtools {
  --rs-back: #ffffff; --rs-card: #f5f6f8; --rs-text: #1b1e24; --rs-quiet: #5b6472; --rs-line: #c3c9d3; --rs-focus: #0b57d0;
  --rs-life: #2e7d4f; --rs-lead: #c77700; --rs-mint: #2563c9; --rs-bad: #c62828; --rs-dropped: #7a8494;
  color-scheme: light;
  position: fixed; inset-block-end: 12px; inset-inline-end: 12px; z-index: 2147483000;
  display: flex; flex-direction: column-reverse; align-items: flex-end; gap: 8px;
  max-inline-size: calc(100vw - 24px);
  font: 13px/1.45 system-ui, sans-serif; color: var(--rs-text);
}
@media (prefers-color-scheme: dark) {
  .rs-devtools {
    --rs-back: #16181d; --rs-card: #21252c; --rs-text: #e8eaee; --rs-quiet: #a6aebb; --rs-line: #48505d; --rs-focus: #8ab4f8;
    --rs-life: #57b884; --rs-lead: #f0a94a; --rs-mint: #7aaaf5; --rs-bad: #ff8a80; --rs-dropped: #929cab;
    color-scheme: dark;
  }
}
.rs-devtools *, .rs-devtools *::before { box-sizing: border-box; }
.rs-devtools button {
  font: inherit; color: inherit; background: var(--rs-back); border: 1px solid var(--rs-line); border-radius: 6px;
  padding: 5px 10px; min-block-size: 28px; cursor: pointer;
}
.rs-devtools button:hover:enabled { border-color: var(--rs-text); }
.rs-devtools button:disabled { color: var(--rs-quiet); cursor: not-allowed; border-style: dashed; }
.rs-devtools button[aria-pressed='true'] { background: var(--rs-bad); border-color: var(--rs-bad); color: var(--rs-back); }
.rs-devtools button:focus-visible, .rs-devtools summary:focus-visible {
  outline: 2px solid var(--rs-focus); outline-offset: 2px;
}
.rs-devtools .rs-toggle { box-shadow: 0 2px 8px rgb(0 0 0 / 25%); font-weight: 600; }
.rs-devtools .rs-panel {
  inline-size: 42rem; max-inline-size: 100%; max-block-size: min(70vh, 40rem); overflow: auto; padding: 12px;
  background: var(--rs-back); border: 1px solid var(--rs-line); border-radius: 10px; box-shadow: 0 6px 24px rgb(0 0 0 / 30%);
}
.rs-devtools .rs-panel[hidden] { display: none; }
.rs-devtools .rs-bar { display: flex; flex-wrap: wrap; gap: 8px; align-items: center; justify-content: space-between; }
.rs-devtools .rs-faults { display: flex; flex-wrap: wrap; gap: 8px; }
.rs-devtools .rs-legend { display: flex; flex-wrap: wrap; gap: 4px 14px; margin: 0; padding: 0; list-style: none; color: var(--rs-quiet); }
.rs-devtools .rs-legend i { display: inline-block; inline-size: 14px; block-size: 10px; position: static; }
.rs-devtools .rs-card { margin-block-start: 10px; padding: 10px 12px; background: var(--rs-card); border-radius: 8px; }
.rs-devtools .rs-card header { display: flex; flex-wrap: wrap; gap: 4px 10px; align-items: baseline; }
.rs-devtools h3 { margin: 0; font-size: 14px; overflow-wrap: anywhere; }
.rs-devtools p { margin: 4px 0 8px; }
.rs-devtools code, .rs-devtools time { font: 12px ui-monospace, monospace; }
.rs-devtools .rs-quiet, .rs-devtools time { color: var(--rs-quiet); }
.rs-devtools .rs-status { padding: 0 8px; border: 1px solid currentcolor; border-radius: 99px; font-size: 12px; }
.rs-devtools .rs-is-ready { color: var(--rs-life); }
.rs-devtools .rs-is-loading { color: var(--rs-mint); }
.rs-devtools .rs-is-failed { color: var(--rs-bad); }
.rs-devtools .rs-timeline { position: relative; display: grid; grid-template-columns: 3.2em 1fr; gap: 3px 6px; }
.rs-devtools .rs-name { color: var(--rs-quiet); font-size: 12px; line-height: 16px; }
.rs-devtools .rs-row { position: relative; block-size: 16px; background: var(--rs-back); border-radius: 3px; overflow: hidden; }
.rs-devtools .rs-timeline i { position: absolute; inset-block: 2px; min-inline-size: 3px; border-radius: 2px; }
.rs-devtools .rs-life { background: var(--rs-life); }
.rs-devtools i.rs-lead {
  background: repeating-linear-gradient(135deg, var(--rs-lead) 0 4px, color-mix(in srgb, var(--rs-lead) 55%, transparent) 4px 8px);
}
.rs-devtools .rs-timeline .rs-lead { background-color: var(--rs-back); border-radius: 0 2px 2px 0; }
.rs-devtools .rs-mint { background: var(--rs-mint); }
.rs-devtools .rs-mint.rs-running { background: transparent; border: 2px solid var(--rs-mint); min-inline-size: 8px; }
.rs-devtools .rs-mint.rs-dropped { background: transparent; border: 2px dashed var(--rs-dropped); min-inline-size: 8px; }
.rs-devtools .rs-failed { background: var(--rs-bad); }
.rs-devtools .rs-timeline .rs-failed, .rs-devtools .rs-legend .rs-failed {
  clip-path: polygon(0 0, 25% 0, 50% 35%, 75% 0, 100% 0, 65% 50%, 100% 100%, 75% 100%, 50% 65%, 25% 100%, 0 100%, 35% 50%);
  min-inline-size: 10px;
}
.rs-devtools .rs-axis { position: absolute; inset-block: 0; inset-inline: calc(3.2em + 6px) 0; pointer-events: none; }
.rs-devtools .rs-timeline .rs-now { inset-block: 0; min-inline-size: 2px; background: var(--rs-text); border-radius: 0; }
.rs-devtools .rs-buttons { display: flex; flex-wrap: wrap; align-items: center; gap: 8px; margin-block: 10px 6px; }
.rs-devtools summary { cursor: pointer; inline-size: fit-content; border-radius: 4px; }
.rs-devtools ol { margin: 4px 0 0; padding: 0; list-style: none; }
@media (forced-colors: active) {
  .rs-devtools .rs-timeline i, .rs-devtools .rs-legend i { forced-color-adjust: none; }
}
`;
