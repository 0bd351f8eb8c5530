import {
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  DeleteLogGroupCommand,
  DeleteLogStreamCommand,
  DeleteSubscriptionFilterCommand,
  DescribeSubscriptionFiltersCommand,
  PutLogEventsCommand,
  PutRetentionPolicyCommand,
  PutSubscriptionFilterCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import { AwsCallError, asked } from "../../../aws-call.ts";
import { messageWith } from "../check-directly.ts";
import type { CheckContext } from "../context.ts";
import type { Clients } from "./clients.ts";
import type { ForwarderFacts } from "./read-function.ts";
import type { Undo } from "./undo.ts";

/** Where the marked log is put. */
export interface LogSource {
  readonly logGroup: string;
  readonly logStream: string;
}

/** If the check is killed, AWS removes the log itself after a day. */
const RETENTION_DAYS = 1;

/** A log group, or the given one, and a stream of our own. Undefined: told why not. */
export async function makeSource(
  { options, hops, mark, signal }: CheckContext,
  { logs }: Clients,
  { region }: ForwarderFacts,
  undo: Undo,
): Promise<LogSource | undefined> {
  const id = mark.slice(-12);
  const logGroup = options.logGroup ?? `/sidecarless/check-${id}`;
  const logStream = `sidecarless-check-${id}`;
  const abort = { abortSignal: signal };
  try {
    if (options.logGroup === undefined) {
      undo.add({
        what: `the log group ${logGroup}`,
        undo: () => logs.send(new DeleteLogGroupCommand({ logGroupName: logGroup })),
        command: `logs delete-log-group --region ${region} --log-group-name ${logGroup}`,
      });
      await asked("logs:CreateLogGroup", logs.send(new CreateLogGroupCommand({ logGroupName: logGroup }), abort));
      const retention = { logGroupName: logGroup, retentionInDays: RETENTION_DAYS };
      await asked("logs:PutRetentionPolicy", logs.send(new PutRetentionPolicyCommand(retention), abort));
    } else {
      undo.add({
        what: `the stream ${logStream}`,
        undo: () => logs.send(new DeleteLogStreamCommand({ logGroupName: logGroup, logStreamName: logStream })),
        command: `logs delete-log-stream --region ${region} --log-group-name ${logGroup} --log-stream-name ${logStream}`,
      });
    }
    const stream = { logGroupName: logGroup, logStreamName: logStream };
    await asked("logs:CreateLogStream", logs.send(new CreateLogStreamCommand(stream), abort));
    hops.add("logGroup", "ok", `${logGroup}, ${options.logGroup === undefined ? "made for this" : "as given"}`);
    return { logGroup, logStream };
  } catch (error) {
    if (!(error instanceof AwsCallError)) throw error;
    hops.add("logGroup", "failed", `no stream in ${logGroup}`, error.message);
    return undefined;
  }
}

/** The filter that leads to the function: the one that is there, or one of our own. @returns whether there is one */
export async function subscribe(
  { hops, mark, signal }: CheckContext,
  { logs }: Clients,
  { arn, region }: ForwarderFacts,
  { logGroup }: LogSource,
  undo: Undo,
): Promise<boolean> {
  const filterName = `sidecarless-check-${mark.slice(-12)}`;
  const abort = { abortSignal: signal };
  try {
    const describe = new DescribeSubscriptionFiltersCommand({ logGroupName: logGroup });
    const { subscriptionFilters = [] } = await asked("logs:DescribeSubscriptionFilters", logs.send(describe, abort));
    const there = subscriptionFilters.find(
      ({ destinationArn = "" }) => destinationArn === arn || destinationArn.startsWith(`${arn}:`),
    );
    if (there) {
      const pattern = there.filterPattern ? `, which takes only what matches ${there.filterPattern}` : "";
      hops.add(
        "subscription",
        pattern === "" ? "ok" : "warning",
        `the filter ${there.filterName} that is there${pattern}`,
      );
      return true;
    }
    undo.add({
      what: `the filter ${filterName}`,
      undo: () => logs.send(new DeleteSubscriptionFilterCommand({ logGroupName: logGroup, filterName })),
      command: `logs delete-subscription-filter --region ${region} --log-group-name ${logGroup} --filter-name ${filterName}`,
    });
    const filter = { logGroupName: logGroup, filterName, filterPattern: "", destinationArn: arn };
    await asked("logs:PutSubscriptionFilter", logs.send(new PutSubscriptionFilterCommand(filter), abort));
    hops.add("subscription", "ok", `the filter ${filterName}, made for this`);
    return true;
  } catch (error) {
    if (!(error instanceof AwsCallError)) throw error;
    hops.add(
      "subscription",
      "failed",
      "no filter leads from the log group to the function",
      adviceOnFilter(error, arn),
    );
    return false;
  }
}

function adviceOnFilter(error: AwsCallError, arn: string): string {
  const { name, message } = error.cause as Error;
  if (name === "LimitExceededException") {
    return "A log group can have two subscription filters, and this one has: take another with --log-group, or none.";
  }
  if (name === "InvalidParameterException" && /execute the lambda function/i.test(message)) {
    return `CloudWatch Logs may not invoke the function: its resource policy must allow lambda:InvokeFunction to logs.amazonaws.com for the log groups of the account (aws lambda get-policy --function-name ${arn}). Deploy the forwarder's stack again.`;
  }
  return error.message;
}

export interface PutLog {
  /** Of the event, Unix time in ms. */
  readonly timestamp: number;
  readonly message: string;
}

/** Puts the marked log. Undefined: told why not. */
export async function putLog(
  { hops, mark, clock, signal }: CheckContext,
  { logs }: Clients,
  { logGroup, logStream }: LogSource,
): Promise<PutLog | undefined> {
  const event = { timestamp: clock.now(), message: messageWith(mark) };
  const command = new PutLogEventsCommand({ logGroupName: logGroup, logStreamName: logStream, logEvents: [event] });
  try {
    const { rejectedLogEventsInfo: rejected } = await asked(
      "logs:PutLogEvents",
      logs.send(command, { abortSignal: signal }),
    );
    if (!rejected || Object.keys(rejected).length === 0) return event;
    const when = rejected.tooNewLogEventStartIndex === undefined ? "too old" : "too far ahead";
    hops.add("put", "failed", `CloudWatch Logs finds its time ${when}`, "Set this machine's clock (NTP).");
  } catch (error) {
    if (!(error instanceof AwsCallError)) throw error;
    hops.add("put", "failed", "CloudWatch Logs does not take it", error.message);
  }
  return undefined;
}
