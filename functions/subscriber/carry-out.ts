import type { Called, Calls } from "./calls.ts";
import type { LogsApi } from "./logs-api.ts";
import type { Decision, Filter } from "./plan.ts";
import type { Why } from "./whys.ts";

/** What became of a decision. */
export type Outcome =
  | { readonly done: "added" | "updated" | "removed" }
  | { readonly left: Why }
  /** There was no time for it. */
  | { readonly late: true }
  /** The stack is being deleted: whatever is put now would stay for ever. */
  | { readonly stopped: true };

export interface Hands {
  readonly api: LogsApi;
  readonly calls: Calls;
  readonly filter: Filter;
  readonly dryRun: boolean;
  /** Asked before each filter that is put. */
  readonly isStopped: () => Promise<boolean>;
}

const DONE = { add: "added", update: "updated", remove: "removed" } as const;

/** Does what was decided, by filters of one name only. */
export async function carryOut({ logGroup, action, why }: Decision, hands: Hands): Promise<Outcome> {
  if (action === "leave") return { left: why };
  if (hands.dryRun) return { done: DONE[action] };
  if (action !== "remove" && (await hands.isStopped())) return { stopped: true };
  const called: Called<void> = await hands.calls.write(() =>
    action === "remove"
      ? hands.api.removeFilter(logGroup, hands.filter.name)
      : hands.api.putFilter(logGroup, hands.filter),
  );
  if ("late" in called) return { late: true };
  return "failure" in called ? { left: called.failure.why } : { done: DONE[action] };
}
