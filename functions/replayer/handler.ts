import type { Context } from "aws-lambda";
import { systemClock } from "../clock.ts";
import { createIntake } from "../intake/deliver.ts";
import { emfLine } from "../metrics/emf-line.ts";
import { REPLAYER_METRICS } from "../metrics/metrics.ts";
import { type Config, ConfigError, parseConfig } from "../settings/config.ts";
import { s3Store } from "../undelivered/store.ts";
import { VERSION } from "../version.ts";
import { type Replayer, type ReplayReport, replay } from "./replay.ts";

const functionName = process.env.AWS_LAMBDA_FUNCTION_NAME ?? "local";
const config = parseConfig(process.env);
const replayer = config instanceof ConfigError ? config : assemble(config);

function assemble(config: Config): Replayer {
  return {
    ...createIntake(config, VERSION, systemClock, undefined),
    store: s3Store(config.bucket, config.s3PathStyle),
    clock: systemClock,
  };
}

/** Kept for moving an object that was sent in part, and for the report. */
const FINISH_RESERVE_MS = 5_000;

/** Runs on a schedule, whatever the event says. Never more than one at a time, or objects would be sent twice. */
export async function handler(_event: unknown, context: Context): Promise<ReplayReport> {
  if (replayer instanceof ConfigError) throw replayer;
  const leftMs = context.getRemainingTimeInMillis();
  const { report, failure } = await replay(replayer, Date.now() + leftMs - Math.min(FINISH_RESERVE_MS, leftMs / 2));
  const { objects, delivered, rejected, unreadable, oldestStoredMs, ...properties } = report;
  const fields = {
    ReplayedObjects: objects,
    ReplayedEvents: delivered,
    ReplayRejected: rejected,
    ReplayUnreadable: unreadable,
    OldestStored: oldestStoredMs,
    ...properties,
  };
  process.stdout.write(`${emfLine(fields, REPLAYER_METRICS, functionName, Date.now())}\n`);
  if (failure) throw failure;
  return report;
}
