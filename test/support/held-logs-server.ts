import http from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";

type Fields = Readonly<Record<string, unknown>>;

export interface HeldLog {
  readonly eventId: string;
  readonly timestamp: number;
  readonly message: string;
  readonly logStreamName: string;
}

export interface HeldLogs {
  readonly endpoint: string;
  events: readonly HeldLog[];
  retentionInDays: number | undefined;
  /** Destinations of the log group's filters, and of the account's. */
  destinations: readonly string[];
  accountDestinations: readonly string[];
  /** What is answered instead: an error's name. */
  fault: (operation: string) => string | undefined;
  /** What the function does. A thrown error is the function's. */
  invoke: (event: unknown, functionName: string) => Promise<unknown>;
  readonly requests: { readonly operation: string; readonly input: Fields }[];
  readonly count: (operation: string) => number;
  readonly stop: () => Promise<void>;
}

export const HELD_GROUP = "/ecs/shop-api";
export const HELD_ACCOUNT = "111122223333";
export const FORWARDER_ARN = `arn:aws:lambda:eu-west-1:${HELD_ACCOUNT}:function:forwarder`;
const PAGE_EVENTS = 1_000;
const PAGE_BYTES = 1_048_576;

const TAKES: Readonly<Record<string, readonly string[]>> = {
  FilterLogEvents: ["logGroupName", "logStreamNames", "filterPattern", "startTime", "endTime", "nextToken"],
  DescribeLogGroups: ["logGroupNamePrefix", "nextToken"],
  DescribeSubscriptionFilters: ["logGroupName"],
  DescribeAccountPolicies: ["policyType"],
};

/**
 * One log group with what it holds, and a function: the operations that a backfill needs, strict about what they are sent. Pages are
 * as awkward as is documented: each second one is empty, and each begins with the event that the one before ended with.
 * https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_FilterLogEvents.html (2026-11)
 */
export async function startHeldLogs(): Promise<HeldLogs> {
  const server = http.createServer(async (request, response) => {
    const input = (await json(request)) as Fields;
    const isLogs = request.headers["x-amz-target"] !== undefined;
    const [status, body, headers] = isLogs ? answerLogs(request, input) : await answerLambda(request, input);
    response.writeHead(status, { "content-type": "application/x-amz-json-1.1", ...headers });
    response.end(JSON.stringify(body));
  });
  type Answer = readonly [status: number, body: unknown, headers?: Record<string, string>];

  const refused = (operation: string, input: Fields): Answer | undefined => {
    state.requests.push({ operation, input });
    const fault = state.fault(operation);
    if (fault === undefined) return undefined;
    const status = fault.startsWith("TooMany") ? 429 : fault.startsWith("Service") ? 503 : 400;
    return [status, { __type: fault }, { "x-amzn-errortype": fault }];
  };

  const answerLogs = (request: http.IncomingMessage, input: Fields): Answer => {
    const operation = String(request.headers["x-amz-target"]).replace(/^Logs_20140328\./, "");
    const known = TAKES[operation];
    if (!known || Object.keys(input).some((name) => !known.includes(name)))
      return [400, { __type: "InvalidParameterException" }];
    const fault = refused(operation, input);
    if (fault) return fault;
    const { logGroupName } = input;
    if (logGroupName !== undefined && logGroupName !== HELD_GROUP)
      return [400, { __type: "ResourceNotFoundException" }];
    if (operation === "FilterLogEvents") return filtered(input);
    const named = (arns: readonly string[]) =>
      arns.map((destinationArn, i) => ({ filterName: `f${i}`, destinationArn }));
    if (operation === "DescribeSubscriptionFilters") return [200, { subscriptionFilters: named(state.destinations) }];
    if (operation === "DescribeAccountPolicies") {
      const policies = state.accountDestinations.map((DestinationArn) => ({
        policyDocument: JSON.stringify({ DestinationArn }),
      }));
      return [200, { accountPolicies: policies }];
    }
    // Of two groups, the one that is asked for comes on the second page.
    if (input.nextToken === undefined)
      return [200, { logGroups: [{ logGroupName: `${HELD_GROUP}-2` }], nextToken: "more" }];
    const { retentionInDays } = state;
    const arn = `arn:aws:logs:eu-west-1:${HELD_ACCOUNT}:log-group:${HELD_GROUP}:*`;
    return [200, { logGroups: [{ logGroupName: HELD_GROUP, arn, ...(retentionInDays && { retentionInDays }) }] }];
  };

  const filtered = (input: Fields): Answer => {
    const { startTime, endTime, logStreamNames, filterPattern = "", nextToken } = input;
    const streams = logStreamNames as readonly string[] | undefined;
    const matching = state.events
      .filter(({ timestamp }) => timestamp >= Number(startTime) && timestamp <= Number(endTime))
      .filter(({ logStreamName }) => !streams || streams.includes(logStreamName))
      .filter(({ message }) => message.includes(String(filterPattern)))
      .toSorted((a, b) => a.timestamp - b.timestamp);
    const [, position = "0", empty] = /^(\d+)( empty)?$/.exec(String(nextToken ?? "0")) ?? [];
    const from = Number(position);
    if (empty) return [200, { events: [], nextToken: position, searchedLogStreams: [] }];
    let [to, bytes] = [from, 0];
    while (to < matching.length && to - from < PAGE_EVENTS && bytes < PAGE_BYTES) {
      bytes += Buffer.byteLength(matching[to]?.message ?? "");
      to += 1;
    }
    const events = matching
      .slice(Math.max(0, from - 1), to)
      .map((event) => ({ ...event, ingestionTime: event.timestamp }));
    return [200, { events, ...(to < matching.length && { nextToken: `${to} empty` }) }];
  };

  const answerLambda = async ({ method, url = "" }: http.IncomingMessage, input: Fields): Promise<Answer> => {
    const [, name] = /^\/2015-03-31\/functions\/([^/]+)\/invocations$/.exec(url) ?? [];
    if (method !== "POST" || name === undefined) return [404, {}];
    const fault = refused("Invoke", {});
    if (fault) return fault;
    try {
      return [200, await state.invoke(input, decodeURIComponent(name))];
    } catch (error) {
      const { name: errorType, message: errorMessage } = error as Error;
      return [200, { errorType, errorMessage }, { "x-amz-function-error": "Unhandled" }];
    }
  };

  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const state: HeldLogs = {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    events: [],
    retentionInDays: undefined,
    destinations: [FORWARDER_ARN],
    accountDestinations: [],
    fault: () => undefined,
    invoke: () => Promise.reject(new Error("no function")),
    requests: [],
    count: (wanted) => state.requests.filter(({ operation }) => operation === wanted).length,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return state;
}

/** Events of so many streams, in turn. */
export const heldLogs = (count: number, streams: number, fromMs: number, stepMs: number, text = "line"): HeldLog[] =>
  Array.from({ length: count }, (_, i) => ({
    eventId: `3${String(i).padStart(55, "0")}`,
    timestamp: fromMs + Math.floor(i * stepMs),
    message: `${text} ${i}`,
    logStreamName: `web/app/${String(i % streams).padStart(32, "0")}`,
  }));
