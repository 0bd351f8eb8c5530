import { DatadogApiError } from "../api-error.ts";
import type { Done } from "../apply/each-in-turn.ts";
import { type Current, describe, ofSetup } from "../plan/current.ts";
import type { Ask } from "../plan/kinds/ask.ts";
import { KIND_NAMES, KINDS, pathOf } from "../plan/kinds/kinds.ts";
import type { KindName } from "../recommended/all.ts";

export interface Removal {
  readonly action: "remove" | "leave";
  readonly kind: KindName;
  readonly id: string;
  readonly name: string;
  readonly remoteId: string;
  readonly why?: string;
}

/** A kind, or one object of a kind: `monitor`, `monitor/lag`. */
export interface Selector {
  readonly kind: KindName;
  readonly id?: string;
}

/**
 * What is to be removed: all of the setup, or what is selected. Indexes only if they are selected: their logs can't be searched
 * any more, and no index can ever have their name again. The last made is removed first.
 */
export function planRemovals(setup: string, selectors: readonly Selector[], current: Current): Removal[] {
  const isSelected = (kind: KindName, id: string) =>
    selectors.some((one) => one.kind === kind && (one.id === undefined || one.id === id));
  return ofSetup(setup, current)
    .map(describe)
    .toSorted((a, b) => KIND_NAMES.indexOf(b.kind) - KIND_NAMES.indexOf(a.kind))
    .flatMap((one): Removal[] => {
      if (selectors.length > 0) return isSelected(one.kind, one.id) ? [{ ...one, action: "remove" }] : [];
      if (one.kind !== "index") return [{ ...one, action: "remove" }];
      const why = `its logs could not be searched any more, nor its name used again: remove index/${one.id} if you want that`;
      return [{ ...one, action: "leave", why }];
    });
}

/** @throws DatadogApiError */
export const removeWith =
  (ask: Ask) =>
  async ({ kind, remoteId }: Removal): Promise<Done> => {
    const row = KINDS[kind];
    try {
      await ask("DELETE", pathOf(row, remoteId));
    } catch (error) {
      const isRefused = error instanceof DatadogApiError && ["notFound", "invalid"].includes(error.kind);
      // Gone already, or by this request, whose first answer got lost. Not every kind says so with 404.
      if (!isRefused || (await row.list(ask)).some((one) => one.remoteId === remoteId)) throw error;
    }
    return undefined;
  };
