/** The page's style sheet. Charts take their colours from its variables, so that one drawing serves light and dark. */
export const PAGE_STYLE = `
:root {
  color-scheme: light dark;
  --page: #f4f5f7; --ground: #ffffff; --text: #1b222b; --muted: #56616e; --axis: #8d97a3; --grid: #e6e9ed;
  --border: #d9dee4; --fault: #fae3bd; --stripe: #f7f8fa; --warn: #8a4b00; --link: #0b5cad;
  --path-1: #0072b2; --path-2: #d55e00; --path-3: #00795a; --path-4: #8f4aa8; --path-5: #6f6400;
  --part-1: #332288; --part-2: #3e8fc4; --part-3: #117733; --part-4: #a67c00; --part-5: #c4576a;
  --part-6: #a23f8d; --part-7: #2f8f80; --part-8: #7a1f4b; --part-9: #6b7280;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #0f1317; --ground: #171c22; --text: #e4e8ed; --muted: #a3adb9; --axis: #66717e; --grid: #2a323b;
    --border: #313a44; --fault: #4a3a1c; --stripe: #1c222a; --warn: #f0b35c; --link: #7cb7f0;
    --path-1: #56b4e9; --path-2: #f08a4b; --path-3: #3fc79a; --path-4: #c58fe0; --path-5: #cfc04f;
    --part-1: #8f83e6; --part-2: #5fb0e0; --part-3: #4cb573; --part-4: #d8ad3d; --part-5: #e57d8d;
    --part-6: #d27fc0; --part-7: #4fc0ae; --part-8: #c75b8f; --part-9: #98a2ae;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0; background: var(--page); color: var(--text); line-height: 1.5;
  font-family: system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; font-size: 1rem;
  overflow-wrap: break-word;
}
main { max-width: 76rem; margin: 0 auto; padding: 1.5rem 1rem 3rem; }
h1 { font-size: 1.6rem; line-height: 1.25; margin: 0 0 .25rem; }
h2 { font-size: 1.2rem; margin: 2.5rem 0 .75rem; }
h3 { font-size: 1rem; margin: 1.75rem 0 .5rem; }
p, ul { margin: .5rem 0; }
p { max-width: 62rem; }
a { color: var(--link); }
.muted { color: var(--muted); }
.small { font-size: .875rem; }
.answer { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 30rem), 1fr)); gap: 1rem; margin-top: 1rem; align-items: start; }
.caveats { list-style: none; padding: .6rem 1rem; margin: .75rem 0; background: var(--fault); border-radius: 6px; font-weight: 600; }
.score td { vertical-align: top; }
.score th { vertical-align: top; }
.score td.only-wide, .score th.only-wide { text-align: left; min-width: 14rem; }
.score td { white-space: nowrap; }
.score li, .score td.only-wide { white-space: normal; }
.score ul { min-width: 13rem; }
.score thead th { white-space: nowrap; }
.score tr > :nth-child(3) { text-align: left; }
.plain { list-style: none; padding: 0; margin: 0; }
.verdict { list-style: none; padding: 1rem 1.25rem; margin: 0; background: var(--ground); border: 1px solid var(--border); border-left: 4px solid var(--path-1); border-radius: 6px; max-width: 62rem; }
.verdict li + li { margin-top: .5rem; }
.warnings { padding-left: 1.1rem; max-width: 62rem; }
.warnings strong { color: var(--warn); }
.scroll { overflow-x: auto; background: var(--ground); border: 1px solid var(--border); border-radius: 6px; }
.scroll:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
table { border-collapse: collapse; width: 100%; font-size: .875rem; font-variant-numeric: tabular-nums; }
th, td { padding: .35rem .75rem; text-align: right; white-space: nowrap; vertical-align: baseline; }
th:first-child, td:first-child { text-align: left; }
.scroll th:first-child { position: sticky; left: 0; background: var(--ground); }
thead th { white-space: normal; color: var(--muted); font-weight: 500; border-bottom: 1px solid var(--border); vertical-align: bottom; }
tbody th { font-weight: 400; }
tbody.group > tr:first-child > th { font-weight: 600; padding-top: .7rem; background: var(--stripe); }
tbody.group + tbody.group { border-top: 1px solid var(--border); }
.sources { list-style: none; padding: 0; max-width: 62rem; }
.sources li + li { margin-top: .5rem; }
.sources strong { font-weight: 600; margin-left: .5rem; }
.legend { list-style: none; display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; padding: 0; margin: .5rem 0; font-size: .875rem; }
.legend li { display: flex; align-items: center; gap: .45rem; }
.swatch { flex: none; }
th .swatch { margin-right: .5rem; }
.swatch.bar { width: 16px; height: 12px; border-radius: 2px; border: 1px solid var(--axis); }
.swatch.fault { background: var(--fault); }
.charts { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 22rem), 1fr)); gap: 1rem; align-items: start; }
figure { margin: 0; padding: .75rem .5rem .25rem; background: var(--ground); border: 1px solid var(--border); border-radius: 6px; min-width: 0; }
figcaption { font-size: .8125rem; padding: 0 .5rem .25rem; color: var(--muted); }
figure > svg { display: block; width: 100%; height: auto; }
figure .legend { font-size: .8125rem; gap: .1rem .9rem; padding: 0 .5rem; margin: 0 0 .25rem; }
figure p { padding: 0 .5rem; }
details { margin: .75rem 0; }
summary { cursor: pointer; color: var(--link); font-size: .9375rem; }
details > .scroll { margin-top: .5rem; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .25rem 1.25rem; margin: 0; }
dt { color: var(--muted); }
dd { margin: 0; min-width: 0; overflow-wrap: anywhere; }
.only-narrow { display: none; }
@media (max-width: 40rem) { .only-wide { display: none !important; } .only-narrow { display: revert; } figure > svg.only-narrow { display: block; } }
@media (max-width: 30rem) { main { padding-top: .75rem; } .where { display: none; } h1 { font-size: 1rem; margin-bottom: .4rem; } .score thead th { padding-bottom: .1rem; } .score table { font-size: .8125rem; } .score td, .score th { padding: .2rem .2rem; line-height: 1.3; } .score tbody th { min-width: 6.4rem; } .score .small { font-size: .75rem; } .picture { padding: .4rem .25rem 0; } .verdict { padding: .45rem .6rem; font-size: .78rem; line-height: 1.33; } .verdict li + li { margin-top: .3rem; } .answer { margin-top: .5rem; gap: .5rem; } .score .swatch { display: none; } dl { grid-template-columns: 1fr; gap: 0; } dd { margin-bottom: .5rem; } th, td { padding: .35rem .3rem; } td { white-space: normal; } tbody th { white-space: normal; min-width: 6.5rem; } tbody th .swatch { display: none; } }
code { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; font-size: .875em; overflow-wrap: anywhere; }
@media print { body { background: none; } .scroll { overflow: visible; } figure { break-inside: avoid; } }
`;
