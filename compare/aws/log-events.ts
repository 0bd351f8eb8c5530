import { type CloudWatchLogsClient, FilterLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";
import { asked } from "../../tools/aws-call.ts";

/** One event of a log group as CloudWatch Logs has it. */
export interface StoredEvent {
  readonly stream: string;
  /** As its writer dated it; Unix time, ms. */
  readonly timestamp: number;
  /** When CloudWatch Logs took it. */
  readonly ingestionTime: number;
  readonly message: string;
}

/** All events of a group from a time on, in the order in which CloudWatch Logs gives them. @throws AwsCallError */
export async function readLogEvents(
  logs: CloudWatchLogsClient,
  logGroupName: string,
  startTime: number,
  abortSignal?: AbortSignal,
): Promise<StoredEvent[]> {
  const found: StoredEvent[] = [];
  let nextToken: string | undefined;
  do {
    // A page may be empty and still not be the last.
    const command = new FilterLogEventsCommand({ logGroupName, startTime, nextToken });
    const page = await asked("logs:FilterLogEvents", logs.send(command, { abortSignal }));
    for (const { logStreamName = "", timestamp = 0, ingestionTime = 0, message = "" } of page.events ?? []) {
      found.push({ stream: logStreamName, timestamp, ingestionTime, message });
    }
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
  return found;
}
