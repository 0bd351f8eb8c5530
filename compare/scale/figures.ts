import { RETRY_POLICY } from "../../functions/intake/retry.ts";
import { INTEGERS } from "../../functions/settings/integers.ts";
import { SHARD_BYTES_PER_SECOND } from "../cost/stream-cost.ts";

/** `quota`: AWS raises it on request; `fixed`: it does not; `measured` and `advised`: by this project. */
export type FigureBasis = "quota" | "fixed" | "measured" | "advised";

export interface ScaleFigure {
  readonly value: number;
  readonly unit: string;
  readonly basis: FigureBasis;
  /** A URL, or the page of this project's documentation that has it. */
  readonly source: string;
  /** ISO; when it was read or measured. */
  readonly date: string;
  /** What has to be known of it besides. */
  readonly note?: string;
}

const READ = "2026-11-25";
const CWL = "https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/cloudwatch_limits_cwl.html";
const LAMBDA = "https://docs.aws.amazon.com/lambda/latest/dg";
const KINESIS = "https://docs.aws.amazon.com/streams/latest/dev/service-sizes-and-limits.html";
const S3 = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/optimizing-performance.html";
const REPLAY = { basis: "measured", source: "docs/benchmarks.md#out-of-an-outage", date: READ } as const;

/**
 * What the model of scale takes besides the figures of `compare cost` (modelled.ts) and its prices: AWS's limits for one
 * account in one region, before any is raised, and what this project measured.
 */
export const SCALE_FIGURES = {
  "logs.putCallsPerSecond": {
    value: 5_000,
    unit: "calls/s",
    basis: "quota",
    source: CWL,
    date: READ,
    note: "PutLogEvents, of all log groups together; a delivery is one call",
  },
  "lambda.concurrency": {
    value: 1_000,
    unit: "",
    basis: "quota",
    source: `${LAMBDA}/gettingstarted-limits.html`,
    date: READ,
    note: "of all functions together; a new account may begin with 10",
  },
  "lambda.unreserved": {
    value: 100,
    unit: "",
    basis: "fixed",
    source: `${LAMBDA}/configuration-concurrency.html`,
    date: READ,
    note: "what a reservation must leave to the account's other functions",
  },
  "lambda.newPerSecond": {
    value: 100,
    unit: "/s",
    basis: "fixed",
    source: `${LAMBDA}/scaling-behavior.html`,
    date: READ,
    note: "1,000 new environments of one function every 10 s",
  },
  "lambda.maxEventAgeSeconds": {
    value: 21_600,
    unit: "s",
    basis: "fixed",
    source: `${LAMBDA}/invocation-async-configuring.html`,
    date: READ,
    note: "how long a delivery waits in Lambda's queue at most; then it goes to the bucket",
  },
  "kinesis.streamBytesPerSecond": {
    value: 200e6,
    unit: "bytes/s",
    basis: "quota",
    source: KINESIS,
    date: READ,
    note: "written to one stream on demand, once it has grown",
  },
  "kinesis.largeStreamBytesPerSecond": {
    value: 10e9,
    unit: "bytes/s",
    basis: "quota",
    source: KINESIS,
    date: READ,
    note: "the same in us-east-1, us-west-2 and eu-west-1",
  },
  "kinesis.newStreamBytesPerSecond": {
    value: 4e6,
    unit: "bytes/s",
    basis: "fixed",
    source: KINESIS,
    date: READ,
    note: "of a new stream on demand",
  },
  "kinesis.shardBytesPerSecond": {
    value: SHARD_BYTES_PER_SECOND,
    unit: "bytes/s",
    basis: "fixed",
    source: KINESIS,
    date: READ,
    note: "written to one shard",
  },
  "kinesis.shardRecordsPerSecond": {
    value: 1_000,
    unit: "records/s",
    basis: "fixed",
    source: KINESIS,
    date: READ,
    note: "the same",
  },
  "kinesis.headroom": {
    value: 2,
    unit: "",
    basis: "fixed",
    source: "https://docs.aws.amazon.com/streams/latest/dev/how-do-i-size-a-stream.html",
    date: READ,
    note: "a stream on demand has room for double the highest rate of 30 days, and so twice the shards",
  },
  "s3.putsPerSecond": {
    value: 3_500,
    unit: "/s",
    basis: "fixed",
    source: S3,
    date: READ,
    note: "of one prefix; S3 divides a busy one by itself, and answers 503 until it has",
  },
  "forwarder.hangSeconds": {
    value: (INTEGERS.requestTimeoutMs.default * RETRY_POLICY.maxTimeouts) / 1_000,
    unit: "s",
    basis: "measured",
    source: "docs/benchmarks.md#memory-and-time-at-the-cap",
    date: READ,
    note: "an invocation that finds an intake that takes requests and never answers: two time-outs",
  },
  "forwarder.storeSeconds": {
    value: 1,
    unit: "s",
    basis: "measured",
    source: "docs/deploying.md#how-many-run-at-once",
    date: READ,
    note: "an invocation that leaves the intake alone, and stores: less than that",
  },
  "forwarder.reservedPerDelivery": {
    value: 2,
    unit: "",
    basis: "advised",
    source: "docs/deploying.md#how-many-run-at-once",
    date: READ,
    note: "reserved concurrency for each delivery a second that stores at once what an outage leaves; 20 at least",
  },
  "replayer.objectsPerMinute.10": {
    ...REPLAY,
    value: 27_900,
    unit: "objects/min",
    note: "of 10 entries, which it joins; an intake that takes 60 ms, S3 in memory, a whole core",
  },
  "replayer.objectsPerMinute.100": { ...REPLAY, value: 9_600, unit: "objects/min", note: "the same, of 100 entries" },
  "replayer.objectsPerMinute.1000": {
    ...REPLAY,
    value: 6_100,
    unit: "objects/min",
    note: "of 1,000, which fill a request; larger ones take longer in proportion",
  },
  "replayer.cpuMs.10": { ...REPLAY, value: 0.9, unit: "ms", note: "CPU time of such an object, of 10 entries" },
  "replayer.cpuMs.100": { ...REPLAY, value: 1.5, unit: "ms", note: "of 100" },
  "replayer.cpuMs.1000": { ...REPLAY, value: 3.4, unit: "ms", note: "of 1,000" },
  "replayer.runSeconds": {
    value: 885,
    unit: "s",
    basis: "fixed",
    source: `${LAMBDA}/gettingstarted-limits.html`,
    date: READ,
    note: "a run of the replayer: a quarter of an hour, less what it keeps to finish",
  },
} as const satisfies Record<string, ScaleFigure>;

export type ScaleFigureName = keyof typeof SCALE_FIGURES;

export type ScaleFigures = (name: ScaleFigureName) => number;

/** @param overrides such as a quota that AWS has raised. */
export const openFigures =
  (overrides: Partial<Record<ScaleFigureName, number>> = {}): ScaleFigures =>
  (name) =>
    overrides[name] ?? SCALE_FIGURES[name].value;
