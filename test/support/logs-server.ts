import http from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";
import type { Clock } from "../../functions/clock.ts";

type Fields = Readonly<Record<string, unknown>>;
type Answer = readonly [status: number, body: unknown];

export interface StoredFilter {
  readonly filterName: string;
  readonly filterPattern: string;
  readonly destinationArn: string;
  readonly roleArn?: string;
  readonly distribution: string;
}

export interface StoredLogGroup {
  readonly logGroupClass: string;
  readonly tags: Record<string, string>;
  readonly filters: Map<string, StoredFilter>;
}

export interface LogsServer {
  readonly endpoint: string;
  readonly logGroups: Map<string, StoredLogGroup>;
  readonly arnOf: (logGroup: string) => string;
  /** Makes one with filters that are there already. */
  readonly make: (
    name: string,
    group?: Partial<Omit<StoredLogGroup, "filters">> & { readonly filters?: readonly StoredFilter[] },
  ) => void;
  /** What is answered instead, such as `ThrottlingException`; undefined: what is right. */
  fault: (operation: string, input: Fields) => string | undefined;
  /** Called when something is about to be answered, for what happens in the world meanwhile. */
  meanwhile: (operation: string, input: Fields) => void;
  readonly requests: { readonly operation: string; readonly input: Fields }[];
  /** Inputs of the requests for an operation. */
  readonly inputs: (operation: string) => readonly Fields[];
  readonly stop: () => Promise<void>;
}

export interface Limits {
  /** Of PutSubscriptionFilter and DeleteSubscriptionFilter together, and of all others together. */
  readonly writesASecond: number;
  readonly readsASecond: number;
  /** For filters on one log group. */
  readonly maxFilters: number;
}

