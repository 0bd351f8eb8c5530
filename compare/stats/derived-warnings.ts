import type { Warning } from "../result.ts";
import type { PhasePathSummary, PhaseSummary } from "./summary.ts";

/** What the samples themselves give reason to warn of, unless the run has warned of it. */
export function derivedWarnings(phases: readonly PhaseSummary[], known: readonly Warning[]): Warning[] {
  return [...tooFewLines(phases, known), ...tooFewRequests(phases)];
}

function tooFewLines(phases: readonly PhaseSummary[], known: readonly Warning[]): Warning[] {
  return phases.flatMap((phase) =>
    phase.paths.flatMap((path) => {
      const warning = fewSamples(phase, path);
      const isKnown = known.some(
        ({ kind, phase: phaseId, path: pathId }) =>
          kind === "few-samples" && (phaseId ?? phase.id) === phase.id && (pathId ?? path.id) === path.id,
      );
      return warning && !isKnown ? [warning] : [];
    }),
  );
}

function fewSamples(phase: PhaseSummary, path: PhasePathSummary): Warning | undefined {
  const about = { kind: "few-samples", phase: phase.id, path: path.id } as const;
  if (phase.sent === 0) return undefined;
  if (!path.latencyMs) {
    return { ...about, message: `No line of ${path.title} arrived in ${phase.title}: there is no latency to tell.` };
  }
  const { count, few } = path.latencyMs;
  if (few.length === 0) return undefined;
  const lines = count === 1 ? "1 line" : `${count} lines`;
  return {
    ...about,
    message: `${lines} of ${path.title} arrived in ${phase.title}, too few for ${few.join(" and ")}: the true value may lie above the largest seen. Send more lines a second, or for longer.`,
  };
}

/** Lines of one request share their waits: so many requests give percentiles that a second run would see again. */
const ENOUGH_REQUESTS = 20;

/** Once for each path, of the first phase without a fault: the one whose latency is quoted. */
function tooFewRequests(phases: readonly PhaseSummary[]): Warning[] {
  const calm = phases.find(({ fault }) => !fault);
  const paths = calm?.paths.filter(({ latencyMs, requests }) => latencyMs && requests < ENOUGH_REQUESTS) ?? [];
  return paths.map(({ id, title, arrived, requests }) => ({
    kind: "few-samples",
    phase: calm?.id,
    path: id,
    message: `The ${arrived} lines of ${title} came in ${requests} requests, and lines of one request share their waits: the percentiles rest on ${requests} values. Run for longer.`,
  }));
}
