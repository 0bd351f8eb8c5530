import type { Sorted } from "./percentile.ts";

export interface EcdfPoint {
  readonly value: number;
  /** Of all lines sent, that had arrived within this value. */
  readonly share: number;
}

/**
 * How large a share of lines had arrived within a time: steps, to be drawn over a logarithmic axis. Of the lines *sent*:
 * a curve that ends below 1 shows the loss, where a curve over those that arrived would make a path look fast for having
 * lost what was slow.
 * @param arrived latencies of those that arrived.
 * @param sent at least as many.
 * @param least what smaller values, zero and below included, are drawn as.
 * @param steps how many points at most; they are spread evenly over the drawn width and height, and the first and last stay.
 */
export function ecdf(arrived: Sorted, sent: number, least = 1, steps = 120): EcdfPoint[] {
  if (arrived.length === 0 || sent === 0) return [];
  const first = Math.max(least, arrived[0] as number);
  const last = Math.max(least, arrived.at(-1) as number);
  const width = Math.log(last / first) || 1;
  const points: EcdfPoint[] = [{ value: first, share: 0 }];
  let drawn = { x: 0, y: 0 };
  arrived.forEach((raw, index) => {
    const value = Math.max(least, raw);
    const next = arrived[index + 1];
    // Only the last of equal values is a point of the curve.
    if (next !== undefined && Math.max(least, next) === value) return;
    const [x, y] = [Math.log(value / first) / width, (index + 1) / arrived.length];
    if (next !== undefined && Math.max(x - drawn.x, y - drawn.y) < 2 / steps) return;
    points.push({ value, share: (index + 1) / sent });
    drawn = { x, y };
  });
  return points;
}
