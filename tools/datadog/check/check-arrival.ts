import type { SentEntry } from "../../../functions/intake/payload.ts";
import { DatadogApiError } from "../api-error.ts";
import { expectedFrom, queriedFrom, shownAs } from "./as-datadog-shows.ts";
import { type Compared, compareLog, differences } from "./compare-log.ts";
import type { CheckContext } from "./context.ts";
import { type FoundLog, findLog, type Meanwhile } from "./find-log.ts";
import type { ProgressLine } from "./progress-line.ts";
import { seconds } from "./text.ts";
import { whyNotFound } from "./why-not-found.ts";

/** The search, told as it goes on. `refused`: told already. `missing`: not within the time. */
export async function searchFor(
  context: CheckContext,
  progress: ProgressLine,
  meanwhile?: Meanwhile,
): Promise<FoundLog | "refused" | "missing"> {
  try {
    return (
      (await findLog(context, (elapsed) => progress.show(`searching for it, ${elapsed} …`), meanwhile)) ?? "missing"
    );
  } catch (error) {
    if (!(error instanceof DatadogApiError)) throw error;
    progress.clear();
    context.hops.add("found", "failed", "the search is refused", error.message);
    return "refused";
  } finally {
    progress.clear();
  }
}

/** @param since what the time is counted from */
export function tellFound({ hops }: CheckContext, { afterMs, notBeforeMs }: FoundLog, since: string): void {
  const range = notBeforeMs === 0 ? `within ${seconds(afterMs)}` : `${seconds(notBeforeMs)} to ${seconds(afterMs)}`;
  hops.add("found", "ok", `searchable ${range} after ${since}`);
}

/** @param where what took it, for the sentence */
export async function tellNotFound(context: CheckContext, entry: SentEntry, where: string): Promise<void> {
  const { hops, options } = context;
  const advice = await whyNotFound(context, queriedFrom(entry));
  hops.add(
    "found",
    "failed",
    `${where} took it, but a search does not find it within ${seconds(options.timeoutMs)}`,
    ...advice,
  );
}

/** What arrived beside what was sent. @param advice where it may have been changed, besides in Datadog */
export function compareArrival({ hops }: CheckContext, sent: SentEntry, { log }: FoundLog, advice = ""): Compared[] {
  const compared = compareLog(expectedFrom(sent), shownAs(log));
  const different = differences(compared);
  const counts = (["field", "tag", "attribute"] as const).map((kind) => {
    const all = compared.filter((one) => one.kind === kind && one.arrived !== undefined);
    return `${all.length} ${kind}s`;
  });
  if (different.length === 0) hops.add("arrived", "ok", `${counts.join(", ")}`);
  else {
    const names = different.map(
      ({ name, verdict }) => `${name} ${verdict === "missing" ? "is missing" : "was changed"}`,
    );
    hops.add(
      "arrived",
      "warning",
      `${counts.join(", ")}; ${names.join(", ")}`,
      `A pipeline or a remapper in Datadog changes logs (Logs > Pipelines)${advice}. The table below shows what.`,
    );
  }
  return compared;
}
