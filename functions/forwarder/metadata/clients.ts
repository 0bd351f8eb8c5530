import type { EcsContainerDefinition } from "./read-definition.ts";
import type { EcsTask } from "./read-task.ts";

/** The four calls, no more of the services than is read. Each may throw an error whose name is AWS's code. */
export interface MetadataClients {
  /** At most 100 ids of one cluster. Those ECS does not know are not in the answer. */
  readonly describeTasks: (cluster: string, taskIds: readonly string[]) => Promise<readonly EcsTask[]>;
  readonly describeTaskDefinition: (arn: string) => Promise<readonly EcsContainerDefinition[]>;
  /** A page of the region's clusters, as ARNs. */
  readonly listClusters: (nextToken?: string) => Promise<{
    readonly clusterArns: readonly string[];
    readonly nextToken?: string;
  }>;
  /** @param arn of the log group, without `:*` at its end. */
  readonly listLogGroupTags: (arn: string) => Promise<Readonly<Record<string, string>>>;
}

export interface ClientOptions {
  /** Of all services; AWS's own if there is none. */
  readonly endpoint?: string;
  /** Of one attempt. Short: no log waits longer than the budget, and the next invocation may ask again. */
  readonly requestTimeoutMs?: number;
}

const CONNECTION_TIMEOUT_MS = 500;
const REQUEST_TIMEOUT_MS = 1_000;

/**
 * AWS itself. Each SDK is loaded with the first call that needs it, and once.
 */
export function awsMetadataClients({ endpoint, requestTimeoutMs }: ClientOptions = {}): MetadataClients {
  const settings = {
    maxAttempts: 2,
    requestHandler: {
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
      return (await client.send(new sdk.DescribeTasksCommand(input))).tasks ?? [];
    },
    describeTaskDefinition: async (taskDefinition) => {
      const { sdk, client } = await ecs();
      const answer = await client.send(new sdk.DescribeTaskDefinitionCommand({ taskDefinition }));
      return answer.taskDefinition?.containerDefinitions ?? [];
    },
    listClusters: async (nextToken) => {
      const { sdk, client } = await ecs();
      const page = await client.send(new sdk.ListClustersCommand({ nextToken }));
      return { clusterArns: page.clusterArns ?? [], nextToken: page.nextToken };
    },
    listLogGroupTags: async (resourceArn) => {
      const { sdk, client } = await logs();
      return (await client.send(new sdk.ListTagsForResourceCommand({ resourceArn }))).tags ?? {};
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
