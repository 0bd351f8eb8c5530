import http from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";

type Fields = Readonly<Record<string, unknown>>;
type Answer = readonly [status: number, body: unknown];

export interface EcsServer {
  readonly endpoint: string;
  /** Cluster name → task id → the task as DescribeTasks tells it. */
  readonly clusters: Map<string, Map<string, Fields>>;
  /** ARN → container definitions. */
  readonly definitions: Map<string, readonly Fields[]>;
  /** ARN of the log group → its tags. */
  readonly logGroupTags: Map<string, Readonly<Record<string, string>>>;
  /** Operations that the role may not do, or that are throttled. */
  readonly denied: Set<string>;
  readonly throttled: Set<string>;
  /** How many more calls of an operation are throttled. */
  readonly throttledCalls: Map<string, number>;
  /** Operations whose answers wait until they are taken out and `release` is called. */
  readonly held: Set<string>;
  readonly release: () => void;
  readonly requests: { readonly operation: string; readonly input: Fields }[];
  /** Inputs of the requests for an operation. */
  readonly inputs: (operation: string) => readonly Fields[];
  readonly stop: () => Promise<void>;
}

const CLUSTERS_A_PAGE = 2;

/**
 * The operations of ECS and CloudWatch Logs that metadata needs, in JSON 1.1, strict about what they are sent.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Operations.html
 * https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_ListTagsForResource.html
 */
