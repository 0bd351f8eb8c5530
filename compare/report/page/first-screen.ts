import type { PathCost } from "../../cost/cost-of-result.ts";
import type { PhaseSummary, Summary } from "../../stats/summary.ts";
import { intervalText } from "../words/columns.ts";
import { formatNumber, formatUsdRange, keepUnits, NOTHING } from "../words/format.ts";
import { BASIS_TITLES, MODELLED_MARK } from "../words/marks.ts";
import type { Overview } from "../words/overview.ts";
import { calmPhase, faultPhases, lossByFault, lossShare, narrowScore, type ScoreRow } from "../words/scorecard.ts";
import { atAGlance } from "./charts/at-a-glance.ts";
import type { Look } from "./charts/look.ts";
import { svg } from "./figure.ts";
import { lineSwatch } from "./legend.ts";
import { html, type Markup } from "./markup.ts";

type Looks = ReadonlyMap<string, Look>;

/** What a boss reads: each path at a glance, which to take, and one picture. */
export function firstScreen({ caveats, rows, advice, usage }: Overview, summary: Summary, looks: Looks): Markup {
  return html`${caveats.length > 0 && html`<ul class="caveats">${caveats.map((text) => html`<li>${keepUnits(text)}</li>`)}</ul>`}
${rows.length > 0 && scoreTable(rows, looks)}
<div class="answer">
${advice.length > 0 && html`<ul class="verdict">${advice.map((text) => html`<li>${keepUnits(text)}</li>`)}</ul>`}
${picture(summary, looks)}
</div>
${usage && html`<p class="small muted">${keepUnits(usage)}</p>`}
${rows.length > 0 && html`<ul class="small only-narrow">${rows.map(({ title, cannot }) => html`<li>${title} can't ${cannot}.</li>`)}</ul>`}`;
}

const scoreTable = (rows: readonly ScoreRow[], looks: Looks): Markup =>
  html`<div class="scroll score" role="region" tabindex="0" aria-label="Each path at a glance"><table>
<thead><tr><th scope="col">Path</th><th scope="col">p50, p99</th><th scope="col">Lost <span class="only-wide">by fault</span></th><th scope="col">$ a month<span class="only-wide"><br>(if in CloudWatch)</span></th><th scope="col" class="only-wide">Can't</th></tr></thead>
<tbody>${rows.map((row) => scoreRow(row, looks.get(row.id)))}</tbody></table></div>`;

function scoreRow(row: ScoreRow, look: Look | undefined): Markup {
  const { title, basis, cost, cannot } = row;
  const cell = (name: string) =>
    keepUnits(
      narrowScore(false)
        .find((column) => column.title === name)
        ?.cell(row) ?? NOTHING,
    );
  const memory =
    cost &&
    html`<span class="small muted"> ${formatNumber(cost.memoryMb)}\u00a0MB<span class="only-wide"> in the task</span></span>`;
  return html`<tr><th scope="row">${look && lineSwatch(look)}<strong>${title}</strong><br class="only-wide"><span class="small muted only-wide">${BASIS_TITLES[basis]}${cost && ", "}</span>${memory}</th>
<td>${cell("p50")}${interval(row, "p50")}<br>${cell("p99")}${interval(row, "p99")}</td>
<td><span class="only-narrow">${cell("Most lost")}</span><ul class="plain only-wide">${lossByFault(row).map((text) => html`<li>${keepUnits(text)}</li>`)}</ul></td>
<td>${cost ? dollars(cost) : NOTHING}</td>
<td class="only-wide">${cannot}</td></tr>
`;
}

const interval = ({ calm }: ScoreRow, name: "p50" | "p99"): Markup | "" => {
  const text = intervalText(calm?.latencyMs, name);
  return text === "" ? "" : html`<span class="small muted only-wide"> (${keepUnits(text)})</span>`;
};

/** In brackets what it is if the logs are in CloudWatch anyway, where that differs. */
function dollars({ usdPerMonth, besideCloudwatch }: PathCost): Markup {
  const [all, beside] = [usdPerMonth, besideCloudwatch].map(formatUsdRange);
  return html`${MODELLED_MARK + all}${all !== beside && html`<br>(${MODELLED_MARK + beside})`}`;
}

/** The calm phase, and the fault in which most was lost, or which held lines up longest: on a phone only that. */
function picture({ phases }: Summary, looks: Looks): Markup | "" {
  const worst = faultPhases(phases).toSorted((a, b) => mostLost(b) - mostLost(a) || slowest(b) - slowest(a))[0];
  const shown = [calmPhase(phases), worst].filter((phase) => phase !== undefined);
  if (shown.every(({ paths }) => paths.every(({ sent }) => sent === 0))) return "";
  return html`<figure class="picture"><figcaption>How late lines came, p50 to p99, and what was lost</figcaption>
${svg(atAGlance(shown.slice(-1), looks, "narrow"), "only-narrow")}
${svg(atAGlance(shown, looks, "wide"), "only-wide")}</figure>`;
}

const mostLost = ({ paths }: PhaseSummary) => Math.max(0, ...paths.map(lossShare));
const slowest = ({ paths }: PhaseSummary) => Math.max(0, ...paths.map(({ latencyMs }) => latencyMs?.p99 ?? 0));
