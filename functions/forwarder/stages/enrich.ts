import { BACKFILL_FILTER, type Delivery } from "../../records/delivery.ts";
import type { EntryAttributes } from "../../records/entry.ts";
import type { Invocation } from "../../records/invocation.ts";
import type { Metadata } from "../../records/metadata.ts";
import type { LambdaOrigin, LogOrigin } from "../../records/origin.ts";
import { type SaidBy, settle } from "./precedence.ts";
import type { Overrides } from "./rules/types.ts";
import { tag } from "./tags.ts";
import { metadataSays } from "./task-tags.ts";

/** What the user set for every entry. */
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

/** What was looked up about the writer, if anything. */
export type KnownMetadata = Pick<Metadata, "task" | "logGroupTags">;

export const NO_METADATA: KnownMetadata = { logGroupTags: {} };

const NO_RULE: Overrides = { tags: [] };

/**
 * What all entries of a delivery say besides id, time and text. Who wins where two say different things: `precedence.ts`.
 *
 * @param rule what the rule for the log group says.
 */
export function enrich(
  delivery: Delivery,
  origin: LogOrigin,
  metadata: KnownMetadata,
  settings: EnrichSettings,
  invocation: Invocation,
  rule: Overrides = NO_RULE,
): EntryAttributes {
  const arn = origin.lambda && lambdaArn(delivery, origin.lambda, invocation);
  const ddsource = rule.source ?? settings.source ?? metadata.task?.source ?? origin.source;
  const { service, ddtags } = settle({
    rule: { service: rule.service, tags: [...tag("env", rule.env), ...rule.tags] },
    ...settingsSay(settings),
    ...metadataSays(metadata),
    names: { tags: [...namesTags(delivery, origin, invocation), ...tag("backfilled", isBackfill(delivery))] },
  });
  return {
    ddsource,
    ddsourcecategory: "aws",
    service: service ?? origin.service ?? ddsource,
    hostname: rule.host ?? arn ?? origin.hostname ?? delivery.logGroup,
    ddtags,
    aws: {
      awslogs: { logGroup: delivery.logGroup, logStream: delivery.logStream, owner: delivery.account },
      invoked_function_arn: invocation.functionArn,
    },
    ...(origin.ecs && { ecs: origin.ecs }),
    ...(arn && { lambda: { arn } }),
  };
}

/** What the forwarder's settings say of every entry, whoever wrote it. */
export function settingsSay({ forwarderName, forwarderVersion, source, service, env, tags }: EnrichSettings): SaidBy {
  return {
    // Datadog's forwarder says, too, that the source is not what was found out.
    settings: { service, tags: [...tag("env", env), ...tag("source_overridden", source && "true")] },
    ddTags: { tags },
    forwarder: { tags: [...tag("forwardername", forwarderName), ...tag("forwarder_version", forwarderVersion)] },
  };
}

function namesTags(delivery: Delivery, { ecs, lambda, tags = [] }: LogOrigin, invocation: Invocation): string[] {
  return [
    ...tag("container_id", ecs?.containerId),
    ...tag("container_name", ecs?.container),
    ...lambdaTags(delivery, lambda, invocation),
    ...tags,
    ...tag("region", regionOf(delivery, lambda, invocation)),
    ...tag("aws_account", accountOf(delivery)),
  ];
}

/** Sent by hand, for a time that a subscription skipped. */
const isBackfill = ({ subscriptionFilters }: Delivery) =>
  subscriptionFilters.includes(BACKFILL_FILTER) ? "true" : undefined;

/** Subscriptions deliver within one region, so the forwarder's own region is the group's. A function at the edge is in its own. */
const regionOf = (delivery: Delivery, lambda: LambdaOrigin | undefined, invocation: Invocation) =>
  lambda?.atEdge ? EDGE_REGION : (delivery.region ?? invocation.functionArn.split(":")[3]);

/** https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/lambda-at-the-edge.html (2026-11) */
const EDGE_REGION = "us-east-1";

const accountOf = ({ account, sourceAccount }: Delivery) => sourceAccount ?? account;

/** In lower case, as Datadog's forwarder sends it: its Lambda views join on that. */
function lambdaArn(delivery: Delivery, lambda: LambdaOrigin, invocation: Invocation): string {
  const partition = invocation.functionArn.split(":")[1] || "aws";
  const region = regionOf(delivery, lambda, invocation) ?? "";
  return `arn:${partition}:lambda:${region}:${accountOf(delivery)}:function:${lambda.functionName}`.toLowerCase();
}

/** The last three are on Datadog's metrics of such functions. https://docs.datadoghq.com/integrations/amazon_lambda/ (2026-11) */
function lambdaTags(delivery: Delivery, lambda: LambdaOrigin | undefined, invocation: Invocation): string[] {
  if (!lambda) return [];
  const name = tag("functionname", lambda.functionName);
  if (!lambda.atEdge) return name;
  return [
    ...name,
    "at_edge:true",
    ...tag("edge_master_name", lambda.functionName),
    ...tag("edge_master_arn", lambdaArn(delivery, lambda, invocation)),
  ];
}
