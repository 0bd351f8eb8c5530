import { Tokenization } from "aws-cdk-lib";
import type { Construct } from "constructs";
import { ENV } from "../../../functions/settings/environment.ts";
import { apiKeyEnvironment } from "../api-key-source.ts";
import { metadataEnvironment } from "../metadata.ts";
import { proxyEnvironment } from "../network.ts";
import type { ForwarderProps } from "./props.ts";
import { tuningEnvironment } from "./tuning.ts";

/** The environment variables of the forwarder and of the replayer: those that are set, no more. */
export function forwarderEnvironment(
  scope: Construct,
  { apiKey, intake = {}, entries = {}, metadata, network, tuning }: ForwarderProps,
  bucketName: string,
): Record<string, string> {
  const settings: Record<string, string | undefined> = {
    ...apiKeyEnvironment(scope, apiKey),
    [ENV.bucket]: bucketName,
    [ENV.site]: intake.site,
    [ENV.host]: intake.host,
    // Not toString: a number that only CloudFormation knows is a placeholder here.
    [ENV.port]: intake.port === undefined ? undefined : Tokenization.stringifyNumber(intake.port),
    [ENV.noSsl]: intake.tls === false ? "true" : undefined,
    [ENV.env]: entries.env,
    [ENV.service]: entries.service,
    [ENV.source]: entries.source,
    [ENV.tags]: entries.tags?.length ? entries.tags.join(",") : undefined,
    ...metadataEnvironment(metadata),
    ...proxyEnvironment(network?.proxy),
    ...tuningEnvironment(tuning),
  };
  return Object.fromEntries(
    Object.entries(settings).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}
