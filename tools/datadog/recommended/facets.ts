import type { CAUSE } from "./pipeline.ts";

export interface Facet {
  /** A measure is a number with a unit; a facet is a word to group by. */
  readonly type: "measure" | "facet";
  readonly unit?: "millisecond";
  readonly means: string;
}

/**
 * What the dashboard's log graphs count and group by. Datadog's API has no operation that makes a facet (OpenAPI documents of
 * 2026-08), so a person does: `plan` says which and how.
 */
export const FACETS = {
  "@ecs.pullMs": { type: "measure", unit: "millisecond", means: "how long a task's images took to pull" },
  "@ecs.startMs": { type: "measure", unit: "millisecond", means: "from the images to a running task" },
  "@ecs.provisionMs": { type: "measure", unit: "millisecond", means: "waiting for a place and a network interface" },
  "@ecs.cause": { type: "facet", means: "why a task stopped; the pipeline writes it" },
  task_family: { type: "facet", means: "the task definition's family" },
} as const satisfies Readonly<Record<string, Facet> & Record<`@${typeof CAUSE}`, Facet>>;

export type FacetPath = keyof typeof FACETS;
export type MeasurePath = { [P in FacetPath]: (typeof FACETS)[P]["type"] extends "measure" ? P : never }[FacetPath];
