import type { CostEstimate, CostItem } from "./types.ts";

/** Items of all paths, each once, in the order in which they come first. */
export function allItems(estimates: readonly CostEstimate[]): Pick<CostItem, "id" | "title">[] {
  const titles = new Map(estimates.flatMap(({ items }) => items.map(({ id, title }) => [id, title] as const)));
  return [...titles].map(([id, title]) => ({ id, title }));
}
