import http from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { AWS_CREDENTIALS } from "../../support/aws.ts";

type Fields = Readonly<Record<string, unknown>>;

export interface PutEvent {
  readonly id: string;
  readonly timestamp: number;
  readonly message: string;
}

export interface AccountWithForwarder {
  readonly environment: Readonly<Record<string, string>>;
  /** Log group → stream → events. */
  readonly groups: Map<string, Map<string, PutEvent[]>>;
  /** Log group → filters by name: where each leads. */
  readonly filters: Map<string, Map<string, string>>;
  /** By name of the operation: what it is refused with. */
  readonly refused: Map<string, { readonly name: string; readonly message?: string }>;
  /** What GetFunctionConfiguration tells of the function. */
  configuration: Fields;
  /** What PutLogEvents tells of events that it did not take. */
  rejected: Fields;
  /** Invokes the function, if a filter leads to it. */
  onDelivery: (group: string, stream: string, events: readonly PutEvent[]) => void;
  /** What the function writes. */
  readonly say: (line: string) => void;
  readonly operations: string[];
  readonly stop: () => Promise<void>;
}

export const FUNCTION_ARN = "arn:aws:lambda:eu-west-1:111122223333:function:forwarder";
const FUNCTION_LOGS = "/aws/lambda/forwarder";

class Refusal extends Error {}

/**
 * What a check asks of CloudWatch Logs and Lambda, and a function that does what the test says.
 * https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutSubscriptionFilter.html (2026-11)
 */
export async function startAccount(now: () => number): Promise<AccountWithForwarder> {
  const server = http.createServer(async (request, response) => {
    const body = await text(request);
    const target = String(request.headers["x-amz-target"] ?? "").split(".")[1];
    const operation = target ?? (request.url?.includes("/functions/") ? "GetFunctionConfiguration" : "ListObjectsV2");
    account.operations.push(operation);
    const refusal = account.refused.get(operation);
    if (refusal) return refuse(response, refusal.name, refusal.message);
    if (operation === "ListObjectsV2") {
      response.writeHead(200, { "content-type": "application/xml" });
      return response.end("<ListBucketResult><KeyCount>0</KeyCount></ListBucketResult>");
    }
    try {
      const answer =
        operation === "GetFunctionConfiguration" ? account.configuration : handle(operation, JSON.parse(body));
      response.writeHead(200, { "content-type": "application/x-amz-json-1.1" }).end(JSON.stringify(answer));
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      refuse(response, error.message);
    }
  });
  const refuse = (response: http.ServerResponse, name: string, message = name) => {
    response.writeHead(400, { "content-type": "application/x-amz-json-1.1", "x-amzn-errortype": name });
    response.end(JSON.stringify({ __type: name, message, Message: message }));
  };
  const streamOf = (group: string, stream: string) => {
    const events = account.groups.get(group)?.get(stream);
    if (!events) throw new Refusal("ResourceNotFoundException");
    return events;
  };
  const handle = (operation: string, input: Fields): Fields => {
    const [group, stream, filter] = [input.logGroupName, input.logStreamName, input.filterName].map(String) as [
      string,
      string,
      string,
    ];
    const { groups, filters } = account;
    if (operation === "CreateLogGroup") {
      if (groups.has(group)) throw new Refusal("ResourceAlreadyExistsException");
      groups.set(group, new Map());
      return {};
    }
    if (!groups.has(group)) throw new Refusal("ResourceNotFoundException");
    switch (operation) {
      case "DeleteLogGroup":
        groups.delete(group);
        filters.delete(group);
        return {};
      case "PutRetentionPolicy":
        return {};
      case "CreateLogStream":
        groups.get(group)?.set(stream, []);
        return {};
      case "DeleteLogStream":
        groups.get(group)?.delete(stream);
        return {};
      case "DescribeSubscriptionFilters": {
        const there = [...(filters.get(group) ?? [])];
        return {
          subscriptionFilters: there.map(([filterName, destinationArn]) => ({
            filterName,
            destinationArn,
            filterPattern: "",
          })),
        };
      }
      case "PutSubscriptionFilter": {
        const others = filters.get(group) ?? new Map();
        if (others.size >= 2) throw new Refusal("LimitExceededException");
        filters.set(group, others.set(filter, String(input.destinationArn)));
        return {};
      }
      case "DeleteSubscriptionFilter":
        if (!filters.get(group)?.delete(filter)) throw new Refusal("ResourceNotFoundException");
        return {};
      case "PutLogEvents": {
        const put = (input.logEvents as Omit<PutEvent, "id">[]).map((event, i) => ({
          id: `${event.timestamp}${i}`,
          ...event,
        }));
        streamOf(group, stream).push(...put);
        const leadsThere = [...(filters.get(group)?.values() ?? [])].includes(FUNCTION_ARN);
        if (leadsThere) account.onDelivery(group, stream, put);
        return { rejectedLogEventsInfo: account.rejected };
      }
      case "FilterLogEvents": {
        const names = (input.logStreamNames as string[] | undefined) ?? [...(groups.get(group)?.keys() ?? [])];
        const events = names.flatMap((name) =>
          streamOf(group, name).map(({ id, ...event }) => ({ eventId: id, ...event })),
        );
        return { events: events.filter(({ timestamp }) => timestamp >= Number(input.startTime ?? 0)) };
      }
    }
    throw new Refusal(`there is no operation ${operation}`);
  };
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const account: AccountWithForwarder = {
    environment: { ...AWS_CREDENTIALS, AWS_ENDPOINT_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}` },
    groups: new Map([[FUNCTION_LOGS, new Map([["stream", []]])]]),
    filters: new Map(),
    refused: new Map(),
    configuration: {
      FunctionName: "forwarder",
      State: "Active",
      Environment: { Variables: { DD_API_KEY_SECRET_ARN: "datadog-api-key", DD_S3_BUCKET_NAME: "store" } },
    },
    rejected: {},
    onDelivery: () => undefined,
    say: (message) =>
      void account.groups.get(FUNCTION_LOGS)?.get("stream")?.push({ id: "1", timestamp: now(), message }),
    operations: [],
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return account;
}
