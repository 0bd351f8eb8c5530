import { readFile } from "node:fs/promises";
import type { Context } from "aws-lambda";
import { systemClock } from "../clock.ts";
import { codeOf } from "../error-code.ts";
import { emfLine } from "../metrics/emf-line.ts";
import { SUBSCRIBER_METRICS } from "../metrics/metrics.ts";
import { answerStack } from "./answer-stack.ts";
import { LOG_GROUP_RULE_FILE } from "./environment.ts";
import { awsLogsApi } from "./logs-api.ts";
import { reportFields } from "./report.ts";
import { parseSubscriberSettings } from "./settings.ts";
import { ownLogGroupArn, stopSign } from "./stop-sign.ts";
import { type Report, subscribe } from "./subscribe.ts";
import { asEvent, type Work, workOf } from "./work.ts";

const functionName = process.env.AWS_LAMBDA_FUNCTION_NAME ?? "local";
const ruleText = await readFile(new URL(LOG_GROUP_RULE_FILE, import.meta.url), "utf8").catch(() => undefined);
const settings = parseSubscriberSettings(process.env, ruleText);
const api = awsLogsApi();
const answer = answerStack(systemClock);

/** Kept for a call that has begun, for having the rest done, for CloudFormation's answer and the report. */
const RESERVE_MS = 20_000;

/** The listing failed: nothing was looked at, and Lambda tries again. The report says more. */
export class ListingError extends Error {
  override readonly name = "ListingError";
}

/** Runs on a schedule, when a log group is made, and when its stack is deployed or deleted. Runs may overlap. */
export async function handler(event: unknown, context: Context): Promise<Report> {
  const leftMs = context.getRemainingTimeInMillis();
  const endMs = systemClock.monotonicMs() + leftMs - Math.min(RESERVE_MS, leftMs / 2);
  const { invokedFunctionArn: functionArn, logGroupName } = context;
  const sign = stopSign(api, ownLogGroupArn(functionArn, logGroupName), systemClock);
  const goOn = (work: Work) => invoke(functionArn, work);
  const subscriber = { api, clock: systemClock, settings, sign, answer, goOn };
  const report = await subscribe(subscriber, workOf(event, Date.now()), endMs);
  process.stdout.write(`${emfLine(reportFields(report), SUBSCRIBER_METRICS, functionName, Date.now())}\n`);
  const { stoppedBy } = report;
  if (stoppedBy !== undefined && stoppedBy !== "deadline" && stoppedBy !== "deleted" && report.work !== "deleted") {
    throw new ListingError(
      `CloudWatch Logs did not list the log groups: ${stoppedBy}. Nothing is subscribed by rule meanwhile.`,
    );
  }
  return report;
}

async function invoke(functionArn: string, work: Work): Promise<string | undefined> {
  const { InvokeCommand, LambdaClient } = await import("@aws-sdk/client-lambda");
  const client = new LambdaClient({ maxAttempts: 5 });
  try {
    const input = { FunctionName: functionArn, InvocationType: "Event", Payload: asEvent(work) } as const;
    await client.send(new InvokeCommand(input));
    return undefined;
  } catch (error) {
    return codeOf(error);
  } finally {
    client.destroy();
  }
}
