import { BarChart, LineChart, ScatterChart } from "echarts/charts";
import { GridComponent, MarkAreaComponent } from "echarts/components";
import * as echarts from "echarts/core";
import { SVGRenderer } from "echarts/renderers";

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
  /** In its own units; that of all drawings if left out. */
  readonly width?: number;
  /** What the drawing shows, with its main figures, for who cannot see it. */
  readonly label: string;
  readonly option: ChartOption;
}

/** What goes into an `svg` of that width and height. It takes its colours from the page's CSS variables. */
export function draw({ id, width = CHART_WIDTH, height, option }: Omit<Drawing, "label">): string {
  const chart = echarts.init(null, null, { renderer: "svg", ssr: true, width, height });
  try {
    chart.setOption({ animation: false, textStyle: TEXT, ...option });
    return tidied(chart.renderToSVGString(), id);
  } finally {
    // It would keep the process alive.
    chart.dispose();
  }
}

/** ECharts only measures with these; the page's font is drawn. */
const TEXT = { fontFamily: "sans-serif", fontSize: 11, color: "var(--muted)" };

/** Less what serves a live chart only, and with names that are the same in every run and different on every drawing. */
function tidied(svg: string, id: string): string {
  return (
    svg
      .replace(/^\s*<svg [^>]*>|<\/svg>\s*$/g, "")
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
