import type { Delivery } from "../../records/delivery.ts";
import type { EntryAttributes } from "../../records/entry.ts";
import type { Invocation } from "../../records/invocation.ts";
import type { Metadata } from "../../records/metadata.ts";
import type { LogOrigin } from "../../records/origin.ts";
import type { Overrides } from "./rules/types.ts";
import { joinTags, tag } from "./tags.ts";
import { metadataAttributes, metadataTags } from "./task-tags.ts";

/** What the user set for every entry; it wins over what the names tell. */
export interface EnrichSettings {
  readonly source?: string;
  readonly service?: string;
  readonly env?: string;
  readonly host?: string;
  /** `key:value`, not cleaned yet. */
  readonly tags: readonly string[];
  /** Name and version of this forwarder, for the tags Datadog's forwarder sets about itself. */
  readonly forwarderName: string;
  readonly forwarderVersion: string;
}

/** What was looked up about the writer, if anything. */
export type KnownMetadata = Pick<Metadata, "task" | "logGroupTags">;

export const NO_METADATA: KnownMetadata = { logGroupTags: {} };

/** The settings for the log groups of a rule: what the rule says wins, since it is the more specific. */
export function withOverrides(settings: EnrichSettings, { tags, ...overrides }: Overrides): EnrichSettings {
  const kept = settings.tags.filter((known) => overrides.env === undefined || !known.startsWith("env:"));
  return { ...settings, ...overrides, tags: [...kept, ...tags] };
}

/** What all entries of a delivery say besides id, time and text. */
export function enrich(
  delivery: Delivery,
  origin: LogOrigin,
  metadata: KnownMetadata,
  settings: EnrichSettings,
  invocation: Invocation,
): EntryAttributes {
  const told = metadataAttributes(metadata);
  const ddsource = settings.source ?? told.ddsource ?? origin.source;
  return {
    ddsource,
    ddsourcecategory: "aws",
    service: settings.service ?? told.service ?? origin.service ?? ddsource,
    hostname: settings.host ?? origin.hostname ?? delivery.logGroup,
    ddtags: joinTags(tagsOf(delivery, origin, metadata, settings, invocation)),
    aws: {
      awslogs: { logGroup: delivery.logGroup, logStream: delivery.logStream, owner: delivery.account },
      invoked_function_arn: invocation.functionArn,
    },
    ...(origin.ecs && { ecs: origin.ecs }),
    ...(origin.lambda && { lambda: { arn: lambdaArn(delivery, origin.lambda.functionName, invocation) } }),
  };
}

/** What was found out first, then what the user set: the order in which FireLens sends them. */
function tagsOf(
  delivery: Delivery,
  origin: LogOrigin,
  metadata: KnownMetadata,
  settings: EnrichSettings,
  invocation: Invocation,
): string[] {
  // What the user set for all wins, as it does over the names.
  const overridden = (known: string) =>
    (settings.env !== undefined && known.startsWith("env:")) ||
    (settings.service !== undefined && known.startsWith("service:"));
  return [
    ...metadataTags(metadata).filter((known) => !overridden(known)),
    ...tag("container_id", origin.ecs?.containerId),
    ...tag("container_name", origin.ecs?.container),
    ...tag("functionname", origin.lambda?.functionName),
    ...tag("region", regionOf(delivery, invocation)),
    ...tag("aws_account", delivery.account),
    ...ownTags(settings),
  ];
}

/** Tags of every entry, whoever wrote it. */
export function ownTags({ forwarderName, forwarderVersion, env, tags }: EnrichSettings): string[] {
  return [
    ...tag("forwardername", forwarderName),
    ...tag("forwarder_version", forwarderVersion),
    ...tag("env", env),
    ...tags,
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
