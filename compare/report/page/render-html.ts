import type { ReportCost } from "../../cost/cost-of-result.ts";
import type { Result } from "../../result.ts";
import { summarise } from "../../stats/summarise.ts";
import type { Summary } from "../../stats/summary.ts";
import { COST_NOTE, hasFew, INTERVAL_LEGEND } from "../words/columns.ts";
import { environmentRows } from "../words/environment.ts";
import { keepUnits } from "../words/format.ts";
import { FEW_LEGEND, LEGEND } from "../words/marks.ts";
import { overview } from "../words/overview.ts";
import { warningsOf } from "../words/warnings.ts";
import { costSection, lossChart, phaseCharts } from "./chart-sections.ts";
import { type Look, looksOf } from "./charts/look.ts";
import { firstScreen } from "./first-screen.ts";
import { html, type Markup, trusted } from "./markup.ts";
import { PAGE_STYLE } from "./page-style.ts";
import { figuresTable, modelledList, readBackTable, stageTables, usageTable } from "./tables.ts";

/** Nothing may be loaded or run, whatever a record says. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:";

/** One page that needs nothing but itself: no network, no script. */
export function renderHtml(result: Result, { cost }: { readonly cost?: ReportCost } = {}): string {
  const summary = summarise(result);
  const looks = looksOf(result.paths);
  const overall = overview(result, summary, cost);
  const title = `Lambda or FireLens, ${result.startedAt.slice(0, 10)}`;
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="generator" content="sidecarless ${result.environment.versions.sidecarless}">
<link rel="icon" href="data:,">
<title>${title}</title>
<style>${trusted(PAGE_STYLE)}</style>
</head>
<body>
<main>
<h1>${title}</h1>
<p class="muted where">${whereText(result)}</p>
${firstScreen(overall, summary, looks)}
${
  overall.findings.length > 0 &&
  html`<h2 id="findings">Findings</h2>
<ul class="findings">${overall.findings.map((text) => html`<li>${keepUnits(text)}</li>`)}</ul>`
}
${summary.phases.length > 0 && figures(summary, looks, cost)}
${readBack(result, summary)}
${warnings(result, summary)}
${summary.phases.length > 0 && charts(result, summary, looks)}
${
  cost &&
  html`<h2 id="cost">Cost</h2>
${costSection(cost.comparison)}`
}
${
  result.modelled.length > 0 &&
  html`<h2 id="modelled">Modelled figures</h2>
<p>Nothing measured these. Another value: <code>--model NAME=VALUE</code>.</p>
${modelledList(result.modelled)}`
}
<h2 id="environment">Environment</h2>
<dl>${environmentRows(result).map(
    ([name, value]) => html`<dt>${name}</dt><dd>${name === "Command" ? html`<code>${value}</code>` : value}</dd>
`,
  )}</dl>
</main>
</body>
</html>
`;
  return page.text;
}

const whereText = ({ where }: Result) =>
  where === "aws"
    ? "Both paths under one load in AWS."
    : "Both paths under one load on one machine; what AWS does in between is modelled.";

function figures(summary: Summary, looks: ReadonlyMap<string, Look>, cost: ReportCost | undefined): Markup {
  return html`<h2 id="figures">Figures</h2>
<p class="small muted">Latency counts from when a line was due, over the lines sent: “never” is a percentile that falls among lines that were lost. ${INTERVAL_LEGEND}</p>
${figuresTable(summary, looks)}
<p class="small muted">${LEGEND}${hasFew(summary) && ` ${FEW_LEGEND}`}</p>
<h3>Over all phases</h3>
${usageTable(summary.paths, looks, cost)}
${cost && html`<p class="small muted">${COST_NOTE}</p>`}
${stageTables(summary.phases)}`;
}

const readBack = ({ readBack: counts }: Result, { paths }: Summary): Markup | "" =>
  counts && counts.length > 0
    ? html`<h2 id="datadog">What Datadog shows</h2>
${readBackTable(counts, paths)}`
    : "";

function warnings(result: Result, summary: Summary): Markup | "" {
  const all = warningsOf(result, summary);
  if (all.length === 0) return "";
  const items = all.map(
    ({ title, message }) => html`<li>${title && html`<strong>${title}:</strong> `}${keepUnits(message)}</li>
`,
  );
  return html`<h2 id="warnings">Warnings</h2>
<ul class="warnings">${items}</ul>`;
}

const charts = (result: Result, summary: Summary, looks: ReadonlyMap<string, Look>): Markup =>
  html`<h2 id="loss">Loss</h2>
${lossChart(summary, looks)}
<h2 id="phases">Phase by phase</h2>
${phaseCharts(result, summary, looks)}`;
