import { type ForwarderPathSettings, type HandOver, openForwarderPath } from "../lambda/forwarder-path.ts";
import { LAMBDA_PATH } from "../lambda/lambda-path.ts";
import type { RunningPath } from "../path.ts";
import type { PathInfo } from "../result.ts";
import { openShard } from "./shard.ts";

const STREAM_STAGE = { id: "stream", title: "Kinesis stream", basis: "modelled" } as const;

export const KINESIS_PATH: PathInfo = {
  id: "kinesis",
  kind: "kinesis",
  title: "Kinesis + Lambda",
  basis: "mixed",
  stages: LAMBDA_PATH.stages.flatMap((stage) => (stage.id === "subscription" ? [stage, STREAM_STAGE] : [stage])),
};

/** CloudWatch Logs writes to a stream, of which Lambda hands batches to the function. */
const THROUGH_A_STREAM: HandOver = {
  info: KINESIS_PATH,
  // What comes again waits in real time here.
  retryWaitMs: () => 0,
  open: openShard,
};

export const openKinesisPath = (settings: ForwarderPathSettings): RunningPath =>
  openForwarderPath(settings, THROUGH_A_STREAM);
