import type { EcsOrigin, LogOrigin } from "../../records/origin.ts";

type Names = { readonly logGroup: string; readonly logStream: string };

/**
 * What the names of log group and stream tell about who wrote the line; no call is made.
 * Names nobody knows are `source: cloudwatch`, and the log group stands for the host, as in Datadog's forwarder.
 */
export function identify({ logGroup, logStream }: Names): LogOrigin {
  const origin = customLambdaGroup(logStream) ??
    knownGroup(logGroup, logStream) ??
    ecs(logGroup, logStream) ??
    knownAnywhere(logGroup, logStream) ?? { source: "cloudwatch" };
  return { hostname: logGroup, ...origin };
}

/** Several functions may share a group of any name: their streams are `yyyy/mm/dd/<function>[version]<32 hex>`. */
function customLambdaGroup(logStream: string): LogOrigin | undefined {
  const name = /^\d{4}\/\d\d\/\d\d\/([\w.-]{1,140})\[[^\]]+\][0-9a-f]{32}$/.exec(logStream)?.[1];
  return name === undefined ? undefined : lambda(name);
}

const lambda = (functionName: string): LogOrigin => ({
  source: "lambda",
  service: functionName,
  lambda: { functionName },
});

/** Where `path` is what follows the prefix in the group's name, split at slashes. */
type Reader = (path: readonly string[], names: Names) => Omit<LogOrigin, "source"> & { readonly source?: string };

const nameAsHost: Reader = ([name]) => ({ ...(name && { hostname: name }) });
const nameAsService: Reader = ([name]) => ({ ...(name && { service: name }) });

/** Group name (compared in lower case) → source, and what else the rest of the name tells. First match wins. */
const GROUP_PREFIXES: readonly (readonly [prefix: string, source: string, read?: Reader])[] = [
  ["/aws/lambda/", "lambda", ([name]) => (name ? lambda(name) : {})],
  ["/aws/rds/", "rds", readRds],
  ["rdsosmetrics", "rds"],
  ["/aws/docdb/", "docdb", nameAsHost],
  ["api-gateway-execution-logs_", "apigateway", nameAsHost],
  ["api-gateway-execution-logs", "apigateway"],
  ["/aws/api-gateway/", "apigateway", nameAsHost],
  ["/aws/apigateway/", "apigateway", nameAsHost],
  ["/aws/http-api/", "apigateway", nameAsHost],
  ["/aws/eks/", "eks", readEks],
  ["/aws/codebuild/", "codebuild", nameAsService],
  ["/aws/vendedlogs/states/", "stepfunction", ([name]) => ({ ...(name && { service: name.replace(/-logs$/i, "") }) })],
  ["/aws/appsync/", "appsync", ([, api]) => ({ ...(api && { hostname: api }) })],
  ["/aws/route53/", "route53", nameAsHost],
  ["aws-waf-logs-", "waf", nameAsHost],
  ["/aws/batch/", "batch", readBatch],
  ["/aws/elasticbeanstalk/", "elasticbeanstalk", readBeanstalk],
  ["/aws/opensearch", "elasticsearch"],
  ["/aws/aes/", "elasticsearch"],
  ["/aws/elasticache/", "elasticache"],
  ["/aws/msk/", "msk"],
  ["/aws/transfer/", "transfer"],
  ["/aws/sagemaker/", "sagemaker"],
  ["/aws/kinesis", "kinesis"],
  ["/aws/network-firewall/", "network-firewall"],
  ["sns/", "sns"],
  // Container Insights writes its metrics here; no task wrote these lines.
  ["/aws/ecs/containerinsights/", "cloudwatch"],
];

function knownGroup(logGroup: string, logStream: string): LogOrigin | undefined {
  const group = logGroup.toLowerCase();
  for (const [prefix, source, read] of GROUP_PREFIXES) {
    if (!group.startsWith(prefix)) continue;
    const path = logGroup.slice(prefix.length).split("/");
    return { source, ...read?.(path, { logGroup, logStream }) };
  }
  return undefined;
}

/** `/aws/rds/instance/<id>/<log>` or `/aws/rds/cluster/<id>/<log>`. */
function readRds([, id]: readonly string[], { logGroup }: Names): ReturnType<Reader> {
  const engine = ["postgresql", "mariadb", "mysql"].find((name) => logGroup.toLowerCase().includes(name));
  return { ...(engine && { source: engine }), ...(id && { hostname: id }) };
}

/** `/aws/eks/<cluster>/cluster`, streams `<component>-<32 hex>`; the audit log comes from the API server. */
function readEks([cluster]: readonly string[], { logStream }: Names): ReturnType<Reader> {
  const component = /^(.+?)(?:-audit)?-[0-9a-f]{32}$/.exec(logStream)?.[1];
  return { ...(component && { service: component }), ...(cluster && { hostname: cluster }) };
}

/** Batch jobs are ECS tasks: streams are `<job definition>/default/<task id>`. */
function readBatch(_path: readonly string[], { logStream }: Names): ReturnType<Reader> {
  const task = ecsStream(logStream);
  if (!task) return {};
  return {
    ecs: task,
    ...(task.streamPrefix && { service: task.streamPrefix }),
    ...(task.taskId && { hostname: task.taskId }),
  };
}

/** `/aws/elasticbeanstalk/<environment>/<file>`, streams are instance ids. */
function readBeanstalk([environment]: readonly string[], { logStream }: Names): ReturnType<Reader> {
  return { ...(environment && { service: environment }), hostname: logStream };
}

/**
 * Groups `/ecs/<name>` and `/aws/ecs/<name>`, and any group whose stream has the awslogs driver's shape.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/using_awslogs.html (2026-11)
 */
function ecs(logGroup: string, logStream: string): LogOrigin | undefined {
  const stream = ecsStream(logStream);
  const path = /^\/(?:aws\/)?ecs\/(.*)$/i.exec(logGroup)?.[1]?.split("/");
  if (!stream && !path) return undefined;
  const service = path?.findLast((name) => name !== "") ?? stream?.container;
  const hostname = stream?.taskId ?? stream?.containerId;
  return { source: "ecs", ...(service && { service }), ...(hostname && { hostname }), ...(stream && { ecs: stream }) };
}

/** `prefix/container/taskId`, where the prefix may hold slashes; without a prefix (EC2) the container's id. */
function ecsStream(logStream: string): EcsOrigin | undefined {
  // Task ids are 32 hex digits; those from before 2019 are UUIDs.
  const task = /^(.+)\/([^/]+)\/([0-9a-f]{32}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/.exec(logStream);
  if (task) {
    const [, streamPrefix, container, taskId] = task;
    return { streamPrefix, container, taskId };
  }
  return /^[0-9a-f]{64}$/.test(logStream) ? { containerId: logStream } : undefined;
}

/** Looked for last, since the words may stand in any name. */
function knownAnywhere(logGroup: string, logStream: string): LogOrigin | undefined {
  const group = logGroup.toLowerCase();
  if (logStream.includes("_CloudTrail_") || group.includes("cloudtrail")) return { source: "cloudtrail" };
  const networkInterface = /^eni-[0-9a-f]+/.exec(logStream)?.[0];
  if (networkInterface) return { source: "vpc", hostname: networkInterface };
  return group.includes("vpc") ? { source: "vpc" } : undefined;
}
