import { joinTags, tag } from "./tags.ts";
import type { Delivery, EntryAttributes, Invocation, LogEntry, LogOrigin } from "./types.ts";

/** What the user set for every entry; it wins over what the names tell. */
export interface EnrichSettings {
  readonly source?: string;
  readonly service?: string;
  readonly env?: string;
  /** `key:value`, not cleaned yet. */
  readonly tags: readonly string[];
  /** Name and version of this forwarder, for the tags Datadog's forwarder sets about itself. */
  readonly forwarderName: string;
  readonly forwarderVersion: string;
}

/** Every event of a delivery as the intake reads it, in the same order. */
export function enrich(
  delivery: Delivery,
  origin: LogOrigin,
  settings: EnrichSettings,
  invocation: Invocation,
): LogEntry[] {
  const ddsource = settings.source ?? origin.source;
  // All but id, time and text are the same for the whole delivery.
  const attributes: EntryAttributes = {
    ddsource,
    ddsourcecategory: "aws",
    service: settings.service ?? origin.service ?? ddsource,
    hostname: origin.hostname ?? delivery.logGroup,
    ddtags: joinTags(tagsOf(delivery, origin, settings, invocation)),
    aws: {
      awslogs: { logGroup: delivery.logGroup, logStream: delivery.logStream, owner: delivery.account },
      invoked_function_arn: invocation.functionArn,
    },
    ...(origin.ecs && { ecs: origin.ecs }),
    ...(origin.lambda && { lambda: { arn: lambdaArn(delivery, origin.lambda.functionName, invocation) } }),
  };
  return delivery.events.map(({ id, timestamp, message }) => ({ id, timestamp, message, attributes }));
}

/** What was found out first, then what the user set: the order in which FireLens sends them. */
function tagsOf(delivery: Delivery, origin: LogOrigin, settings: EnrichSettings, invocation: Invocation): string[] {
  return [
    ...tag("container_id", origin.ecs?.containerId),
    ...tag("container_name", origin.ecs?.container),
    ...tag("functionname", origin.lambda?.functionName),
    ...tag("region", regionOf(delivery, invocation)),
    ...tag("aws_account", delivery.account),
    ...tag("forwardername", settings.forwarderName),
    ...tag("forwarder_version", settings.forwarderVersion),
    ...tag("env", settings.env),
    ...settings.tags,
  ];
}

/** Subscriptions deliver within one region, so the forwarder's own region is the group's. */
const regionOf = (delivery: Delivery, invocation: Invocation) =>
  delivery.region ?? invocation.functionArn.split(":")[3];

/** In lower case, as Datadog's forwarder sends it: its Lambda views join on that. */
function lambdaArn(delivery: Delivery, functionName: string, invocation: Invocation): string {
  const partition = invocation.functionArn.split(":")[1] || "aws";
  const region = regionOf(delivery, invocation) ?? "";
  return `arn:${partition}:lambda:${region}:${delivery.account}:function:${functionName}`.toLowerCase();
}
