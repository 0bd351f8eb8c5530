import type { Look } from "./look.ts";

/** What all charts have in common. Colours are the page's CSS variables. */
export const FONT_SIZE = 11;
export const AXIS_LABEL = { fontSize: FONT_SIZE, color: "var(--muted)", hideOverlap: true };
export const AXIS_LINE = { show: true, onZero: false, lineStyle: { color: "var(--axis)" } };
export const GRID_LINE = { show: true, lineStyle: { color: "var(--grid)" } };
/** Nothing reacts to a pointer: it is a picture. */
export const STILL = { silent: true, emphasis: { disabled: true } };

/** Of a path's line. */
export const lineStyleOf = ({ color, width, dashes }: Look) => ({
  color,
  width,
  type: dashes.length > 0 ? [...dashes] : "solid",
});

/** What an axis shows: below one that lies, along one that stands. */
export const axisName = (name: string, gap: number) => ({
  name,
  nameLocation: "middle",
  nameGap: gap,
  nameTextStyle: { color: "var(--muted)", fontSize: FONT_SIZE },
});

/** A row of bars for each title, from the top. */
export const titleAxis = (titles: readonly string[]) => ({
  type: "category",
  inverse: true,
  data: titles,
  axisTick: { show: false },
  axisLine: AXIS_LINE,
  axisLabel: { ...AXIS_LABEL, width: 82, overflow: "break", color: "var(--text)", interval: 0 },
});

/** Texts at the ends of stacked bars. */
export const stackEnds = (stack: string, texts: readonly string[]) => ({
  ...STILL,
  type: "bar",
  stack,
  itemStyle: { color: "transparent" },
  label: { show: true, position: "right", fontSize: FONT_SIZE, color: "var(--text)" },
  data: texts.map((formatter) => ({ value: 0, label: { formatter } })),
});
