import { sdkAgents } from "../../proxy-agent.ts";
import type { ProxySettings } from "../../settings/proxy.ts";
import { onceMoreUnlessThrottled } from "./once-more.ts";
import { readDefinitionAnswer } from "./read-definition.ts";
import { type ClusterPage, readClusterPage, readLogGroupTags, readTasks } from "./read-task.ts";
import type { KnownDefinition, KnownTags, KnownTask } from "./types.ts";

/**
 * The four calls, no more of the services than is read, and no answer that was not checked. Each may throw an error whose
 * name is AWS's code, or UnexpectedAnswer.
 */
export interface MetadataClients {
  /** At most 100 ids of one cluster. Those ECS does not know are not in the answer. */
  readonly describeTasks: (cluster: string, taskIds: readonly string[]) => Promise<readonly KnownTask[]>;
  readonly describeTaskDefinition: (arn: string) => Promise<KnownDefinition>;
  /** A page of the region's clusters. */
  readonly listClusters: (nextToken?: string) => Promise<ClusterPage>;
  /** @param arn of the log group, without `:*` at its end. */
  readonly listLogGroupTags: (arn: string) => Promise<KnownTags>;
}

export interface ClientOptions {
  /** Of all services; AWS's own if there is none. */
  readonly endpoint?: string;
  /** Of one attempt. Short: no log waits longer than the budget, and the next invocation may ask again. */
  readonly requestTimeoutMs?: number;
  /** Undefined: AWS is reached directly. */
  readonly proxy?: ProxySettings;
}

const CONNECTION_TIMEOUT_MS = 500;
const REQUEST_TIMEOUT_MS = 1_000;

/**
 * AWS itself. Each SDK is loaded with the first call that needs it, and once.
 */
export function awsMetadataClients({ endpoint, requestTimeoutMs, proxy }: ClientOptions = {}): MetadataClients {
  const settings = {
    retryStrategy: onceMoreUnlessThrottled,
    requestHandler: {
      ...sdkAgents(proxy),
      connectionTimeout: CONNECTION_TIMEOUT_MS,
      requestTimeout: requestTimeoutMs ?? REQUEST_TIMEOUT_MS,
      // Without it the SDK only warns of a request without an answer, and waits on: one whose socket died while the
      // sandbox was frozen would never be given up.
      throwOnRequestTimeout: true,
    },
    ...(endpoint && { endpoint }),
  };
  const ecs = once(async () => {
    const sdk = await import("@aws-sdk/client-ecs");
    return { sdk, client: new sdk.ECSClient(settings) };
  });
  const logs = once(async () => {
    const sdk = await import("@aws-sdk/client-cloudwatch-logs");
    return { sdk, client: new sdk.CloudWatchLogsClient(settings) };
  });
  return {
    describeTasks: async (cluster, taskIds) => {
      const { sdk, client } = await ecs();
      const input = { cluster, tasks: [...taskIds], include: ["TAGS" as const] };
      return readTasks(await client.send(new sdk.DescribeTasksCommand(input)));
    },
    describeTaskDefinition: async (taskDefinition) => {
      const { sdk, client } = await ecs();
      return readDefinitionAnswer(await client.send(new sdk.DescribeTaskDefinitionCommand({ taskDefinition })));
    },
    listClusters: async (nextToken) => {
      const { sdk, client } = await ecs();
      return readClusterPage(await client.send(new sdk.ListClustersCommand({ nextToken })));
    },
    listLogGroupTags: async (resourceArn) => {
      const { sdk, client } = await logs();
      return readLogGroupTags(await client.send(new sdk.ListTagsForResourceCommand({ resourceArn })));
    },
  };
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
