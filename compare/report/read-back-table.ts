import type { ReadBack } from "../result.ts";
import type { PathSummary } from "../stats/summary.ts";
import { formatCount } from "./format.ts";

/** What Datadog shows, the same in the terminal, in Markdown and on the page; the first column is the path. */
export const READ_BACK_COLUMNS = ["Written", "Found", "Missing", "Twice"] as const;

export const readBackRows = (counts: readonly ReadBack[], paths: readonly PathSummary[]): [string, ...string[]][] =>
  counts.map(({ path, written, found, duplicates }) => [
    paths.find(({ id }) => id === path)?.title ?? path,
    ...[written, found, written - found, duplicates].map(formatCount),
  ]);
