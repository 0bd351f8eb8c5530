/**
 * Every figure that a comparison takes for granted instead of measuring. Prices are not here: they are a dated table
 * of their own (prices/prices.json).
 */
import { MAX_CALL_BYTES, MAX_CALL_EVENTS } from "../tools/cloudwatch.ts";
import type { ModelledFigure } from "./result.ts";

interface Figure {
  readonly value: number;
  readonly unit: string;
  readonly source: string;
}

const CONTRACT = "measured with Fluent Bit 5.0.9, unix socket, 200-byte lines, gzip, 2 cores (2026-11)";
const OWN_LINES = "measured with the lines of `compare local`, 200 bytes each (2026-11)";
const BENCHMARK = "from 100 and 10,000 events in docs/benchmarks.md, on a whole vCPU (2026-11)";

export const FIGURES = {
  "driver.flushIntervalMs": {
    value: 5_000,
    unit: "ms",
    source:
      "awslogs driver, awslogs-force-flush-interval-seconds: https://docs.docker.com/engine/logging/drivers/awslogs/ (2026-11)",
  },
  "driver.maxCallBytes": {
    value: MAX_CALL_BYTES,
    unit: "bytes",
    source: "https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutLogEvents.html (2026-11)",
  },
  "driver.maxCallEvents": {
    value: MAX_CALL_EVENTS,
    unit: "events",
    source: "https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutLogEvents.html (2026-11)",
  },
  "driver.channelLines": {
    value: 4_096,
    unit: "lines",
    source:
      "awslogs driver, defaultMaxBufferedEvents: https://github.com/moby/moby/blob/master/daemon/logger/awslogs/cloudwatchlogs.go (2026-11)",
  },
  "driver.bufferBytes": {
    value: 26_214_400,
    unit: "bytes",
    source:
      "max-buffer-size of the construct, 25 MiB, in mode non-blocking; what does not fit is dropped: https://github.com/moby/moby/blob/master/daemon/logger/ring.go (2026-11)",
  },
  "ingestion.delayMs": {
    value: 100,
    unit: "ms",
    source:
      "assumed: one PutLogEvents call within a region, and the driver makes one at a time; `compare aws` measures it together with the subscription",
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
    source:
      "assumed, as the median; the delay is drawn from a lognormal distribution through both, once for each flush interval of the driver",
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
  "kinesis.putMs": {
    value: 20,
    unit: "ms",
    source: "assumed: one PutRecord call of CloudWatch Logs within a region",
  },
  "kinesis.pollIntervalMs": {
    value: 1_000,
    unit: "ms",
    source:
      "Lambda polls each shard once a second: https://docs.aws.amazon.com/lambda/latest/dg/with-kinesis.html (2026-11)",
  },
  "kinesis.retryDelayMs": {
    value: 1_000,
    unit: "ms",
    source: "assumed: Lambda waits before it sends a batch again, and AWS does not say for how long",
  },
  "replay.intervalMs": {
    value: 60_000,
    unit: "ms",
    source: "the construct's default, replayEvery; waited for",
  },
  "firelens.flushIntervalMs": { value: 1_000, unit: "ms", source: `Fluent Bit's default Flush; ${CONTRACT}` },
  "firelens.cpuSecondsPerMillionLines": { value: 20, unit: "s", source: `20 % of a core at 10,000/s; ${CONTRACT}` },
  "firelens.uncompressedCpuSecondsPerMillionLines": {
    value: 9,
    unit: "s",
    source: "measured as firelens.cpuSecondsPerMillionLines, without gzip, at 1,000/s (2026-11)",
  },
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
  "firelens.retryLeastMs": {
    value: 1_000,
    unit: "ms",
    source:
      "added to each wait; all of it while stopping: https://github.com/fluent/fluent-bit/blob/v5.0.9/src/flb_scheduler.c (2026-11)",
  },
  "firelens.retryCapMs": {
    value: 2_000_000,
    unit: "ms",
    source: "scheduler.cap: https://docs.fluentbit.io/manual/administration/scheduling-and-retries (2026-11)",
  },
  "cost.freeTierShare": {
    value: 1,
    unit: "",
    source: "assumed: these logs have AWS's free tiers to themselves; 0 if other uses of the account take them",
  },
  "cost.storageRatio": {
    value: 0.15,
    unit: "",
    source:
      "what the AWS Pricing Calculator takes for stored to ingested bytes, https://calculator.aws/ (2026-11); storage is compressed",
  },
  "cost.driverBytesPerEvent": {
    value: 41,
    unit: "bytes",
    source:
      "JSON around a message in PutLogEvents, which the awslogs driver sends uncompressed: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutLogEvents.html (2026-11)",
  },
  "cost.deliveryRatio": {
    value: 0.21,
    unit: "",
    source: `gzip of a subscription's delivery to its log text; ${OWN_LINES}`,
  },
  "cost.wireRatioLambda": { value: 0.25, unit: "", source: `requests to the intake to log text; ${OWN_LINES}` },
  "cost.wireRatioFirelens": {
    value: 0.27,
    unit: "",
    source: `gzip of entries as Fluent Bit writes them, 60 a request, to log text; ${OWN_LINES}`,
  },
  "cost.wireRatioFirelensPlain": {
    value: 3.3,
    unit: "",
    source: `as cost.wireRatioFirelens, without gzip; ${OWN_LINES}`,
  },
  "cost.entryBytesLambda": {
    value: 657,
    unit: "bytes",
    source: `around a line's text in a request's body, decoded: tags, attributes, JSON; ${OWN_LINES}`,
  },
  "cost.entryBytesFirelens": {
    value: 463,
    unit: "bytes",
    source: `as cost.entryBytesLambda, over FireLens; ${OWN_LINES}`,
  },
  "cost.datadogUsdPerRawGb": {
    value: 0.1,
    unit: "USD",
    source:
      "list price per ingested or scanned GB, in public quotations of https://www.datadoghq.com/pricing/ of 2026-09; what is indexed is charged by event",
  },
  "cost.deliveryWallMs": { value: 1.4, unit: "ms", source: `a delivery, whatever is in it; ${BENCHMARK}` },
  "cost.deliveryCpuMs": { value: 0.8, unit: "ms", source: `CPU time of it; ${BENCHMARK}` },
  "cost.thousandEventsWallMs": { value: 5.4, unit: "ms", source: `a thousand events in a delivery; ${BENCHMARK}` },
  "cost.thousandEventsCpuMs": { value: 4.8, unit: "ms", source: `CPU time of them; ${BENCHMARK}` },
  "cost.intakeMs": {
    value: 50,
    unit: "ms",
    source: "assumed: a real intake's answer over a kept-alive connection; one on the same machine takes no time",
  },
  "cost.coldStartMs": {
    value: 200,
    unit: "ms",
    source: "assumed: 87 ms of start (docs/benchmarks.md) and the key's secret read with the AWS SDK",
  },
  "cost.coldStartsPerMonth": { value: 1_000, unit: "", source: "assumed: a sandbox is replaced every few hours" },
  "cost.forwarderLogBytes": {
    value: 439,
    unit: "bytes",
    source:
      "the forwarder's report of a usual delivery, 413 bytes, and 26 (docs/own-logs.md); with Lambda's log format JSON and system level WARN nothing else is logged; measured with the built function, not in AWS (2026-11)",
  },
  "cost.replayerMs": {
    value: 40,
    unit: "ms",
    source: "assumed: a run that finds nothing stored lists an empty folder of the bucket once",
  },
  "cost.replayerLogBytes": {
    value: 507,
    unit: "bytes",
    source:
      "the replayer's report of a run that finds nothing stored, 481 bytes, and 26; measured with the built function, not in AWS (2026-11)",
  },
  "cost.alarms": { value: 19, unit: "", source: "of the forwarder's stack, docs/operations.md (2026-11)" },
  "cost.kinesisAlarms": {
    value: 4,
    unit: "",
    source: "of the forwarder's stack with a stream, besides, docs/operations.md (2026-11)",
  },
  "cost.dashboards": { value: 1, unit: "", source: "of the forwarder's stack (2026-11)" },
  "cost.sandboxes": { value: 2, unit: "", source: "assumed: forwarders in use at the same time, on average" },
  "cost.keyReadsPerSandboxHour": {
    value: 12,
    unit: "",
    source: "a sandbox in use reads the API key again after 300 s, SIDECARLESS_API_KEY_TTL_SECONDS (2026-11)",
  },
  "cost.taskStartsPerMonth": {
    value: 20,
    unit: "",
    source: "assumed, of each task: deployments and replacements; each reads the API key and pulls the sidecar's image",
  },
  "cost.sidecarImageMb": {
    value: 150,
    unit: "MB",
    source:
      "assumed, compressed: AWS for Fluent Bit was 576 MB unpacked (https://github.com/aws/aws-for-fluent-bit/issues/65)",
  },
  "cost.kinesisShards": {
    value: 4,
    unit: "",
    source:
      "of a new stream on demand: https://docs.aws.amazon.com/streams/latest/dev/how-do-i-size-a-stream.html (2026-11)",
  },
  "cost.kinesisWindowMs": { value: 5_000, unit: "ms", source: "the construct's default, batchWindow" },
  "cost.kinesisBatchRecords": { value: 1_000, unit: "", source: "the construct's default, batchSize" },
  "cost.kinesisParallelization": { value: 2, unit: "", source: "the construct's default, parallelization" },
  "cost.zones": { value: 2, unit: "", source: "assumed: availability zones with an endpoint in each" },
  "cost.natGateways": {
    value: 0,
    unit: "",
    source: "assumed: the gateways are there for other traffic, too; as many as are there for logs alone",
  },
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

/** What `--model` gave, as often as it was; one more problem for each that is none. */
export function parseOverrides(texts: readonly string[], problems: string[]): Partial<Record<FigureName, number>> {
  const overrides: Partial<Record<FigureName, number>> = {};
  for (const text of texts) {
    const override = parseOverride(text);
    if (typeof override === "string") problems.push(`--model: ${override}.`);
    else overrides[override.name] = override.value;
  }
  return overrides;
}
