import type { Context } from "aws-lambda";
import { systemClock } from "../clock.ts";
import { createIntake } from "../intake/deliver.ts";
import { emfLine } from "../metrics/emf-line.ts";
import { REPLAYER_METRICS } from "../metrics/metrics.ts";
import { type Config, ConfigError, parseConfig } from "../settings/config.ts";
import { s3Store } from "../undelivered/store.ts";
import { VERSION } from "../version.ts";
import { warnOfUnread } from "../warn-of-unread.ts";
import { keeperIn } from "./memory.ts";
import { type Replayer, replay } from "./replay.ts";
import type { ReplayReport } from "./report.ts";

const functionName = process.env.AWS_LAMBDA_FUNCTION_NAME ?? "local";
const config = parseConfig(process.env);
await warnOfUnread(process.env);
const replayer = config instanceof ConfigError ? config : assemble(config);

function assemble(config: Config): Replayer {
  const store = s3Store(config.bucket, config.s3PathStyle, config.proxy);
  return {
    ...createIntake(config, VERSION, systemClock, undefined),
    store,
    keeper: keeperIn(store),
    clock: systemClock,
  };
}

/** Kept for the report, whatever the intake and S3 do. */
const REPORT_RESERVE_MS = 500;

/** Runs on a schedule, whatever the event says. Never more than one at a time, or objects would be sent twice. */
export async function handler(_event: unknown, context: Context): Promise<ReplayReport> {
  if (replayer instanceof ConfigError) throw replayer;
  const leftMs = context.getRemainingTimeInMillis();
  const { report, failure } = await replay(
    replayer,
    systemClock.monotonicMs() + leftMs - Math.min(REPORT_RESERVE_MS, leftMs / 8),
  );
  const { objects, delivered, rejected, unreadable, setAside, oldestStoredMs, ...properties } = report;
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
  if (failure) throw failure;
  return report;
}
