import type { CostComparison } from "../../cost/types.ts";
import type { Result } from "../../result.ts";
import type { PhaseSummary, Summary } from "../../stats/summary.ts";
import { datadogText, firstQuestion, NOT_COUNTED } from "../words/cost.ts";
import { formatMs, formatNumber, keepUnits, plural } from "../words/format.ts";
import { breakEvenText, recommend } from "../words/recommend.ts";
import { costCurves } from "./charts/cost-curves.ts";
import { costItems, costParts } from "./charts/cost-items.ts";
import { latencyCurves, latencyRange, type PhaseDrawing } from "./charts/latency-curves.ts";
import { latencyOverTime, medianRange } from "./charts/latency-over-time.ts";
import { type Look, looksOf } from "./charts/look.ts";
import { lossBars } from "./charts/loss-bars.ts";
import { type DrawnStage, drawnStages, stages } from "./charts/stages.ts";
import { figure, sentence } from "./figure.ts";
import { barLegend, FAULT_ENTRY, LOST_ENTRY, lineLegend, MARKERS_ENTRY, partLegend } from "./legend.ts";
import { html, type Markup } from "./markup.ts";
import { costTable } from "./tables.ts";

type Looks = ReadonlyMap<string, Look>;

/** Loss in all phases that are not void. */
export function lossChart({ phases, paths }: Summary, looks: Looks): Markup {
  const valid = phases.filter((phase) => !phase.void);
  const caption = "Lines lost, and their share of the lines sent";
  const isEmpty = valid.every((phase) => phase.paths.every(({ lost }) => lost === 0));
  const none = valid.length === 0 ? "Every phase is void." : "No path lost a line in any phase.";
  const note = paths.some(({ lostInModel }) => lostInModel > 0) ? LOST_IN_MODEL : undefined;
  return html`<div class="charts">
${isEmpty ? sentence(caption, none) : figure(caption, lossBars(valid, paths, looks), barLegend(paths, looks), note)}</div>`;
}

const LOST_IN_MODEL = "Stripes and ~: a model lost these lines, and no program.";

/** Curves, course and stages of each phase. */
export function phaseCharts(result: Result, { phases, paths }: Summary, looks: Looks): Markup {
  const valid = result.phases.filter((phase) => !phase.void);
  const ranges = { range: latencyRange(valid), medianRange: medianRange(valid) };
  const drawn = drawnStages(paths);
  const sections = result.phases.map((phase, index) => {
    const summary = phases[index];
    return summary ? phaseSection({ phase, summary, looks, ...ranges }, drawn) : "";
  });
  return html`${sections}`;
}

function phaseSection(drawing: PhaseDrawing, drawn: readonly DrawnStage[]): Markup {
  const { summary } = drawing;
  return html`<section><h3>${summary.title}</h3>
<p class="small muted">${phaseText(summary)}</p>
${summary.void ? html`<p><strong>Void</strong>: ${summary.void.join(" ")} Nothing of it is shown; the samples are in result.json.</p>` : drawings(drawing, drawn)}
${noteList(summary)}
</section>
`;
}

const WITHIN = "Share of the lines sent that arrived within a time";
const OVER_TIME = "Median latency by the time lines were due";
const STAGES = "Mean time in each stage";
const WAITS_INTO =
  "By when lines were due, not when they arrived: those due just before the fault may wait into it, so a curve may rise before it.";

function drawings(drawing: PhaseDrawing, drawn: readonly DrawnStage[]): Markup {
  const { summary, looks } = drawing;
  const { paths, fault } = summary;
  if (paths.every(({ arrived }) => arrived === 0)) {
    return html`<p>${summary.sent === 0 ? "No line was sent." : `None of ${plural(summary.sent, "line")} arrived on any path.`}</p>`;
  }
  const known = drawn.filter(({ id }) =>
    paths.some((path) => path.stages.some((stage) => stage.id === id && stage.timeMs)),
  );
  const isLost = paths.some(({ lost }) => lost > 0);
  const overTime = [...(fault ? [FAULT_ENTRY] : []), ...(isLost ? [LOST_ENTRY] : [])];
  return html`<div class="charts">
${figure(WITHIN, latencyCurves(drawing), lineLegend(paths, looks, [MARKERS_ENTRY]))}
${figure(OVER_TIME, latencyOverTime(drawing), lineLegend(paths, looks, overTime), fault ? WAITS_INTO : undefined)}
${known.length === 0 ? sentence(STAGES, "How long lines spent in each stage is not known.") : figure(STAGES, stages(summary, known), partLegend(known))}
</div>`;
}

function phaseText({ sent, loadMs, warmUpMs = 0, fault }: PhaseSummary): string {
  const rate = loadMs > 0 ? `, ${formatNumber((sent / loadMs) * 1_000)} a second on average` : "";
  const warmUp = warmUpMs > 0 ? ` Those of the first ${formatMs(warmUpMs)}, the warm-up, are in no percentile.` : "";
  const load = `${plural(sent, "line")} in ${formatMs(loadMs)}${rate}.${warmUp}`;
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
  const partEntries = partLegend(parts.map(({ title, color }) => ({ title, color, modelled: true })));
  return html`<p><strong>${firstQuestion(cost)}</strong></p>
<p>${recommend(cost).reason}</p>
<div class="charts">
${figure("Dollars per task and month over volume; ring: break-even of Lambda and FireLens", costCurves(cost, looks), lineLegend(titles, looks))}
${figure("Dollars a month by item", costItems(cost, parts), partEntries)}
</div>
<h3>Break-even</h3>
<ul>${cost.breakEvens.map((even) => html`<li>${breakEvenText(cost, even)}</li>`)}</ul>
${costTable(cost)}
<p>${datadogText(cost)}</p>
<p class="small muted">Prices of ${cost.pricesDate}. ${NOT_COUNTED}</p>`;
}
