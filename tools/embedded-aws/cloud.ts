import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  DescribeLogGroupsCommand,
  DescribeSubscriptionFiltersCommand,
  FilterLogEventsCommand,
  PutLogEventsCommand,
  PutSubscriptionFilterCommand,
  ResourceAlreadyExistsException,
} from "@aws-sdk/client-cloudwatch-logs";
import {
  CreateClusterCommand,
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  DescribeTasksCommand,
  ECSClient,
  ListTasksCommand,
  RegisterTaskDefinitionCommand,
  RunTaskCommand,
  type Task,
} from "@aws-sdk/client-ecs";
import { KinesisClient, PutRecordCommand } from "@aws-sdk/client-kinesis";
import {
  GetFunctionCommand,
  GetFunctionConfigurationCommand,
  InvokeCommand,
  LambdaClient,
  ListFunctionsCommand,
} from "@aws-sdk/client-lambda";
import {
  HeadObjectCommand,
  ListBucketsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import {
  CreateSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  ResourceExistsException,
  SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import type { EmbeddedAws } from "./ministack.ts";

export interface StoredLogs {
  readonly objects: number;
  readonly events: number;
}

/** A task that ECS was asked to run: what its container would be started with. */
export interface StartedTask {
  readonly taskId: string;
  readonly command: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** Options of its log driver, by name. */
  readonly logOptions: Readonly<Record<string, string>>;
}

/** The container of a service that has one: what it would be started with. */
export interface ServiceProgram {
  readonly command: readonly string[];
  readonly logOptions: Readonly<Record<string, string>>;
}

/** What the tests ask of AWS, through its API. */
export type Cloud = ReturnType<typeof cloud>;

export function cloud({ endpoint, region, environment }: EmbeddedAws) {
  const { AWS_ACCESS_KEY_ID: accessKeyId = "", AWS_SECRET_ACCESS_KEY: secretAccessKey = "" } = environment;
  const options = { endpoint, region, credentials: { accessKeyId, secretAccessKey } };
  const logs = new CloudWatchLogsClient(options);
  const lambda = new LambdaClient(options);
  const ecs = new ECSClient(options);
  // Its own speaks HTTP/2, which MiniStack does not.
  const kinesis = new KinesisClient({ ...options, requestHandler: lambda.config.requestHandler });
  const s3 = new S3Client({ ...options, forcePathStyle: true });
  const secrets = new SecretsManagerClient(options);

  const logGroups = async () => {
    const { logGroups: groups = [] } = await logs.send(new DescribeLogGroupsCommand({}));
    return groups.map(({ logGroupName }) => logGroupName ?? "");
  };

  const containersOf = async (taskDefinition = "") => {
    const described = await ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition }));
    return described.taskDefinition?.containerDefinitions ?? [];
  };

  const startedTask = async ({ taskArn = "", taskDefinitionArn, overrides }: Task): Promise<StartedTask[]> => {
    const app = (await containersOf(taskDefinitionArn)).find(({ name }) => name === "app");
    if (!app) return [];
    const overridden = overrides?.containerOverrides?.find(({ name }) => name === "app");
    const variables = [...(app.environment ?? []), ...(overridden?.environment ?? [])];
    const task = {
      taskId: taskArn.slice(taskArn.lastIndexOf("/") + 1),
      command: app.command ?? [],
      environment: Object.fromEntries(variables.map(({ name, value }) => [name, value])),
      logOptions: app.logConfiguration?.options ?? {},
    };
    return [task];
  };

  return {
    async setSecret(name: string, value: string): Promise<void> {
      await secrets.send(new CreateSecretCommand({ Name: name, SecretString: value })).catch(async (error) => {
        if (!(error instanceof ResourceExistsException)) throw error;
        await secrets.send(new PutSecretValueCommand({ SecretId: name, SecretString: value }));
      });
    },

    async createLogGroup(logGroupName: string, tags?: Record<string, string>): Promise<void> {
      await logs.send(new CreateLogGroupCommand({ logGroupName, tags })).catch(unlessItExists);
    },

    /** A filter that somebody else makes. */
    async putFilter(logGroupName: string, filterName: string, destinationArn: string): Promise<void> {
      await logs.send(
        new PutSubscriptionFilterCommand({ logGroupName, filterName, filterPattern: "", destinationArn }),
      );
    },

    /** A task of one container, `app`, with these docker labels. Its ARN; nothing really runs. */
    async runTask(cluster: string, family: string, dockerLabels: Record<string, string>): Promise<string> {
      await ecs.send(new CreateClusterCommand({ clusterName: cluster }));
      const app = { name: "app", image: "busybox", essential: true, memory: 64, dockerLabels };
      await ecs.send(new RegisterTaskDefinitionCommand({ family, containerDefinitions: [app] }));
      const { tasks = [] } = await ecs.send(new RunTaskCommand({ cluster, taskDefinition: family }));
      return tasks[0]?.taskArn ?? "";
    },

    /** Tasks of a cluster that have a container `app`. */
    async startedTasks(cluster: string): Promise<StartedTask[]> {
      const { taskArns = [] } = await ecs.send(new ListTasksCommand({ cluster }));
      if (taskArns.length === 0) return [];
      const { tasks = [] } = await ecs.send(new DescribeTasksCommand({ cluster, tasks: taskArns }));
      return (await Promise.all(tasks.map(startedTask))).flat();
    },

    async serviceProgram(cluster: string, service: string): Promise<ServiceProgram> {
      const { services = [] } = await ecs.send(new DescribeServicesCommand({ cluster, services: [service] }));
      const [container] = await containersOf(services[0]?.taskDefinition);
      return {
        command: container?.command ?? [],
        logOptions: container?.logConfiguration?.options ?? {},
      };
    },

    /** One PutLogEvents call, to a stream that is created if need be. */
    async putLogs(logGroupName: string, logStreamName: string, messages: readonly string[]): Promise<void> {
      await logs.send(new CreateLogStreamCommand({ logGroupName, logStreamName })).catch(unlessItExists);
      const timestamp = Date.now();
      const logEvents = messages.map((message) => ({ timestamp, message }));
      await logs.send(new PutLogEventsCommand({ logGroupName, logStreamName, logEvents }));
    },

    /** Names of the filters on a log group. */
    async subscriptions(logGroupName: string): Promise<string[]> {
      const { subscriptionFilters = [] } = await logs.send(new DescribeSubscriptionFiltersCommand({ logGroupName }));
      return subscriptionFilters.map(({ filterName }) => filterName ?? "");
    },

    /** What the filters on a log group deliver to: ARNs. */
    async destinations(logGroupName: string): Promise<string[]> {
      const { subscriptionFilters = [] } = await logs.send(new DescribeSubscriptionFiltersCommand({ logGroupName }));
      return subscriptionFilters.map(({ destinationArn }) => destinationArn ?? "");
    },

    async putRecord(streamArn: string, partitionKey: string, data: Uint8Array): Promise<void> {
      await kinesis.send(new PutRecordCommand({ StreamARN: streamArn, PartitionKey: partitionKey, Data: data }));
    },

    logGroups,

    async functions(): Promise<string[]> {
      const { Functions = [] } = await lambda.send(new ListFunctionsCommand({}));
      return Functions.map(({ FunctionName }) => FunctionName ?? "");
    },

    async functionTags(functionName: string): Promise<Readonly<Record<string, string>>> {
      const { Tags = {} } = await lambda.send(new GetFunctionCommand({ FunctionName: functionName }));
      return Tags;
    },

    /** The log group that a function writes to. */
    async logGroupOf(functionName: string): Promise<string> {
      const { LoggingConfig } = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName: functionName }));
      return LoggingConfig?.LogGroup ?? `/aws/lambda/${functionName}`;
    },

    /** The key in the secret that a function reads. */
    async apiKeyOf(functionName: string): Promise<string> {
      const { Environment } = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName: functionName }));
      const SecretId = Environment?.Variables?.DD_API_KEY_SECRET_ARN;
      return (await secrets.send(new GetSecretValueCommand({ SecretId }))).SecretString ?? "";
    },

    /** Runs a function and waits for its answer. */
    async invoke(functionName: string, event?: unknown): Promise<unknown> {
      const input = { FunctionName: functionName, ...(event !== undefined && { Payload: JSON.stringify(event) }) };
      const { FunctionError, Payload } = await lambda.send(new InvokeCommand(input));
      const answer = Payload?.transformToString() ?? "";
      if (FunctionError) throw new Error(`${functionName} failed: ${answer}`);
      return JSON.parse(answer);
    },

    /** Every line of a log group. */
    async logLines(logGroupName: string): Promise<string[]> {
      const lines: string[] = [];
      let nextToken: string | undefined;
      do {
        const page = await logs.send(new FilterLogEventsCommand({ logGroupName, nextToken }));
        lines.push(...(page.events ?? []).map(({ message }) => message ?? ""));
        nextToken = page.nextToken;
      } while (nextToken !== undefined);
      return lines;
    },

    async buckets(): Promise<string[]> {
      const { Buckets = [] } = await s3.send(new ListBucketsCommand({}));
      return Buckets.map(({ Name }) => Name ?? "");
    },

    /** What a bucket holds under a prefix, by what its objects say about themselves. */
    async putObject(bucket: string, key: string, body: string): Promise<void> {
      await s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: body }));
    },

    async stored(bucket: string, prefix: string): Promise<StoredLogs> {
      const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix }));
      const counts = await Promise.all(
        Contents.map(async ({ Key }) => {
          const { Metadata = {} } = await s3.send(new HeadObjectCommand({ Bucket: bucket, Key }));
          // An object of one payload, or of many.
          return Number(Metadata["entry-count"] ?? Metadata.events ?? Number.NaN);
        }),
      );
      return { objects: Contents.length, events: counts.reduce((sum, count) => sum + count, 0) };
    },
  };
}

function unlessItExists(error: unknown): void {
  if (!(error instanceof ResourceAlreadyExistsException)) throw error;
}
