import type { EcsOrigin, LogOrigin } from "../../records/origin.ts";
import { type FoundName, findKnownName, type Names } from "./identify/find-known-name.ts";
import { CLOUDWATCH } from "./identify/known-name.ts";
import { fillIn, type Parts } from "./identify/name-pattern.ts";

/**
 * What the names of log group and stream tell about who wrote the line; no call is made. Names that nobody knows are
 * `source: cloudwatch`, and the log group stands for the host, as in Datadog's forwarder.
 */
export function identify(names: Names): LogOrigin {
  const found = findKnownName(names);
  const origin = found ? originOf(found) : { source: CLOUDWATCH };
  return { hostname: instanceOf(names.logStream) ?? names.logGroup, ...origin };
}

function originOf({ known, parts }: FoundName): LogOrigin {
  const functionName = fillIn(known.lambda, parts);
  // In lower case, as Datadog's forwarder sends it, which takes it from the ARN: a search for the service goes on finding it.
  const service = functionName?.toLowerCase() ?? fillIn(known.service, parts);
  const hostname = fillIn(known.host, parts);
  const tags = known.tags?.flatMap((tag) => fillIn(tag, parts) ?? []) ?? [];
  return {
    source: known.source,
    ...(service && { service }),
    ...(hostname && { hostname }),
    ...(tags.length > 0 && { tags }),
    ...(known.hostInEvents && { hostInEvents: known.hostInEvents }),
    ...(known.ecs && { ecs: ecsOf(parts) }),
    ...(functionName && { lambda: { functionName, ...(known.atEdge && { atEdge: true }) } }),
  };
}

function ecsOf({ prefix, container, task, containerid }: Parts): EcsOrigin {
  return containerid === undefined ? { streamPrefix: prefix, container, taskId: task } : { containerId: containerid };
}

/**
 * The CloudWatch agent calls a stream `<instance id>` if it is told nothing else; others put more behind it, or before it, with
 * a sign between.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch-Agent-Configuration-File-Details.html (2026-11)
 */
function instanceOf(logStream: string): string | undefined {
  return /(?:^|[/._-])(m?i-[0-9a-f]{8,17})(?![0-9a-z])/.exec(logStream)?.[1];
}
