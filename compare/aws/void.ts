import type { Trouble } from "../../functions/recorder/arrival-lines.ts";
import { percentile, sorted } from "../stats/percentile.ts";
import type { ArrivedOnce } from "./samples.ts";

/**
 * Half of the quickest path's median. More than a local run allows: a task with a part of a vCPU gets it in slices of
 * 100 ms, and when a line was read is dated by the log driver, not by the generator.
 */
const LATE_GENERATOR_MS = 250;

export interface WhatRan {
  readonly troubles: readonly Trouble[];
  readonly paths: readonly { readonly title: string; readonly lines: ReadonlyMap<number, ArrivedOnce> }[];
}

/** Why nothing of the phase may be quoted, as far as the records tell: a sentence for each cause. */
export const voidReasons = ({ troubles, paths }: WhatRan): string[] => [
  ...recorderReason(troubles),
  ...paths.flatMap(({ title, lines }) => generatorReason(title, lines)),
];

function recorderReason(troubles: readonly Trouble[]): string[] {
  if (troubles.length === 0) return [];
  const refused = troubles.reduce((sum, trouble) => sum + trouble.refused, 0);
  const worst = Math.max(...troubles.map(({ maxMs }) => maxMs));
  const what =
    refused > 0 ? `answered ${refused} requests with 503 since it was full` : `was up to ${Math.round(worst)} ms late`;
  return [
    `The recorder did not keep up: it ${what}, so that both paths were measured by it. Run it at a lower --rate, or give the recorder's task more CPU.`,
  ];
}

function generatorReason(title: string, lines: ReadonlyMap<number, ArrivedOnce>): string[] {
  const late = [...lines.values()].flatMap(({ readMs, dueMs }) => (readMs === undefined ? [] : [readMs - dueMs]));
  const p99 = percentile(sorted(late), 0.99) ?? 0;
  if (p99 <= LATE_GENERATOR_MS) return [];
  return [
    `On ${title} one line in a hundred was written ${Math.round(p99)} ms or more after it was due, which counts as latency: the task has too little CPU. Run it at a lower --rate.`,
  ];
}