const REGION = "eu-west-1";
const ACCOUNT = "111122223333";
const PAGE = 50;
const WRITES = new Set(["PutSubscriptionFilter", "DeleteSubscriptionFilter"]);
const NAME = /^[\w\-/.#]{1,512}$/;
const FILTER_NAME = /^[^:*]{1,512}$/;

/**
 * The operations of CloudWatch Logs that have to do with subscriptions, in JSON 1.1, strict about what they are sent, and with limits
 * by the second of a clock that the test has in hand.
 * https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutSubscriptionFilter.html and the others there (2026-11)
 */
export async function startLogs(clock: Clock, limits: Partial<Limits> = {}): Promise<LogsServer> {
  const { writesASecond = 5, readsASecond = 10, maxFilters = 2 } = limits;
  const server = http.createServer(async (request, response) => {
    const [status, body] = answer(request, (await json(request)) as Fields);
    response.writeHead(status, { "content-type": "application/x-amz-json-1.1" }).end(JSON.stringify(body));
  });
  const isAllowed = { write: bucketOf(writesASecond, clock), read: bucketOf(readsASecond, clock) };

  const answer = ({ method, url, headers }: http.IncomingMessage, input: Fields): Answer => {
    const target = String(headers["x-amz-target"]);
    const operation = target.replace(/^Logs_20140328\./, "");
    state.requests.push({ operation, input });
    const signature = new RegExp(`^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/\\d{8}/${REGION}/logs/aws4_request,`);
    if (!signature.test(headers.authorization ?? "")) return failed("IncompleteSignatureException");
    const known = OPERATIONS[operation];
    const wellFormed = method === "POST" && url === "/" && headers["content-type"] === "application/x-amz-json-1.1";
    if (!known || !wellFormed) return failed("UnknownOperationException");
    if (!isAllowed[WRITES.has(operation) ? "write" : "read"]()) return failed("ThrottlingException");
    const fault = state.fault(operation, input);
    if (fault !== undefined) return failed(fault);
    state.meanwhile(operation, input);
    const odd = Object.keys(input).find((name) => !known.takes.includes(name));
    return odd === undefined ? known.run(state.logGroups, input, maxFilters) : failed("InvalidParameterException");
  };

  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const state: LogsServer = {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    logGroups: new Map(),
    arnOf,
    make: (name, { logGroupClass = "STANDARD", tags = {}, filters = [] } = {}) => {
      state.logGroups.set(name, {
        logGroupClass,
        tags: { ...tags },
        filters: new Map(filters.map((filter) => [filter.filterName, filter])),
      });
    },
    fault: () => undefined,
    meanwhile: () => undefined,
    requests: [],
    inputs: (wanted) => state.requests.filter(({ operation }) => operation === wanted).map(({ input }) => input),
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return state;
}

const arnOf = (logGroup: string) => `arn:aws:logs:${REGION}:${ACCOUNT}:log-group:${logGroup}`;
const failed = (type: string): Answer => [type === "ServiceUnavailableException" ? 503 : 400, { __type: type }];

/** As many as there are in a second, and no more at once. */
function bucketOf(perSecond: number, clock: Clock): () => boolean {
  let tokens = perSecond;
  let lastMs = clock.monotonicMs();
  return () => {
    const nowMs = clock.monotonicMs();
    tokens = Math.min(perSecond, tokens + ((nowMs - lastMs) * perSecond) / 1_000);
    lastMs = nowMs;
    if (tokens < 1) return false;
    tokens -= 1;
    return true;
  };
}

interface Operation {
  readonly takes: readonly string[];
  readonly run: (groups: Map<string, StoredLogGroup>, input: Fields, maxFilters: number) => Answer;
}

const OPERATIONS: Readonly<Record<string, Operation>> = {
  DescribeLogGroups: {
    takes: ["nextToken", "logGroupNamePrefix"],
    run: (groups, { nextToken, logGroupNamePrefix: prefix = "" }) => {
      const after = nextToken === undefined ? "" : (/^after (.+)$/.exec(String(nextToken))?.[1] ?? "~");
      const names = [...groups.keys()].filter((name) => name.startsWith(String(prefix)) && name > after).toSorted();
      const page = names.slice(0, PAGE);
      const logGroups = page.map((name) => ({
        logGroupName: name,
        arn: `${arnOf(name)}:*`,
        logGroupArn: arnOf(name),
        logGroupClass: groups.get(name)?.logGroupClass,
      }));
      return [200, { logGroups, ...(names.length > PAGE && { nextToken: `after ${page.at(-1)}` }) }];
    },
  },
  DescribeSubscriptionFilters: {
    takes: ["logGroupName", "nextToken"],
    run: (groups, { logGroupName }) => {
      const group = groups.get(String(logGroupName));
      if (!group) return failed("ResourceNotFoundException");
      if (group.logGroupClass !== "STANDARD") return failed("InvalidOperationException");
      const filters = [...group.filters.values()].map((filter) => ({ ...filter, logGroupName, creationTime: 1 }));
      return [200, { subscriptionFilters: filters }];
    },
  },
  PutSubscriptionFilter: {
    takes: ["logGroupName", "filterName", "filterPattern", "destinationArn", "roleArn", "distribution"],
    run: (groups, input, maxFilters) => {
      const { logGroupName, filterName, filterPattern, destinationArn, roleArn, distribution = "ByLogStream" } = input;
      const texts = [logGroupName, filterName, filterPattern, destinationArn, roleArn ?? "", distribution].map(String);
      const [name = "", filter = "", pattern = "", destination = "", role = "", spread = ""] = texts;
      if (!NAME.test(name) || !FILTER_NAME.test(filter)) return failed("InvalidParameterException");
      const toFunction = /^arn:aws:lambda:/.test(destination);
      const toStream = /^arn:aws:(?:kinesis|logs):/.test(destination);
      if (filterPattern === undefined || pattern.length > 1_024 || !(toFunction || toStream)) {
        return failed("InvalidParameterException");
      }
      // A stream needs a role; a function takes none.
      if (toFunction !== (role === "")) return failed("InvalidParameterException");
      const group = groups.get(name);
      if (!group) return failed("ResourceNotFoundException");
      if (group.logGroupClass !== "STANDARD") return failed("InvalidOperationException");
      if (!group.filters.has(filter) && group.filters.size >= maxFilters) return failed("LimitExceededException");
      group.filters.set(filter, {
        filterName: filter,
        filterPattern: pattern,
        destinationArn: destination,
        ...(role !== "" && { roleArn: role }),
        distribution: spread,
      });
      return [200, {}];
    },
  },
  DeleteSubscriptionFilter: {
    takes: ["logGroupName", "filterName"],
    run: (groups, { logGroupName, filterName }) =>
      groups.get(String(logGroupName))?.filters.delete(String(filterName))
        ? [200, {}]
        : failed("ResourceNotFoundException"),
  },
  ListTagsForResource: {
    takes: ["resourceArn"],
    run: (groups, { resourceArn }) => withTags(groups, resourceArn, (tags) => ({ tags })),
  },
  TagResource: {
    takes: ["resourceArn", "tags"],
    run: (groups, { resourceArn, tags: more }) =>
      withTags(groups, resourceArn, (tags) => {
        Object.assign(tags, more);
        return {};
      }),
  },
  UntagResource: {
    takes: ["resourceArn", "tagKeys"],
    run: (groups, { resourceArn, tagKeys }) =>
      withTags(groups, resourceArn, (tags) => {
        for (const key of tagKeys as readonly string[]) delete tags[key];
        return {};
      }),
  },
};

function withTags(
  groups: Map<string, StoredLogGroup>,
  resourceArn: unknown,
  answer: (tags: Record<string, string>) => unknown,
): Answer {
  const [, name = ""] = new RegExp(`^${arnOf("")}([^:*]+)$`).exec(String(resourceArn)) ?? [];
  if (name === "") return failed("ValidationException");
  const group = groups.get(name);
  return group ? [200, answer(group.tags)] : failed("ResourceNotFoundException");
}
