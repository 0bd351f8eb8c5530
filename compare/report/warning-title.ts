import type { Warning } from "../result.ts";
import type { Summary } from "../stats/summary.ts";

/** What a warning is about: `Burst, Lambda`; empty if it is about all. */
export function warningTitle({ phase, path }: Warning, { phases, paths }: Pick<Summary, "phases" | "paths">): string {
  const titleOf = (all: readonly { readonly id: string; readonly title: string }[], id: string | undefined) =>
    all.find((one) => one.id === id)?.title ?? id;
  return [titleOf(phases, phase), titleOf(paths, path)].filter((title) => title !== undefined).join(", ");
}
