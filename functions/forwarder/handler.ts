import type { Context } from "aws-lambda";
import { builtin } from "../builtin.ts";
import { systemClock } from "../clock.ts";
import { BREAKER_POLICY } from "../intake/breaker.ts";
import { createIntake } from "../intake/deliver.ts";
import { emfLine } from "../metrics/emf-line.ts";
import { FORWARDER_METRICS } from "../metrics/metrics.ts";
import { reportFields } from "../metrics/report.ts";
import { type Config, ConfigError, parseConfig } from "../settings/config.ts";
import { RULE_ENV, RULES_FILE } from "../settings/environment.ts";
import { s3Store } from "../undelivered/store.ts";
import { VERSION } from "../version.ts";
import { warnOfUnread } from "../warn-of-unread.ts";
import { forward, type Parts } from "./forward.ts";
import { awsMetadataClients } from "./metadata/clients.ts";
import { createMetadataLookup } from "./metadata/lookup.ts";
import { reservesFor } from "./reserves.ts";
import type { FindRule } from "./stages/rules/load.ts";

const { existsSync, readFileSync } = builtin("node:fs");

// Init phase: runs once per sandbox. The environment is read here and nowhere else.
const functionName = process.env.AWS_LAMBDA_FUNCTION_NAME ?? "local";
/** Where nothing says how much there is, it is a person's machine. */
const memoryMb = Number(process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE) || 512;
const config = parseConfig(process.env);
const rules = await readRules();
await warnOfUnread(process.env);
const parts = config instanceof ConfigError ? config : rules instanceof ConfigError ? rules : assemble(config, rules);
let coldStart = true;
const initMs = Math.round(performance.now());

/** Undefined if there is neither a file nor a setting: then the engine for patterns is not even loaded. */
async function readRules(): Promise<FindRule | ConfigError | undefined> {
  const file = new URL(RULES_FILE, import.meta.url);
  const text = existsSync(file) ? readFileSync(file, "utf8") : undefined;
  if (text === undefined && !Object.values(RULE_ENV).some((name) => process.env[name])) return undefined;
  const { loadRules } = await import("./stages/rules/load.ts");
  return loadRules(text, process.env);
}

function assemble(config: Config, rules: FindRule | undefined): Parts {
  const wanted = config.metadata.ecs || config.metadata.logGroupTags !== undefined;
  return {
    settings: { ...config, forwarderName: functionName, forwarderVersion: VERSION },
    ...createIntake(config, VERSION, systemClock, BREAKER_POLICY),
    store: s3Store(config.bucket, config.s3PathStyle, config.proxy),
    ...(wanted && {
      metadata: createMetadataLookup(config.metadata, awsMetadataClients({ proxy: config.proxy }), systemClock),
    }),
    rules,
    reserves: reservesFor(memoryMb),
    clock: systemClock,
  };
}

/**
 * Takes an event of any trigger and delivers the logs in it to Datadog. Writes one line: its report in EMF.
 *
 * @returns what the caller of that trigger expects: the report, for whoever invokes it by hand; an asynchronous
 *   invocation drops it; for a Kinesis batch, which records to send again.
 * @throws ConfigError, or HandedBackError if neither intake nor store took all of it: Lambda then tries again.
 */
export async function handler(event: unknown, context: Context): Promise<unknown> {
  if (parts instanceof ConfigError) throw parts;
  const invocation = {
    requestId: context.awsRequestId,
    functionArn: context.invokedFunctionArn,
    deadlineMs: systemClock.monotonicMs() + context.getRemainingTimeInMillis(),
    coldStart,
  };
  coldStart = false;
  const { report, answer } = await forward(event, invocation, parts);
  const peakMb = Math.round(process.resourceUsage().maxRSS / 1_024);
  const fields = reportFields(report, {
    ...(report.coldStart && { initMs, version: VERSION }),
    memoryMb: [peakMb, memoryMb],
  });
  // Not console.log, which Lambda prefixes or wraps: a line of EMF must be JSON from its first character. What is JSON
  // already stays as it is, also with Lambda's log format JSON.
  process.stdout.write(`${emfLine(fields, FORWARDER_METRICS, functionName, Date.now())}\n`);
  return answer();
}
