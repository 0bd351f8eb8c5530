import type { monitorEventLoopDelay } from "node:perf_hooks";
import type { Phase, Warning } from "../result.ts";
import type { Generated } from "./generate.ts";
import type { IntakeSummary } from "./intake-process.ts";

/** Beyond these, a figure of tens of milliseconds means little. */
const LATE_P99_MS = 50;
const SATURATED_P99_MS = 50;
const NOISY_P99_MS = 40;

const NS_PER_MS = 1e6;

/** What makes a phase's figures doubtful, as far as the run itself can tell. */
export function phaseWarnings({
  phase,
  generated,
  summary,
  delay,
}: {
  readonly phase: Pick<Phase, "id">;
  readonly generated: Pick<Generated, "lateP99Ms" | "lateMaxMs">;
  readonly summary: Pick<IntakeSummary, "delayP99Ms" | "delayMaxMs">;
  readonly delay: Pick<ReturnType<typeof monitorEventLoopDelay>, "percentile" | "max">;
}): Warning[] {
  const warnings: Warning[] = [];
  const warn = (kind: Warning["kind"], message: string) => warnings.push({ kind, phase: phase.id, message });
  if (generated.lateP99Ms > LATE_P99_MS) {
    warn(
      "generator-late",
      `One line in a hundred was written ${generated.lateP99Ms.toFixed(0)} ms or more after it was due, the last one ${generated.lateMaxMs.toFixed(0)} ms. Latency counts from when it was due; take a lower --rate or an idle machine.`,
    );
  }
  if (summary.delayP99Ms > SATURATED_P99_MS) {
    warn(
      "recorder-saturated",
      `The recorder was ${summary.delayP99Ms.toFixed(0)} ms late at its work (99th percentile): arrivals look that much later than they were. Take a lower --rate.`,
    );
  }
  if (delay.percentile(99) / NS_PER_MS > NOISY_P99_MS) {
    warn(
      "machine-noisy",
      `Timers fired ${(delay.percentile(99) / NS_PER_MS).toFixed(0)} ms late (99th percentile), ${(delay.max / NS_PER_MS).toFixed(0)} ms at worst: something else uses the machine. Run it again on an idle one.`,
    );
  }
  return warnings;
}
