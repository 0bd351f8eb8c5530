import type { Result, Warning } from "../../result.ts";
import type { PhasePathSummary, PhaseSummary, Summary } from "../../stats/summary.ts";
import { plural } from "./format.ts";

export interface TitledWarning extends Warning {
  readonly title: string;
}

/** What the run warned of, then what its samples give reason to warn of. */
export function warningsOf({ warnings: known }: Pick<Result, "warnings">, summary: Summary): TitledWarning[] {
  const lines = tooFewLines(summary.phases, known);
  const all = [...known, ...lines, ...tooFewRequests(summary.phases, [...known, ...lines])];
  return all.map((warning) => ({ ...warning, title: titleOf(warning, summary) }));
}

/** What it is about: `Burst, Lambda`; empty if it is about all. */
function titleOf({ phase, path }: Warning, { phases, paths }: Summary): string {
  const found = (all: readonly { readonly id: string; readonly title: string }[], id: string | undefined) =>
    all.find((one) => one.id === id)?.title ?? id;
  return [found(phases, phase), found(paths, path)].filter((title) => title !== undefined).join(", ");
}

const tooFewLines = (phases: readonly PhaseSummary[], known: readonly Warning[]): Warning[] =>
  phases.flatMap((phase) =>
    phase.void
      ? []
      : phase.paths.flatMap((path) => (isKnown(phase, path, known) ? [] : (fewSamples(phase, path) ?? []))),
  );

const isKnown = (phase: PhaseSummary, path: PhasePathSummary, known: readonly Warning[]) =>
  known.some(
    ({ kind, phase: phaseId, path: pathId }) =>
      kind === "few-samples" && (phaseId ?? phase.id) === phase.id && (pathId ?? path.id) === path.id,
  );

function fewSamples(phase: PhaseSummary, path: PhasePathSummary): Warning | undefined {
  const about = { kind: "few-samples", phase: phase.id, path: path.id } as const;
  if (phase.sent === 0) return undefined;
  if (!path.latencyMs) {
    return { ...about, message: `No line of ${path.title} arrived in ${phase.title}: there is no latency to tell.` };
  }
  const { count, few } = path.latencyMs;
  if (few.length === 0) return undefined;
  return {
    ...about,
    message: `${plural(count, "line")} of ${path.title} arrived in ${phase.title}, too few for ${few.join(" and ")}: the true value may lie above the largest seen. Send more lines a second, or for longer.`,
  };
}

/** Lines of one request share their waits: so many requests give percentiles that a second run would see again. */
const ENOUGH_REQUESTS = 20;

/** Once for each path, of the first phase without a fault: the one whose latency is quoted. */
function tooFewRequests(phases: readonly PhaseSummary[], known: readonly Warning[]): Warning[] {
  const calm = phases.find((phase) => !phase.fault && !phase.void);
  if (!calm) return [];
  return calm.paths
    .filter((path) => !path.draws && path.latencyMs && path.requests < ENOUGH_REQUESTS && !isKnown(calm, path, known))
    .map(({ id, title, arrived, requests }) => ({
      kind: "few-samples",
      phase: calm.id,
      path: id,
      message: `${plural(arrived, "line")} of ${title} came in ${plural(requests, "request")}, and lines of one request share their waits: the percentiles rest on ${plural(requests, "value")}. Run for longer.`,
    }));
}
