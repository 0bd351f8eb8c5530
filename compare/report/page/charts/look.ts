import type { Basis } from "../../../result.ts";

/** How a path is drawn: colour and marker say which it is, the line's dashes say whether it was measured. */
export interface Look {
  /** A CSS colour. */
  readonly color: string;
  /** Of the line; not the same for all, so that one exactly over another still shows it. */
  readonly width: number;
  readonly symbol: Marker;
  /** Lengths of dashes and gaps; none: a solid line. */
  readonly dashes: readonly number[];
}

export type Marker = "circle" | "triangle" | "rect" | "diamond" | "arrow";

const MARKERS: readonly Marker[] = ["circle", "triangle", "rect", "diamond", "arrow"];

const WIDTHS = [2, 4, 1.5, 2.5, 1.5];

const DASHES: Readonly<Record<Basis, readonly number[]>> = { measured: [], mixed: [7, 3], modelled: [2, 3] };

/** @param index among all that are drawn together: the page has `MARKERS` as many colours, then they come again */
const lookOf = (index: number, basis: Basis, count: number): Look => ({
  color: `var(--path-${(index % MARKERS.length) + 1})`,
  symbol: MARKERS[index % MARKERS.length] ?? "circle",
  width: count < 3 ? 2 : (WIDTHS[index % WIDTHS.length] ?? 2),
  dashes: DASHES[basis],
});

/** Of parts of a whole, such as stages: colours of their own, so that none passes for a path. */
export const PART_COLORS = 9;
export const partColor = (index: number): string => `var(--part-${(index % PART_COLORS) + 1})`;

/** Stripes in the colour of the ground over a bar that is modelled. */
export const HATCH = {
  symbol: "rect",
  color: "var(--ground)",
  dashArrayX: [1, 0],
  dashArrayY: [1.2, 3.8],
  rotation: -Math.PI / 4,
};

/** The same for a swatch. */
export const hatchCss = (color: string): string =>
  `repeating-linear-gradient(135deg, ${color} 0 3px, var(--ground) 3px 4.5px)`;

/** Of each path by its id, in the order of the record. */
export const looksOf = (paths: readonly { readonly id: string; readonly basis: Basis }[]): ReadonlyMap<string, Look> =>
  new Map(paths.map(({ id, basis }, index) => [id, lookOf(index, basis, paths.length)]));
