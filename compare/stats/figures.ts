import type { LambdaUsage, PathSamples } from "../result.ts";
import type { Figures } from "./summary.ts";

/** Counts and usage of one path over some phases. */
export function figures(samples: readonly PathSamples[]): Figures {
  const sent = total(samples, ({ arrivedMs }) => arrivedMs.length);
  const arrived = total(samples, ({ arrivedMs }) => arrivedMs.filter((at) => at !== null).length);
  const cpuSeconds = totalKnown(samples.map(({ usage }) => usage.cpuSeconds));
  const peaks = samples.flatMap(({ usage }) => usage.peakMemoryMb ?? []);
  const lambda = totalLambda(samples.flatMap(({ usage }) => usage.lambda ?? []));
  return {
    sent,
    arrived,
    lost: sent - arrived,
    lostInModel: total(samples, ({ lostInModel = 0 }) => lostInModel),
    duplicated: total(samples, ({ duplicates }) => duplicates.length),
    outOfOrder: total(samples, ({ outOfOrder }) => outOfOrder),
    pieces: total(samples, ({ pieces }) => pieces),
    overLimit: total(samples, ({ usage }) => usage.overLimit),
    requests: total(samples, ({ usage }) => usage.requests),
    ...(cpuSeconds !== undefined && { cpuSeconds }),
    ...(cpuSeconds !== undefined && arrived > 0 && { cpuSecondsPerMillionLines: (cpuSeconds / arrived) * 1e6 }),
    ...(peaks.length > 0 && { peakMemoryMb: Math.max(...peaks) }),
    ...(arrived > 0 && { wireBytesPerLine: total(samples, ({ usage }) => usage.wireBytes) / arrived }),
    ...(lambda && { lambda }),
  };
}

const total = (samples: readonly PathSamples[], count: (one: PathSamples) => number) =>
  samples.reduce((sum, one) => sum + count(one), 0);

/** Unknown if one is: a sum of a part would pass for the whole. */
function totalKnown(values: readonly (number | undefined)[]): number | undefined {
  if (values.length === 0 || values.includes(undefined)) return undefined;
  return values.reduce<number>((sum, value) => sum + (value ?? 0), 0);
}

function totalLambda(usages: readonly LambdaUsage[]): LambdaUsage | undefined {
  const [first] = usages;
  if (!first) return undefined;
  const sum = (name: keyof LambdaUsage) => usages.reduce((total, usage) => total + usage[name], 0);
  return {
    memoryMb: first.memoryMb,
    invocations: sum("invocations"),
    coldStarts: sum("coldStarts"),
    billedMs: sum("billedMs"),
    ingestedBytes: sum("ingestedBytes"),
    storedLines: sum("storedLines"),
    replayedLines: sum("replayedLines"),
  };
}
