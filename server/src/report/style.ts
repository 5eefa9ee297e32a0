/** The look of a report, light or dark as the reader's system is. */
export const style = `
:root { color-scheme: light dark; --ground: #fff; --raised: #f5f5f3; --line: #dededa; --text: #1d1e21; --muted: #5d6068; --accent: #4a54d1; --bad: #b02a20; }
@media (prefers-color-scheme: dark) { :root { --ground: #141518; --raised: #1e2025; --line: #33363e; --text: #e8e9ec; --muted: #a3a7b1; --accent: #8d99ff; --bad: #f58c82; } }
* { box-sizing: border-box; }
body { max-width: 1100px; margin: 0 auto; padding: 32px 20px 64px; background: var(--ground); color: var(--text); font: 15px/1.5 system-ui, "Segoe UI", "Noto Sans", "DejaVu Sans", sans-serif; overflow-wrap: anywhere; }
h1 { margin: 0 0 4px; font-size: 24px; line-height: 1.25; }
h2 { margin: 40px 0 12px; font-size: 17px; }
p { margin: 0 0 8px; }
.muted, small { color: var(--muted); }
small { font-size: 13px; }
.bad { color: var(--bad); }
.pictures { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 300px), 1fr)); gap: 16px; margin-top: 24px; }
figure { margin: 0; }
figure img { display: block; min-width: min(256px, 100%); max-width: 100%; height: auto; border-radius: 8px; background: var(--raised); }
figcaption { padding-top: 6px; font-size: 13px; }
.scroll { overflow-x: auto; }
table { width: 100%; border-collapse: collapse; font-size: 14px; }
th { color: var(--muted); font-weight: 600; text-align: start; }
th, td { padding: 6px 12px 6px 0; border-bottom: 1px solid var(--line); text-align: start; vertical-align: top; overflow-wrap: break-word; }
td code { overflow-wrap: anywhere; }
td:first-child { min-width: 120px; }
code, pre { font: 12.5px/1.45 ui-monospace, "Cascadia Mono", "DejaVu Sans Mono", monospace; }
pre { overflow: auto; max-height: 480px; padding: 12px; border-radius: 8px; background: var(--raised); white-space: pre-wrap; }
.time { position: relative; min-width: 160px; height: 20px; }
.time i { position: absolute; top: 5px; min-width: 2px; height: 10px; border-radius: 3px; background: var(--accent); }
summary { cursor: pointer; }
@media (max-width: 600px) {
  body { padding-top: 20px; }
  h2 { margin-top: 32px; }
  thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  tr { display: block; padding: 8px 0; border-bottom: 1px solid var(--line); }
  td { display: block; position: relative; padding: 1px 0 1px 100px; border: 0; }
  td::before { position: absolute; left: 0; content: attr(data-head); color: var(--muted); }
  td:first-child { padding-left: 0; font-weight: 600; }
  td:first-child::before { content: none; }
  td:empty { display: none; }
}
@media print { .pictures { break-inside: avoid; } }
`;
