import { BarChart, LineChart, ScatterChart } from "echarts/charts";
import { GridComponent, MarkAreaComponent } from "echarts/components";
import * as echarts from "echarts/core";
import { SVGRenderer } from "echarts/renderers";
import { escapeHtml, type Markup, trusted } from "../markup.ts";

echarts.use([BarChart, LineChart, ScatterChart, GridComponent, MarkAreaComponent, SVGRenderer]);

/** What `setOption` takes. */
export type ChartOption = echarts.EChartsCoreOption;

/**
 * Of every drawing, in its own units: narrow enough to be read on a phone at its full size. Wide screens get several
 * side by side.
 */
export const CHART_WIDTH = 360;

export interface Drawing {
  /** Unique on the page; letters, digits and hyphens. */
  readonly id: string;
  readonly height: number;
  /** What the drawing shows, with its main figures, for who cannot see it. */
  readonly label: string;
  readonly option: ChartOption;
}

/** As SVG that takes its colours from the page's CSS variables, and scales with the width that it gets. */
export function draw({ id, height, label, option }: Drawing): Markup {
  const chart = echarts.init(null, null, { renderer: "svg", ssr: true, width: CHART_WIDTH, height });
  try {
    chart.setOption({ animation: false, textStyle: TEXT, ...option });
    return trusted(tidied(chart.renderToSVGString(), id, label, height));
  } finally {
    // It would keep the process alive.
    chart.dispose();
  }
}

/** ECharts only measures with these; the page's font is drawn. */
const TEXT = { fontFamily: "sans-serif", fontSize: 11, color: "var(--muted)" };

/** Less what serves a live chart only, and with names that are the same in every run and different on every drawing. */
function tidied(svg: string, id: string, label: string, height: number): string {
  return (
    svg
      .replace(
        /<svg [^>]*>/,
        `<svg viewBox="0 0 ${CHART_WIDTH} ${height}" role="img" aria-label="${escapeHtml(label)}">`,
      )
      .replace(/<style ?>[\s\S]*?<\/style>/g, "")
      .replace(/ (?:class|pointer-events|ecmeta_\w+)="[^"]*"/g, "")
      .replace(/zr\d+-/g, `${id}-`)
      .replaceAll("font-family:sans-serif;", "")
      // What can't be seen: the ground, bars of no length, lines without a point.
      .replace(/<g [^>]*>\s*<path d=""[^>]*><\/path>\s*<\/g>/g, "")
      .replace(/<(rect|path) [^>]*fill="none"><\/\1>/g, "")
      .replace(/<path d="M[\d.]+ [\d.]+l0 0l0 [\d.]+l0 0Z"[^>]*><\/path>/g, "")
      // Of a label that was broken: it would shift a line that ends there.
      .replace(/ +<\/text>/g, "</text>")
      .replace(/\n+/g, "\n")
  );
}
