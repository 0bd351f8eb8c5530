import { type FigureName, figureOf } from "../../stats/figure-table.ts";
import { formatCount, formatMs, formatNumber, formatShare, NOTHING } from "./format.ts";

const FORMATS = { ms: formatMs, share: formatShare, count: formatCount, number: formatNumber } as const;

export const formatFigure = (value: number | undefined, unit: keyof typeof FORMATS): string =>
  value === undefined ? NOTHING : FORMATS[unit](value);

/** `+12 %`; from nothing, how much more. */
export function formatChange(name: FigureName, from: number | undefined, to: number | undefined): string {
  if (from === undefined || to === undefined) return NOTHING;
  if (from === to) return "same";
  const sign = to > from ? "+" : "−";
  const size = Math.abs(to - from);
  if (!Number.isFinite(size)) return to > from ? "worse" : "better";
  if (from === 0) return sign + formatFigure(size, figureOf(name).unit);
  return `${sign}${formatShare(size / Math.abs(from))}`;
}
