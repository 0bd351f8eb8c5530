import type { ScaleInput } from "./load.ts";
import { judge, type Verdict } from "./verdict.ts";
import type { ScaleModel } from "./ways.ts";

/** Services of one kind by volume and log streams, as a grid with logarithmic axes. */
export interface Regions {
  readonly gbPerDay: readonly [from: number, to: number];
  readonly streams: readonly [from: number, to: number];
  /** Rows from the fewest log streams, cells from the least volume; each is judged at its middle. */
  readonly rows: readonly (readonly Verdict[])[];
}

const GB_PER_DAY = [1, 100_000] as const;
const STREAMS = [10, 100_000] as const;
const CELLS_PER_DECADE = 20;

/** Which way is right where. */
export function regionsOf(kind: Omit<ScaleInput, "gbPerDay" | "streams">, scale: ScaleModel): Regions {
  const rows = middles(STREAMS).map((streams) =>
    middles(GB_PER_DAY).map((gbPerDay) => judge({ ...kind, gbPerDay, streams }, scale)),
  );
  return { gbPerDay: GB_PER_DAY, streams: STREAMS, rows };
}

function middles([from, to]: readonly [number, number]): number[] {
  const cells = Math.round(Math.log10(to / from) * CELLS_PER_DECADE);
  return Array.from({ length: cells }, (_, i) => from * 10 ** ((i + 0.5) / CELLS_PER_DECADE));
}
