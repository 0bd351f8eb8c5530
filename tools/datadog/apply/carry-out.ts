import type { DatadogApiError } from "../api-error.ts";
import type { Change } from "../plan/changes.ts";
import { differences } from "../plan/differences.ts";
import { moveBeforeCatchAll } from "../plan/index-order.ts";
import type { Ask, JsonObject } from "../plan/kinds/ask.ts";
import { KINDS, pathOf } from "../plan/kinds/kinds.ts";
import { INDEX_ORDER_PATH, readIndexOrder } from "../plan/read-current.ts";
import type { Done } from "./each-in-turn.ts";

export type Step = Extract<Change, { readonly action: "create" | "update" | "move" }>;

export const stepsOf = (changes: readonly Change[]): Step[] =>
  changes.filter((change): change is Step => ["create", "update", "move"].includes(change.action));

/** Makes, changes or moves one object. @throws DatadogApiError */
export const carryOutWith =
  (ask: Ask) =>
  async (step: Step): Promise<Done> => {
    const row = KINDS[step.kind];
    if (step.action === "move") return move(ask, step.name);
    const { body } = step;
    const request = row.toRequest?.(body, step.action) ?? body;
    const answer =
      step.action === "create"
        ? await ask("POST", row.path, { body: request })
        : await ask("PUT", pathOf(row, step.remoteId), { body: request });
    const is = row.fromAnswer?.((answer ?? {}) as JsonObject) ?? answer;
    const notTaken = differences(is, body).map(({ path }) => path);
    return { result: "done", ...(notTaken.length > 0 && { notTaken }) };
  };

export function hintsOn(step: Step, error: DatadogApiError): string[] {
  const type = "body" in step ? step.body.type : undefined;
  if (error.kind === "forbidden" && step.kind === "monitor" && type === "log alert") {
    // https://docs.datadoghq.com/api/latest/monitors/#create-a-monitor (2026-11)
    return ["Monitors of logs need an application key without scopes."];
  }
  if (error.kind === "invalid" && step.kind === "index" && step.action === "create") {
    return ["The name of a deleted index can't be used again: --index-name takes another."];
  }
  return [];
}

/** By the order as it is now, so that no index that somebody added meanwhile is left out. */
async function move(ask: Ask, name: string): Promise<Done> {
  const order = await readIndexOrder(ask);
  if (!order.includes(name)) return { result: "not tried", why: "the index is not there" };
  const indexes = (await KINDS.index.list(ask)).map((one) => ({
    name: one.name,
    query: (one.body.filter as JsonObject | undefined)?.query,
  }));
  const to = moveBeforeCatchAll(order, indexes, name);
  if (to) await ask("PUT", INDEX_ORDER_PATH, { body: { index_names: to.order } });
  return undefined;
}
