import type { Basis } from "../../result.ts";
import type { PathSummary } from "../../stats/summary.ts";
import { BASIS_TITLES } from "../words/marks.ts";
import { hatchCss, type Look } from "./charts/look.ts";
import { html, type Markup } from "./markup.ts";

type Path = Pick<PathSummary, "id" | "title" | "basis">;

/** Paths with the line that each is drawn by. @param more items behind them */
export function lineLegend(
  paths: readonly Path[],
  looks: ReadonlyMap<string, Look>,
  more: readonly Markup[] = [],
): Markup {
  const entries = paths.flatMap(({ id, title, basis }) => {
    const look = looks.get(id);
    return look ? [{ swatch: lineSwatch(look), title, basis }] : [];
  });
  return legend(entries, more);
}

/** Paths with the bar that counts of each are drawn by: striped only if the whole path is a model. */
export function barLegend(paths: readonly Path[], looks: ReadonlyMap<string, Look>): Markup {
  return partLegend(
    paths.map(({ id, title, basis }) => ({
      title,
      color: looks.get(id)?.color ?? "none",
      modelled: basis === "modelled",
    })),
  );
}

export interface Part {
  readonly title: string;
  readonly color: string;
  readonly modelled: boolean;
}

/** Parts of stacked bars. */
export const partLegend = (parts: readonly Part[]): Markup =>
  legend(
    parts.map(({ title, color, modelled }) => ({
      swatch: barSwatch(modelled ? hatchCss(color) : color),
      title,
      basis: modelled ? "modelled" : "measured",
    })),
  );

interface Entry {
  readonly swatch: Markup;
  readonly title: string;
  readonly basis: Basis;
}

/** Says of each whether it was measured; once, if it is the same for all. */
function legend(entries: readonly Entry[], more: readonly Markup[] = []): Markup {
  const bases = new Set(entries.map(({ basis }) => basis));
  const isSame = bases.size === 1 && entries.length > 1;
  const items = entries.map(
    ({ swatch, title, basis }) =>
      html`<li>${swatch} ${title}${!isSame && html` <span class="muted">(${BASIS_TITLES[basis]})</span>`}</li>`,
  );
  const all = isSame && html`<li class="muted">(all ${BASIS_TITLES[[...bases][0] ?? "measured"]})</li>`;
  return html`<ul class="legend">${items}${all}${more}</ul>`;
}

export function lineSwatch({ color, symbol, dashes }: Look): Markup {
  const marker = {
    circle: html`<circle cx="17" cy="6" r="3.5" />`,
    triangle: html`<path d="M17 2l4 7.5h-8z" />`,
    rect: html`<path d="M13.5 2.5h7v7h-7z" />`,
    diamond: html`<path d="M17 1.5l4.5 4.5l-4.5 4.5l-4.5-4.5z" />`,
    arrow: html`<path d="M17 1l4 9.5l-4-2.5l-4 2.5z" />`,
  }[symbol];
  return html`<svg class="swatch" viewBox="0 0 34 12" width="34" height="12" aria-hidden="true" fill="${color}"><path d="M0 6h34" stroke="${color}" stroke-width="2" stroke-dasharray="${dashes.join(" ") || "none"}" />${marker}</svg>`;
}

const barSwatch = (background: string): Markup =>
  html`<span class="swatch bar" style="background: ${background}"></span>`;

export const FAULT_ENTRY = html`<li>${barSwatch("var(--fault)")} fault</li>`;
export const LOST_ENTRY = html`<li><svg class="swatch" viewBox="0 0 34 12" width="34" height="12" aria-hidden="true"><path d="M2 6h18M26 6h6" stroke="currentColor" stroke-width="4" /></svg> on top: lines of that time were lost</li>`;
export const MARKERS_ENTRY = html`<li class="muted">markers: p50 and p99</li>`;
