import { MAX_CALL_BYTES } from "../../tools/cloudwatch.ts";
import type { Model } from "../modelled.ts";
import type { ScaleFigureName, ScaleFigures } from "./figures.ts";
import type { Load } from "./load.ts";
import type { ScaleModel, Way, WayLoad } from "./ways.ts";

interface Measured {
  readonly load: Load;
  readonly of: WayLoad;
  readonly region: string;
  readonly figures: ScaleFigures;
  readonly model: Model;
}

/** What is limited: more accounts have more of it; a log stream can't be divided. */
type Scope = "account" | "log stream";

interface LimitRow {
  readonly title: string;
  readonly unit: string;
  readonly ways: readonly Way[];
  readonly scope: Scope;
  /** Above it the way does not do; otherwise something is only slower, or to be set. */
  readonly decides: boolean;
  readonly needs: (measured: Measured) => number;
  readonly has: (measured: Measured) => number;
  /** The figures that it is made of. */
  readonly figures: readonly ScaleFigureName[];
  /** What follows where it is passed. */
  readonly beyond: string;
}

/** From here on a stream on demand may grow that far. https://docs.aws.amazon.com/streams/latest/dev/service-sizes-and-limits.html (2026-11) */
const LARGE_STREAM_REGIONS: readonly string[] = ["us-east-1", "us-west-2", "eu-west-1"];

const streamBytes = ({ figures, region }: Measured) =>
  figures(LARGE_STREAM_REGIONS.includes(region) ? "kinesis.largeStreamBytesPerSecond" : "kinesis.streamBytesPerSecond");

const STREAM_FIGURES = ["kinesis.streamBytesPerSecond", "kinesis.largeStreamBytesPerSecond"] as const;

/** Every limit that a load is held against, in the order in which a line passes them. */
export const LIMITS = {
  "log-stream": {
    title: "text of one log stream",
    unit: "MB/s",
    ways: ["direct", "kinesis"],
    scope: "log stream",
    decides: true,
    needs: ({ load }) => load.textBytesPerSecond / load.streams / 1e6,
    has: ({ model }) => MAX_CALL_BYTES / model.get("ingestion.delayMs") / 1_000,
    figures: [],
    beyond: "the awslogs driver can't send it: more containers must write it",
  },
  "put-calls": {
    title: "calls to CloudWatch Logs",
    unit: "/s",
    ways: ["direct", "kinesis"],
    scope: "account",
    decides: true,
    needs: ({ load }) => load.deliveriesPerSecond,
    has: ({ figures }) => figures("logs.putCallsPerSecond"),
    figures: ["logs.putCallsPerSecond"],
    beyond: "CloudWatch Logs throttles the containers' drivers, whatever reads from it",
  },
  concurrency: {
    title: "forwarders at once, to spare",
    unit: "",
    ways: ["direct", "kinesis"],
    scope: "account",
    decides: true,
    needs: ({ of }) => of.atOnceNeeded,
    has: ({ figures }) => figures("lambda.concurrency") - figures("lambda.unreserved"),
    figures: ["lambda.concurrency", "lambda.unreserved", "forwarder.reservedPerDelivery", "kinesis.headroom"],
    beyond: "in an outage of the intake the account's other functions are throttled, or deliveries wait",
  },
  "new-forwarders": {
    title: "new forwarders in an outage",
    unit: "/s",
    ways: ["direct"],
    scope: "account",
    decides: false,
    needs: ({ of }) => of.invocationsPerSecond,
    has: ({ figures }) => figures("lambda.newPerSecond"),
    figures: ["lambda.newPerSecond"],
    beyond: "some deliveries wait in Lambda's queue for the first minute",
  },
  "stream-bytes": {
    title: "written to the stream",
    unit: "MB/s",
    ways: ["kinesis"],
    scope: "account",
    decides: true,
    needs: ({ load }) => load.deliveryBytesPerSecond / 1e6,
    has: (measured) => streamBytes(measured) / 1e6,
    figures: STREAM_FIGURES,
    beyond: "the stream throttles CloudWatch Logs",
  },
  "stream-records": {
    title: "records written to the stream",
    unit: "/s",
    ways: ["kinesis"],
    scope: "account",
    decides: true,
    needs: ({ load }) => load.deliveriesPerSecond,
    has: (measured) => {
      const shards = streamBytes(measured) / measured.figures("kinesis.shardBytesPerSecond");
      return shards * measured.figures("kinesis.shardRecordsPerSecond");
    },
    figures: [...STREAM_FIGURES, "kinesis.shardBytesPerSecond", "kinesis.shardRecordsPerSecond"],
    beyond: "the stream throttles CloudWatch Logs",
  },
  "new-stream": {
    title: "written to a stream that is new",
    unit: "MB/s",
    ways: ["kinesis"],
    scope: "account",
    decides: false,
    needs: ({ load }) => load.deliveryBytesPerSecond / 1e6,
    has: ({ figures }) => figures("kinesis.newStreamBytesPerSecond") / 1e6,
    figures: ["kinesis.newStreamBytesPerSecond"],
    beyond: "it grows by itself, doubling each time; subscribe log groups one after the other meanwhile",
  },
  shard: {
    title: "one log stream's part of a shard",
    unit: "MB/s",
    ways: ["kinesis"],
    scope: "log stream",
    decides: false,
    needs: ({ load }) => load.deliveryBytesPerSecond / load.streams / 1e6,
    has: ({ figures }) => figures("kinesis.shardBytesPerSecond") / 1e6,
    figures: ["kinesis.shardBytesPerSecond"],
    beyond: "set streamDistribution to Random",
  },
  bucket: {
    title: "objects stored in an outage",
    unit: "/s",
    ways: ["direct", "kinesis"],
    scope: "account",
    decides: true,
    needs: ({ of }) => of.invocationsPerSecond,
    has: ({ figures }) => figures("s3.putsPerSecond"),
    figures: ["s3.putsPerSecond"],
    beyond: "S3 answers 503 until it has divided the prefix; Lambda tries again meanwhile",
  },
} as const satisfies Record<string, LimitRow>;

export type LimitId = keyof typeof LIMITS;
const ROWS = Object.entries(LIMITS) as [LimitId, LimitRow][];

export interface LimitUse {
  readonly id: LimitId;
  readonly title: string;
  readonly unit: string;
  readonly scope: Scope;
  readonly decides: boolean;
  readonly needs: number;
  readonly has: number;
  /** Of what there is: above 1 it does not fit. */
  readonly share: number;
  readonly beyond: string;
}

/** Every limit of a way, with what of it is used. */
export function limitUses(load: Load, of: WayLoad, region: string, { figures, model }: ScaleModel): LimitUse[] {
  const measured = { load, of, region, figures, model };
  return ROWS.filter(([, { ways }]) => ways.includes(of.way)).map(([id, row]) => {
    const { title, unit, scope, decides, beyond } = row;
    const [needs, has] = [row.needs(measured), row.has(measured)];
    return { id, title, unit, scope, decides, needs, has, share: needs / has, beyond };
  });
}
