/**
 * Every figure that a comparison takes for granted instead of measuring. Prices are not here: they are a dated table
 * of their own (cost/prices.json).
 */
import type { ModelledFigure } from "./result.ts";

interface Figure {
  readonly value: number;
  readonly unit: string;
  readonly source: string;
}

const CONTRACT = "measured with Fluent Bit 5.0.9, unix socket, 200-byte lines, gzip, 2 cores (2026-11)";

export const FIGURES = {
  "driver.flushIntervalMs": {
    value: 5_000,
    unit: "ms",
    source:
      "awslogs driver, awslogs-force-flush-interval-seconds: https://docs.docker.com/engine/logging/drivers/awslogs/ (2026-11)",
  },
  "driver.maxCallBytes": {
    value: 1_048_576,
    unit: "bytes",
    source: "https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutLogEvents.html (2026-11)",
  },
  "driver.maxCallEvents": {
    value: 10_000,
    unit: "events",
    source: "https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutLogEvents.html (2026-11)",
  },
  "ingestion.delayMs": {
    value: 100,
    unit: "ms",
    source: "assumed: one PutLogEvents call within a region; `compare aws` measures it together with the subscription",
  },
  "subscription.delayMs.p50": {
    value: 2_000,
    unit: "ms",
    source:
      'assumed: AWS says "usually less than three minutes" and publishes no distribution (https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/Subscriptions.html, 2026-11); `compare aws` measures it',
  },
  "subscription.delayMs.p99": {
    value: 8_000,
    unit: "ms",
    source: "assumed, as the median; the delay is drawn from a lognormal distribution through both",
  },
  "lambda.retryDelayMs": {
    value: 60_000,
    unit: "ms",
    source:
      "first retry of an asynchronous invocation that failed: https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html (2026-11); added to the latency, not waited for",
  },
  "lambda.mbPerVcpu": {
    value: 1_769,
    unit: "MB",
    source:
      "https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html (2026-11): CPU time takes so much longer with less memory, which counts in what is billed, not in latency",
  },
  "replay.intervalMs": {
    value: 300_000,
    unit: "ms",
    source: "the construct's default, replayEvery; half of it is added to a replayed line's latency, not waited for",
  },
  "firelens.flushIntervalMs": { value: 1_000, unit: "ms", source: `Fluent Bit's default Flush; ${CONTRACT}` },
  "firelens.deliveryMs": { value: 14, unit: "ms", source: `median latency less half a flush; ${CONTRACT}` },
  "firelens.cpuSecondsPerMillionLines": { value: 20, unit: "s", source: `20 % of a core at 10,000/s; ${CONTRACT}` },
  "firelens.memoryMb": { value: 14, unit: "MB", source: `at 1,000/s; ${CONTRACT}` },
  "firelens.chunkBytes": {
    value: 2_048_000,
    unit: "bytes",
    source: "about 2 MB: https://docs.fluentbit.io/manual/data-pipeline/buffering (2026-11)",
  },
  "firelens.retryBaseMs": {
    value: 5_000,
    unit: "ms",
    source:
      "scheduler.base; waits are between it and it doubled each time: https://docs.fluentbit.io/manual/administration/scheduling-and-retries (2026-11)",
  },
  "firelens.retryCapMs": {
    value: 2_000_000,
    unit: "ms",
    source: "scheduler.cap: https://docs.fluentbit.io/manual/administration/scheduling-and-retries (2026-11)",
  },
  "firelens.gzipRatio": { value: 7.2, unit: "", source: `bytes without compression to bytes with it; ${CONTRACT}` },
} as const satisfies Record<string, Figure>;

export type FigureName = keyof typeof FIGURES;

export interface Model {
  readonly get: (name: FigureName) => number;
  /** Those asked for, for the record. */
  readonly used: () => ModelledFigure[];
}

/** @param overrides by name; all known and finite, as `parseOverride` gives them. */
export function openModel(overrides: Partial<Record<FigureName, number>> = {}): Model {
  const used = new Set<FigureName>();
  const figure = (name: FigureName) => overrides[name] ?? FIGURES[name].value;
  return {
    get: (name) => {
      used.add(name);
      return figure(name);
    },
    used: () =>
      [...used].map((name) => ({
        name,
        value: figure(name),
        unit: FIGURES[name].unit,
        source: FIGURES[name].source,
        overridden: overrides[name] !== undefined,
      })),
  };
}

/** `NAME=VALUE`, or what is wrong with it. */
export function parseOverride(text: string): { readonly name: FigureName; readonly value: number } | string {
  const [name = "", value = ""] = text.split("=", 2);
  if (!Object.hasOwn(FIGURES, name))
    return `"${name}" is no modelled figure; there are ${Object.keys(FIGURES).join(", ")}`;
  const number = Number(value);
  if (value.trim() === "" || !Number.isFinite(number) || number < 0)
    return `${name} must be a number from 0; it is "${value}"`;
  return { name: name as FigureName, value: number };
}
