import { type Duration, Token } from "aws-cdk-lib";
import { DEFAULT_RETENTION } from "./log-stream.ts";
import { hasStream, type KinesisChoice } from "./props.ts";
import { DEFAULT_MAX_RECORD_AGE } from "./read-stream.ts";

const MINUTE_S = 60;
const HOUR_S = 60 * MINUTE_S;

/**
 * What AWS would refuse. https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-parameters.html ·
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-kinesis-stream.html (2026-11)
 */
export function kinesisProblems(props: KinesisChoice): string[] {
  if (!hasStream(props)) return [];
  const { kinesis = {} } = props;
  return [
    count("batchSize", kinesis.batchSize, 1, 10_000),
    count("parallelization", kinesis.parallelization, 1, 10),
    count("retryAttempts", kinesis.retryAttempts, 0, 10_000),
    span("retention", kinesis.retention, "hour", HOUR_S, 24, 8_760),
    span("batchWindow", kinesis.batchWindow, "second", 1, 0, 300),
    span("maxRecordAge", kinesis.maxRecordAge, "second", 1, MINUTE_S, 7 * 24 * HOUR_S),
    kinesis.organizationId === undefined || isOrganization(kinesis.organizationId)
      ? undefined
      : `kinesis.organizationId must be the id of an organisation, such as o-a1b2c3d4e5; it is "${kinesis.organizationId}".`,
    wrongAge(kinesis.maxRecordAge ?? DEFAULT_MAX_RECORD_AGE, kinesis.retention ?? DEFAULT_RETENTION),
  ].filter((problem) => problem !== undefined);
}

/** https://docs.aws.amazon.com/organizations/latest/APIReference/API_Organization.html (2026-11) */
const isOrganization = (id: string) => Token.isUnresolved(id) || /^o-[a-z0-9]{10,32}$/.test(id);

function count(name: string, value: number | undefined, min: number, max: number): string | undefined {
  if (value === undefined || Token.isUnresolved(value)) return undefined;
  if (Number.isInteger(value) && value >= min && value <= max) return undefined;
  return `kinesis.${name} must be a whole number from ${min} to ${max}; it is ${value}.`;
}

function span(
  name: string,
  value: Duration | undefined,
  unit: string,
  unitS: number,
  min: number,
  max: number,
): string | undefined {
  if (value === undefined || value.isUnresolved()) return undefined;
  const units = value.toSeconds({ integral: false }) / unitS;
  if (Number.isInteger(units) && units >= min && units <= max) return undefined;
  return `kinesis.${name} must be a whole number of ${unit}s from ${min} to ${max}; it is ${value.toHumanString()}.`;
}

/** A record that the stream drops before Lambda gives up on it is in no bucket. */
function wrongAge(maxRecordAge: Duration, retention: Duration): string | undefined {
  if (maxRecordAge.isUnresolved() || retention.isUnresolved()) return undefined;
  if (maxRecordAge.toSeconds() < retention.toSeconds()) return undefined;
  return `kinesis.maxRecordAge (${maxRecordAge.toHumanString()}) must be less than kinesis.retention (${retention.toHumanString()}): what the stream drops by then is lost to Datadog.`;
}
