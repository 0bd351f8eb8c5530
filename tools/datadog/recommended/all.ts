import type { v1, v2 } from "@datadog/datadog-api-client";
import { archive } from "./archive.ts";
import type { Choices } from "./choices.ts";
import { dashboard } from "./dashboard.ts";
import { logIndex } from "./log-index.ts";
import { monitors } from "./monitors.ts";
import { pipeline } from "./pipeline.ts";

/** What each kind's file says, as Datadog's client has it. */
export interface Bodies {
  readonly pipeline: v1.LogsPipeline;
  readonly index: v1.LogsIndex;
  readonly archive: v2.LogsArchiveCreateRequestAttributes;
  readonly dashboard: v1.Dashboard;
  readonly monitor: v1.Monitor;
}

export type KindName = keyof Bodies;

export interface Recommendation<K extends KindName = KindName> {
  readonly kind: K;
  /** Part of its mark: as long as it stays, an object is changed and not made again. */
  readonly id: string;
  readonly body: Bodies[K];
}

/** Something that is not set up, since a choice is missing. */
export interface LeftOut {
  readonly kind: KindName;
  readonly needs: string;
}

/** All that the project recommends, in the order in which it is made: a log goes through pipeline, index and archive. */
export function recommended(choices: Choices): { readonly all: Recommendation[]; readonly leftOut: LeftOut[] } {
  const one = <K extends KindName>(kind: K, id: string, body: Bodies[K] | undefined): Recommendation<K>[] =>
    body ? [{ kind, id, body }] : [];
  const all = [
    ...one("pipeline", "task-events", pipeline(choices)),
    // An index can't be renamed: one of another name is another one.
    ...one("index", choices.index?.name ?? "", logIndex(choices)),
    ...one("archive", "logs", archive(choices)),
    ...one("dashboard", "both-paths", dashboard(choices)),
    ...Object.entries(monitors(choices)).flatMap(([id, body]) => one("monitor", id, body)),
  ];
  const leftOut: LeftOut[] = [
    ...(choices.index ? [] : [{ kind: "index" as const, needs: "--daily-quota EVENTS" }]),
    ...(choices.archive ? [] : [{ kind: "archive" as const, needs: "--archive-bucket NAME --archive-role ARN" }]),
  ];
  return { all, leftOut };
}
