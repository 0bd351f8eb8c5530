import type { FirelensProfile } from "../firelens/agent-config.ts";

/** What a month of logs costs on each path. Dollars to AWS, before taxes and discounts. */

export type CostPathId = "lambda" | "kinesis-lambda" | "firehose" | "firelens-in-slack" | "firelens-next-size";

export interface FargateSize {
  readonly vcpu: number;
  readonly memoryMb: number;
}

/** Usage of one service over a month. */
export interface CostInput {
  readonly region: string;
  /** Text of the log lines, GB (10⁹ bytes) a day, all tasks together. */
  readonly gbPerDay: number;
  readonly tasks: number;
  /** Of a line on average. */
  readonly lineBytes: number;
  /** How long CloudWatch Logs keeps them. */
  readonly retentionDays: number;
  /** How requests leave the network that the sender is in. */
  readonly egress: "internet" | "nat" | "privatelink";
  /** The logs are to be in CloudWatch whatever brings them to Datadog: then ingestion and storage are no path's cost. */
  readonly inCloudwatchAnyway: boolean;
  /** How the sidecar is set up. */
  readonly profile: FirelensProfile;
  /** What the sidecar reserves. */
  readonly sidecarVcpu: number;
  readonly sidecarMemoryMb: number;
  /** The task without the sidecar: what size it has, and what the sidecar makes of it. */
  readonly taskVcpu: number;
  readonly taskMemoryMb: number;
  /** Log events in one delivery to the function. */
  readonly batchEvents: number;
  readonly forwarderMemoryMb: number;
  /** Of the function, per 1,000 events and per delivery; from a measured run or from docs/benchmarks.md. */
  readonly billedMsPerDelivery: number;
  readonly billedMsPerThousandEvents: number;
  readonly coldStartsPerMonth: number;
  readonly billedMsPerColdStart: number;
  /** On the wire to the intake, per byte of log text. */
  readonly wireRatioLambda: number;
  readonly wireRatioFirelens: number;
  /** In a request's body, decoded, around the text of a line. */
  readonly entryBytesLambda: number;
  readonly entryBytesFirelens: number;
  readonly arch: "arm64" | "x86_64";
}

export interface CostItem {
  /** Such as `cloudwatch-ingestion`, `lambda-compute`, `egress`. The same item has the same id on all paths. */
  readonly id: string;
  readonly title: string;
  readonly usdPerMonth: number;
}

export interface CostEstimate {
  readonly path: CostPathId;
  readonly title: string;
  readonly items: readonly CostItem[];
  readonly usdPerMonth: number;
  readonly usdPerGb: number;
}

export interface BreakEven {
  readonly between: readonly [CostPathId, CostPathId];
  /** GB per task and month at which both cost the same; null: one is cheaper at every volume. */
  readonly gbPerTaskMonth: number | null;
  readonly cheaperBelow: CostPathId;
}

export interface RawBytes {
  readonly bytesPerLine: number;
  readonly usdPerMonth: number;
}

export interface CostComparison {
  readonly input: CostInput;
  /** ISO date of the price table. */
  readonly pricesDate: string;
  readonly estimates: readonly CostEstimate[];
  readonly breakEvens: readonly BreakEven[];
  /** Dollars a month per task over GB per task and month, to be drawn; the same volumes for every path. */
  readonly curves: readonly {
    readonly path: CostPathId;
    readonly points: readonly { readonly gbPerTaskMonth: number; readonly usdPerTaskMonth: number }[];
  }[];
  /** Fargate's size of a task without the sidecar, and of one with it. */
  /** Dollars a month if the logs are in CloudWatch anyway, whatever was asked: nobody's ingestion and storage. */
  readonly besideCloudwatch: Readonly<Record<CostPathId, number>>;
  /** What Datadog would charge by the bytes of bodies, decoded, on both ways to it: one by events is the same on all. */
  readonly byRawBytes: { readonly lambda: RawBytes; readonly firelens: RawBytes };
  readonly taskSizes: { readonly without: FargateSize; readonly withSidecar: FargateSize };
}
