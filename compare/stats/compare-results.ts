import type { Result } from "../result.ts";
import type { Distribution, Quantile } from "./distribution.ts";
import { FIGURE_NAMES, type FigureName, valueIn } from "./figure-table.ts";
import { summarise } from "./summarise.ts";
import type { PhasePathSummary } from "./summary.ts";

/** One figure in two runs. */
export interface FigurePair {
  readonly figure: FigureName;
  readonly a?: number;
  readonly b?: number;
  /** Of a percentile: the intervals in which the true ones are overlap, so that the change may be chance. */
  readonly mayBeChance?: boolean;
}

export interface PhasePair {
  readonly title: string;
  /** Void in one of the runs, or in both: nothing to compare. */
  readonly isVoid: boolean;
  readonly paths: readonly { readonly title: string; readonly figures: readonly FigurePair[] }[];
}

export interface ResultPair {
  /** What was not the same in the two runs: a change may come of it. */
  readonly differences: readonly { readonly what: string; readonly a: string; readonly b: string }[];
  readonly phases: readonly PhasePair[];
  /** Phases, and paths, that only one of them has. */
  readonly onlyIn: { readonly a: readonly string[]; readonly b: readonly string[] };
}

/** Two runs side by side: phases and paths of the same ids. */
export function compareResults(a: Result, b: Result): ResultPair {
  const [before, after] = [summarise(a), summarise(b)];
  const phases = before.phases.flatMap((phase) => {
    const other = after.phases.find(({ id }) => id === phase.id);
    if (!other) return [];
    const paths = phase.paths.flatMap((path) => {
      const same = other.paths.find(({ id }) => id === path.id);
      const pairOf = (figure: FigureName): FigurePair => ({
        figure,
        a: valueIn(figure, path, phase),
        b: same && valueIn(figure, same, other),
        ...(same && { mayBeChance: overlap(figure, path, same) }),
      });
      return same ? [{ title: path.title, figures: FIGURE_NAMES.map(pairOf) }] : [];
    });
    return [{ title: phase.title, isVoid: Boolean(phase.void ?? other.void), paths }];
  });
  return { differences: differences(a, b), phases, onlyIn: { a: missing(a, b), b: missing(b, a) } };
}

function overlap(figure: FigureName, a: PhasePathSummary, b: PhasePathSummary): boolean {
  const [one, other] = [intervalOf(a.latencyMs, figure), intervalOf(b.latencyMs, figure)];
  if (!one || !other) return false;
  const { low: from = 0, high: to = Number.POSITIVE_INFINITY } = one;
  const { low = 0, high = Number.POSITIVE_INFINITY } = other;
  return from <= high && low <= to;
}

const intervalOf = (times: Distribution | undefined, figure: FigureName) =>
  times && figure in times.intervals ? times.intervals[figure as Quantile] : undefined;

function differences(a: Result, b: Result): ResultPair["differences"] {
  const [before, after] = [conditions(a), conditions(b)];
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].flatMap((what) => {
    const [one, other] = [before[what] ?? "none", after[what] ?? "none"];
    return one === other ? [] : [{ what, a: one, b: other }];
  });
}

const conditions = ({ where, status, environment, settings, modelled }: Result): Record<string, string> => ({
  where,
  status,
  ...texts(settings),
  ...texts(environment.versions),
  machine: `${environment.cores} × ${environment.cpuModel}`,
  ...(environment.region !== undefined && { region: environment.region }),
  ...Object.fromEntries(modelled.map(({ name, value, unit }) => [name, `${value} ${unit}`.trim()])),
});

const texts = (values: object) =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, String(value)]));

/** What the first has and the other has not. */
function missing(one: Result, other: Result): string[] {
  const titles = (
    all: readonly { readonly id: string; readonly title: string }[],
    known: readonly { readonly id: string }[],
  ) => all.filter(({ id }) => !known.some((known) => known.id === id)).map(({ title }) => title);
  return [...titles(one.phases, other.phases), ...titles(one.paths, other.paths)];
}
