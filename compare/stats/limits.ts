import { FIGURE_NAMES, type FigureName, figureOf, valueIn } from "./figure-table.ts";
import type { Summary } from "./summary.ts";

/** What must not be, such as `lambda.loss>0`. */
export interface Limit {
  readonly text: string;
  readonly path: string;
  /** Every phase that is not void, if left out. */
  readonly phase?: string;
  readonly figure: FigureName;
  readonly than: keyof typeof COMPARISONS;
  readonly value: number;
}

const COMPARISONS = {
  ">": (a: number, b: number) => a > b,
  ">=": (a: number, b: number) => a >= b,
  "<": (a: number, b: number) => a < b,
  "<=": (a: number, b: number) => a <= b,
} as const;

const FORM = /^([\w-]+)\.(?:([\w-]+)\.)?(\w+)\s*(<=|>=|<|>)\s*(\d+(?:\.\d+)?)\s*(ms|s|%)?$/;
const UNITS = { ms: 1, s: 1_000, "%": 0.01 } as const;

/** Or what is wrong with it. */
export function parseLimit(text: string): Limit | string {
  const [, path, phase, figure = "", than, number, unit] = text.trim().match(FORM) ?? [];
  if (path === undefined) {
    return `"${text}" is no limit: it must be like lambda.loss>0, lambda.p99>12s or firelens-hardened.steady.memoryMb>=50`;
  }
  if (!FIGURE_NAMES.some((name) => name === figure)) {
    return `"${figure}" is no figure; there are ${FIGURE_NAMES.join(", ")}`;
  }
  const name = figure as FigureName;
  const fits = unit === undefined || (unit === "%" ? "share" : "ms") === figureOf(name).unit;
  if (!fits) return `"${text}": ${name} is not in ${unit}`;
  return {
    text: text.trim(),
    path,
    ...(phase !== undefined && { phase }),
    figure: name,
    than: than as Limit["than"],
    value: Number(number) * (unit === undefined ? 1 : UNITS[unit as keyof typeof UNITS]),
  };
}

/** What `--fail-if` gave, as often as it was; one more problem for each that is none. */
export function parseLimits(texts: readonly string[], problems: string[]): Limit[] {
  return texts.flatMap((text) => {
    const limit = parseLimit(text);
    if (typeof limit !== "string") return [limit];
    problems.push(`--fail-if: ${limit}.`);
    return [];
  });
}

export interface BrokenLimit {
  readonly limit: Limit;
  /** Where; none if there was nothing to judge by, which counts as broken: a run that measured nothing must not pass. */
  readonly cases: readonly { readonly phase: string; readonly value: number }[];
}

/** Those that a run breaks, with every phase in which it does. */
export function brokenLimits(limits: readonly Limit[], { phases }: Pick<Summary, "phases">): BrokenLimit[] {
  return limits.flatMap((limit) => {
    const known = phases
      .filter(({ id }) => limit.phase === undefined || id === limit.phase)
      .flatMap((phase) => {
        const path = phase.paths.find(({ id }) => id === limit.path);
        const value = path && valueIn(limit.figure, path, phase);
        return value === undefined ? [] : [{ phase: phase.title, value }];
      });
    const cases = known.filter(({ value }) => COMPARISONS[limit.than](value, limit.value));
    return known.length === 0 || cases.length > 0 ? [{ limit, cases }] : [];
  });
}
