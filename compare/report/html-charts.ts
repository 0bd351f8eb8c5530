import type { CostComparison } from "../cost/types.ts";
import type { Result } from "../result.ts";
import type { PhaseSummary, Summary } from "../stats/summary.ts";
import { breakEvenText, costCurves } from "./charts/cost-curves.ts";
import { costItems, costParts } from "./charts/cost-items.ts";
import { type Drawing, draw } from "./charts/draw.ts";
import { latencyCurves, latencyRange, type PhaseDrawing } from "./charts/latency-curves.ts";
import { latencyOverTime, medianRange } from "./charts/latency-over-time.ts";
import { BARS, phaseBars } from "./charts/phase-bars.ts";
import { type DrawnStage, drawnStages, stages } from "./charts/stages.ts";
import { formatMs, formatNumber, keepUnits, plural } from "./format.ts";
import { costTable, scrolling } from "./html-tables.ts";
import { barLegend, lineLegend, partLegend, phaseLegend } from "./legend.ts";
import { type Look, looksOf } from "./look.ts";
import { html, type Markup } from "./markup.ts";
import { timeRows } from "./time-table.ts";

type Looks = ReadonlyMap<string, Look>;

const figure = (caption: string, drawing: Drawing): Markup =>
  html`<figure><figcaption>${caption}</figcaption>${draw(drawing)}</figure>
`;

/** Loss and duplicates of all phases. */
export const countCharts = ({ phases, paths }: Summary, looks: Looks): Markup =>
  html`${barLegend(paths, looks)}
<div class="charts">
${BARS.map((bars) => figure(`${bars.title}, and their share of the lines sent`, phaseBars(bars, phases, paths, looks)))}</div>`;

/** Curves, course and stages of each phase. */
export function phaseCharts(result: Result, { phases, paths }: Summary, looks: Looks): Markup {
  const ranges = { range: latencyRange(result.phases), medianRange: medianRange(result.phases) };
  const drawn = drawnStages(paths);
  const sections = result.phases.map((phase, index) => {
    const summary = phases[index];
    return summary ? phaseSection({ phase, summary, looks, ...ranges }, drawn) : "";
  });
  return html`${lineLegend(paths, looks, phaseLegend(phases))}
${partLegend(drawn)}
${sections}`;
}

function phaseSection(drawing: PhaseDrawing, drawn: readonly DrawnStage[]): Markup {
  const { summary } = drawing;
  return html`<section><h3>${summary.title}</h3>
<p class="small muted">${phaseText(summary)}</p>
<div class="charts">
${figure("Share of the lines sent that arrived within a time", latencyCurves(drawing))}
${figure("Median latency by the time lines were due", latencyOverTime(drawing))}
${figure("Mean time in each stage", stages(summary, drawn))}
</div>
${noteList(summary)}
<details><summary>Latency over time in figures</summary>${timeTable(drawing)}</details>
</section>
`;
}

const timeTable = ({ phase, summary }: PhaseDrawing): Markup =>
  scrolling(
    `Median latency over time, ${summary.title}`,
    ["Lines due from", ...summary.paths.map(({ title }) => title)],
    timeRows(phase, summary).map(
      ({
        fromMs,
        cells,
      }) => html`<tr><th scope="row">${formatMs(fromMs)}</th>${cells.map((cell) => html`<td>${cell}</td>`)}</tr>
`,
    ),
  );

function phaseText({ sent, loadMs, fault }: PhaseSummary): string {
  const rate = loadMs > 0 ? `, ${formatNumber((sent / loadMs) * 1_000)} a second on average` : "";
  const load = `${plural(sent, "line")} in ${formatMs(loadMs)}${rate}.`;
  return keepUnits(
    fault ? `${load} Fault: ${fault.title}, ${formatMs(fault.fromMs)} to ${formatMs(fault.toMs)}.` : load,
  );
}

function noteList({ paths }: PhaseSummary): Markup | "" {
  const notes = paths.flatMap(({ title, notes }) => notes.map((note) => html`<li>${title}: ${note}</li>`));
  return notes.length > 0 ? html`<ul class="small muted">${notes}</ul>` : "";
}

/** Cost over volume, items, and both in figures. */
export function costSection(cost: CostComparison): Markup {
  const looks = looksOf(cost.estimates.map(({ path }) => ({ id: path, basis: "modelled" as const })));
  const titles = cost.estimates.map(({ path, title }) => ({ id: path, title, basis: "modelled" as const }));
  const parts = costParts(cost);
  const { gbPerDay, tasks, region, retentionDays, egress } = cost.input;
  const usage = `${formatNumber(gbPerDay)} GB a day from ${plural(tasks, "task")} in ${region}, kept ${plural(retentionDays, "day")}, egress by ${egress}`;
  return html`<p>${cost.recommendation.reason}</p>
<p class="small muted">All of it is modelled: ${usage}; prices of ${cost.pricesDate}. For your own usage: <code>npm run compare -- cost --help</code></p>
${lineLegend(titles, looks)}
${partLegend(parts.map(({ title, color }) => ({ title, color, modelled: true })))}
<div class="charts">
${figure("Dollars per task and month over volume; ring: break-even of Lambda and FireLens", costCurves(cost, looks))}
${figure("Dollars a month by item", costItems(cost, parts))}
</div>
<h3>Break-even</h3>
<ul>${cost.breakEvens.map((even) => html`<li>${breakEvenText(cost, even)}</li>`)}</ul>
${costTable(cost)}`;
}
