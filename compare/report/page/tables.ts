import type { ReportCost } from "../../cost/cost-of-result.ts";
import { allItems } from "../../cost/costing.ts";
import type { CostComparison } from "../../cost/types.ts";
import type { ModelledFigure, ReadBack } from "../../result.ts";
import type { Quantile } from "../../stats/distribution.ts";
import type { PathSummary, PhasePathSummary, PhaseSummary, Summary } from "../../stats/summary.ts";
import {
  type Column,
  LOSS_COLUMNS,
  latencyCell,
  PHASE_COLUMNS,
  phaseRows,
  READ_BACK_COLUMNS,
  readBackRows,
  usageColumns,
  VOID,
} from "../words/columns.ts";
import { formatNumber, formatUsd, keepUnits, NOTHING } from "../words/format.ts";
import { MODELLED_MARK } from "../words/marks.ts";
import type { Look } from "./charts/look.ts";
import { lineSwatch } from "./legend.ts";
import { html, type Markup } from "./markup.ts";

type Looks = ReadonlyMap<string, Look>;

/** A table that scrolls in a box of its own where the screen is narrow, by keyboard, too. */
const scrolling = (label: string, head: readonly string[], body: readonly Markup[]): Markup =>
  html`<div class="scroll" role="region" tabindex="0" aria-label="${label}"><table>
<thead><tr>${head.map((title) => html`<th scope="col">${heading(title)}</th>`)}</tr></thead>
${body}</table></div>`;

/** A short one stays on one line. */
const heading = (title: string): string => (title.length <= 8 ? title.replaceAll(" ", "\u00a0") : title);

/** A heading over rows. */
const group = (title: string, columns: number, rows: readonly Markup[]): Markup =>
  html`<tbody class="group"><tr><th colspan="${columns}" scope="rowgroup">${title}</th></tr>
${rows}</tbody>
`;

const row = (head: string | Markup, texts: readonly string[]): Markup =>
  html`<tr><th scope="row">${head}</th>${texts.map((text) => html`<td>${text}</td>`)}</tr>
`;

const pathRow = <Row extends { readonly id: string; readonly title: string }>(
  path: Row,
  columns: readonly Column<Row>[],
  looks: Looks,
): Markup => {
  const look = looks.get(path.id);
  return row(
    html`${look && lineSwatch(look)}${path.title}`,
    columns.map(({ cell }) => keepUnits(cell(path))),
  );
};

export function figuresTable({ phases }: Summary, looks: Looks): Markup {
  const head = ["Path", ...PHASE_COLUMNS.map(({ title }) => title)];
  const body = phases.map((phase) =>
    group(
      phase.void ? `${phase.title}: ${VOID}` : phase.title,
      head.length,
      phaseRows(phase).map((row) => pathRow(row, PHASE_COLUMNS, looks)),
    ),
  );
  return scrolling("Lines and latency by phase and path", head, body);
}

export function usageTable(paths: readonly PathSummary[], looks: Looks, cost: ReportCost | undefined): Markup {
  const columns = [...LOSS_COLUMNS, ...usageColumns(cost)];
  const head = ["Path", ...columns.map(({ title }) => title)];
  return scrolling(
    "Lines and usage over all phases",
    head,
    paths.map((path) => pathRow(path, columns, looks)),
  );
}

/** How long lines spent in each stage of one path, by phase. */
interface StageGroup {
  readonly path: Pick<PhasePathSummary, "id" | "title">;
  /** Stages that something is known of; as many cells as there are phases. */
  readonly rows: readonly { readonly title: string; readonly cells: readonly string[] }[];
}

const STAGE_QUANTILES = { p50: "Median time in each stage", p99: "p99 of the time in each stage" } as const;

function stageGroups(phases: readonly PhaseSummary[], name: Quantile): StageGroup[] {
  return pathsOf(phases).map((path) => ({
    path,
    rows: path.stages.flatMap((stage, index) => {
      const cells = phases.map(({ paths }) => {
        const times = paths.find(({ id }) => id === path.id)?.stages[index]?.timeMs;
        return latencyCell(times, name, stage.basis === "modelled" ? MODELLED_MARK : "");
      });
      return cells.some((cell) => cell !== NOTHING) ? [{ title: stage.title, cells }] : [];
    }),
  }));
}

function pathsOf(phases: readonly PhaseSummary[]): PhasePathSummary[] {
  const all = phases.flatMap(({ paths }) => paths);
  return all.filter((path, index) => all.findIndex(({ id }) => id === path.id) === index);
}

/** One for the median and one for p99, to be opened. */
export function stageTables(all: readonly PhaseSummary[]): Markup[] {
  const phases = all.filter((phase) => !phase.void);
  const head = ["Stage", ...phases.map(({ title }) => title)];
  return (["p50", "p99"] as const).map((name) => {
    const body = stageGroups(phases, name).map(({ path, rows }) =>
      group(
        path.title,
        head.length,
        rows.map(({ title, cells }) => row(title, cells)),
      ),
    );
    const title = STAGE_QUANTILES[name];
    return html`<details><summary>${title}, by phase</summary>${scrolling(title, head, body)}</details>
`;
  });
}

/** Dollars a month by item and path. */
export function costTable({ estimates, besideCloudwatch }: CostComparison): Markup {
  const usd = (value: number | undefined) => (value === undefined ? NOTHING : MODELLED_MARK + formatUsd(value));
  const items = allItems(estimates).map(({ id, title }) =>
    row(
      title,
      estimates.map((estimate) => usd(estimate.items.find((item) => item.id === id)?.usdPerMonth)),
    ),
  );
  const sums = [
    row(
      html`<strong>All of it, a month</strong>`,
      estimates.map(({ usdPerMonth }) => usd(usdPerMonth)),
    ),
    row(
      html`<strong>Per GB of log text</strong>`,
      estimates.map(({ usdPerGb }) => usd(usdPerGb)),
    ),
    row(
      html`<strong>A month, if in CloudWatch anyway</strong>`,
      estimates.map(({ path }) => usd(besideCloudwatch[path])),
    ),
  ];
  return scrolling(
    "Dollars a month by item and path",
    ["Item", ...estimates.map(({ title }) => title)],
    [...items, ...sums],
  );
}

export function readBackTable(readBack: readonly ReadBack[], paths: readonly PathSummary[]): Markup {
  const rows = readBackRows(readBack, paths).map(([title, ...counts]) => row(title, counts));
  return scrolling("What Datadog shows", ["Path", ...READ_BACK_COLUMNS], rows);
}

/** A list: sources are long, and a table of them would not fit on a phone. */
export const modelledList = (figures: readonly ModelledFigure[]): Markup =>
  html`<ul class="sources">${figures.map(
    ({ name, value, unit, source, overridden }) =>
      html`<li><code>${name}</code> <strong>${formatNumber(value)} ${unit}</strong>${overridden && " (set by hand)"}<br><span class="small muted">${source}</span></li>
`,
  )}</ul>`;
