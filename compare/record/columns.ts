/**
 * A column of a value for each line, as a record keeps it: mostly runs, since lines are due at even distances, and those
 * that travel in one request arrive together. Nothing is lost: what makes no run stands as it is.
 */
export type PackedColumn = readonly (number | null | Run)[];

/** So many values: the first, and each the step further than the one before, to a tenth. No step: all the same. */
type Run = readonly [first: number | null, count: number, step?: number];

type Column = readonly (number | null)[];

/** Below this the values themselves are as short. */
const SHORTEST_RUN = 3;
/** Ten times what the longest sweep has; a damaged count must not fill the memory. */
const MOST_VALUES = 10_000_000;

export function packColumn(column: Column): PackedColumn {
  const packed: (number | null | Run)[] = [];
  for (let at = 0; at < column.length; ) {
    const first = column[at] ?? null;
    const step = stepAt(column, at);
    const count = runLength(column, at, step);
    if (count < SHORTEST_RUN) packed.push(first);
    else packed.push(step === 0 ? [first, count] : [first, count, step]);
    at += count < SHORTEST_RUN ? 1 : count;
  }
  return packed;
}

/** Undefined if it is no such column. */
export function unpackColumn(packed: unknown): (number | null)[] | undefined {
  if (!Array.isArray(packed)) return undefined;
  const column: (number | null)[] = [];
  for (const part of packed) {
    const run = Array.isArray(part) ? part : [part, 1];
    const [first, count, step = 0] = run as unknown[];
    const isRun = isValue(first) && isValue(step) && Number.isSafeInteger(count) && (count as number) > 0;
    if (!isRun || column.length + (count as number) > MOST_VALUES) return undefined;
    for (let i = 0; i < (count as number); i++) column.push(valueIn(first, i, step ?? 0));
  }
  return column;
}

const isValue = (value: unknown): value is number | null => value === null || Number.isFinite(value);

function stepAt(column: Column, at: number): number {
  const [first, second] = [column[at] ?? null, column[at + 1] ?? null];
  return first === null || second === null ? 0 : toTenth(second - first);
}

function runLength(column: Column, at: number, step: number): number {
  const first = column[at] ?? null;
  let count = 1;
  while (at + count < column.length && column[at + count] === valueIn(first, count, step)) count += 1;
  return count;
}

const valueIn = (first: number | null, index: number, step: number) =>
  first === null || index === 0 || step === 0 ? first : toTenth(first + index * step);

/** As all times of a run are: more than any clock here tells. Sums of tenths are none in floating point. */
export const toTenth = (ms: number): number => Math.round(ms * 10) / 10;