export async function startEcs(region: string, account: string): Promise<EcsServer> {
  const waiting = new Set<() => void>();
  const server = http.createServer(async (request, response) => {
    const [status, body] = await answer(request, (await json(request)) as Fields);
    response.writeHead(status, { "content-type": "application/x-amz-json-1.1" }).end(JSON.stringify(body));
  });
  const arn = (rest: string) => `arn:aws:ecs:${region}:${account}:${rest}`;

  const operations: Readonly<Record<string, (input: Fields) => Answer>> = {
    "AmazonEC2ContainerServiceV20141113.DescribeTasks": ({ cluster, tasks, include, ...rest }) => {
      const ids: readonly string[] = Array.isArray(tasks) ? tasks : [];
      const odd = Object.keys(rest).length > 0 || ids.length < 1 || ids.length > 100 || typeof cluster !== "string";
      if (odd || (include && String(include) !== "TAGS")) return [400, { __type: "InvalidParameterException" }];
      const known = state.clusters.get(cluster.slice(cluster.lastIndexOf("/") + 1));
      if (!known) return [400, { __type: "ClusterNotFoundException", message: "Cluster not found." }];
      const found = ids.map((id) => known.get(id)).filter((task) => task !== undefined);
      const shown = found.map((task) => (include ? task : { ...task, tags: [] }));
      const lost = ids.filter((id) => !known.has(id));
      return [
        200,
        { tasks: shown, failures: lost.map((id) => ({ arn: arn(`task/${cluster}/${id}`), reason: "MISSING" })) },
      ];
    },
    "AmazonEC2ContainerServiceV20141113.DescribeTaskDefinition": ({ taskDefinition, ...rest }) => {
      const containerDefinitions = state.definitions.get(String(taskDefinition));
      if (!containerDefinitions || Object.keys(rest).length > 0) return [400, { __type: "ClientException" }];
      return [200, { taskDefinition: { taskDefinitionArn: taskDefinition, containerDefinitions } }];
    },
    "AmazonEC2ContainerServiceV20141113.ListClusters": ({ nextToken, ...rest }) => {
      const start = nextToken === undefined ? 0 : Number(/^token-(\d+)$/.exec(String(nextToken))?.[1]);
      if (Number.isNaN(start) || Object.keys(rest).length > 0) return [400, { __type: "InvalidParameterException" }];
      const names = [...state.clusters.keys()];
      const end = start + CLUSTERS_A_PAGE;
      const clusterArns = names.slice(start, end).map((name) => arn(`cluster/${name}`));
      return [200, { clusterArns, ...(end < names.length && { nextToken: `token-${end}` }) }];
    },
    "Logs_20140328.ListTagsForResource": ({ resourceArn, ...rest }) => {
      const form = new RegExp(`^arn:aws:logs:${region}:${account}:log-group:[^:*]+$`);
      if (!form.test(String(resourceArn)) || Object.keys(rest).length > 0) {
        return [400, { __type: "InvalidParameterException" }];
      }
      const tags = state.logGroupTags.get(String(resourceArn));
      return tags ? [200, { tags }] : [400, { __type: "ResourceNotFoundException" }];
    },
  };
  const answer = async ({ method, url, headers }: http.IncomingMessage, input: Fields): Promise<Answer> => {
    const target = String(headers["x-amz-target"]);
    const operation = target.slice(target.indexOf(".") + 1);
    state.requests.push({ operation, input });
    if (state.held.has(operation)) await new Promise<void>((resolve) => waiting.add(resolve));
    const service = target.startsWith("Logs_") ? "logs" : "ecs";
    const signature = new RegExp(`^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/\\d{8}/${region}/${service}/aws4_request,`);
    if (!signature.test(headers.authorization ?? "")) return [403, { __type: "IncompleteSignatureException" }];
    const known = operations[target];
    const wellFormed = method === "POST" && url === "/" && headers["content-type"] === "application/x-amz-json-1.1";
    if (!known || !wellFormed) return [400, { __type: "UnknownOperationException" }];
    if (state.denied.has(operation)) {
      return [400, { __type: "AccessDeniedException", message: `not authorized to perform: ${service}:${operation}` }];
    }
    const callsLeft = state.throttledCalls.get(operation) ?? 0;
    state.throttledCalls.set(operation, callsLeft - 1);
    if (state.throttled.has(operation) || callsLeft > 0)
      return [400, { __type: "ThrottlingException", message: "Rate exceeded" }];
    return known(input);
  };

  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const release = () => {
    for (const resolve of waiting) resolve();
    waiting.clear();
  };
  const state: EcsServer = {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    clusters: new Map(),
    definitions: new Map(),
    logGroupTags: new Map(),
    denied: new Set(),
    throttled: new Set(),
    throttledCalls: new Map(),
    held: new Set(),
    release,
    requests: [],
    inputs: (wanted) => state.requests.filter(({ operation }) => operation === wanted).map(({ input }) => input),
    stop: () =>
      new Promise((resolve) => {
        release();
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return state;
}

/** A task as DescribeTasks tells it, of one container. `launchType` decides what its ids look like. */
export function ecsTask(
  cluster: string,
  taskId: string,
  { launchType = "FARGATE", arnOf = "eu-west-1:111122223333", container = "app", ...more }: Fields = {},
): Fields {
  const fargate = launchType === "FARGATE";
  return {
    taskArn: `arn:aws:ecs:${arnOf}:task/${cluster}/${taskId}`,
    clusterArn: `arn:aws:ecs:${arnOf}:cluster/${cluster}`,
    taskDefinitionArn: `arn:aws:ecs:${arnOf}:task-definition/shop-api:7`,
    group: "service:shop",
    launchType,
    availabilityZone: "eu-west-1a",
    ...(!fargate && { containerInstanceArn: `arn:aws:ecs:${arnOf}:container-instance/${cluster}/instance-1` }),
    lastStatus: "RUNNING",
    createdAt: 1_795_366_100.25,
    version: 3,
    containers: [
      {
        name: container,
        containerArn: `arn:aws:ecs:${arnOf}:container/${cluster}/${taskId}/c-1`,
        image: "shop/api:1.4.2",
        imageDigest: "sha256:0f0f",
        runtimeId: fargate ? `${taskId}-2495160603` : "e".repeat(64),
        lastStatus: "RUNNING",
      },
    ],
    tags: [
      { key: "team", value: "shop" },
      { key: "aws:ecs:clusterName", value: cluster },
    ],
    ...more,
  };
}
