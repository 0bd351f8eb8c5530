import type { Context } from "aws-lambda";
import { systemClock } from "../clock.ts";
import { emfLine } from "../metrics/emf-line.ts";
import { REPLAYER_METRICS } from "../metrics/metrics.ts";
import { type Config, ConfigError, parseConfig } from "../settings/config.ts";
import { s3Store } from "../undelivered/store.ts";
import { VERSION } from "../version.ts";
import { warnOfUnread } from "../warn-of-unread.ts";
import { forwarderInvoker } from "./invoke-forwarder.ts";
import { keeperIn } from "./memory.ts";
import { pacedIntake } from "./paced-intake.ts";
import type { Replayer } from "./replay.ts";
import { replayAlone } from "./replay-alone.ts";
import type { ReplayReport } from "./report.ts";
import { sizesFor } from "./sizes.ts";

const functionName = process.env.AWS_LAMBDA_FUNCTION_NAME ?? "local";
/** Where nothing says how much there is, it is a person's machine. */
const memoryMb = Number(process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE) || 512;
const config = parseConfig(process.env);
await warnOfUnread(process.env);
const replayer = config instanceof ConfigError ? config : assemble(config);

function assemble(config: Config): Replayer {
  const store = s3Store(config.bucket, config.s3PathStyle, config.proxy);
  return {
    intake: pacedIntake(config, VERSION, systemClock),
    store,
    keeper: keeperIn(store),
    ...(config.forwarder !== undefined && { invoke: forwarderInvoker(config.forwarder, config.proxy) }),
    clock: systemClock,
    sizes: sizesFor(memoryMb),
    tell,
  };
}

/** Kept for the report, whatever the intake and S3 do. */
const REPORT_RESERVE_MS = 500;

/** Runs on a schedule, whatever the event says. A second one at the same time finds the lock taken, and ends. */
export async function handler(_event: unknown, context: Context): Promise<ReplayReport> {
  if (replayer instanceof ConfigError) throw replayer;
  const leftMs = context.getRemainingTimeInMillis();
  const endMs = systemClock.monotonicMs() + leftMs - Math.min(REPORT_RESERVE_MS, leftMs / 8);
  const { report, failure } = await replayAlone(replayer, endMs, context.awsRequestId);
  if (failure) throw failure;
  return report;
}

function tell(part: ReplayReport): void {
  const { objects, delivered, rejected, unreadable, setAside, oldestStoredMs, ...properties } = part;
  const fields = {
    ReplayedObjects: objects,
    ReplayedEvents: delivered,
    ReplayRejected: rejected,
    ReplayUnreadable: unreadable,
    ReplaySetAside: setAside,
    OldestStored: oldestStoredMs,
    ...properties,
  };
  process.stdout.write(`${emfLine(fields, REPLAYER_METRICS, functionName, Date.now())}\n`);
}
