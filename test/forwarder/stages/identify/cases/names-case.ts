import type { LogOrigin } from "../../../../../functions/records/origin.ts";

/** What AWS, or a person in a public report, writes; and what is right. */
export interface NamesCase {
  readonly group: string;
  readonly stream: string;
  /** One event's text, where it matters. */
  readonly line?: unknown;
  /** Where the log comes from, if not the forwarder's own account and region, as the system fields say it. */
  readonly account?: string;
  readonly region?: string;
  /** Where the names or the values are documented or reported. */
  readonly from: string;
  readonly source: LogOrigin["source"];
  /** Left out: the source. */
  readonly service?: string;
  /** Left out: the log group. */
  readonly host?: string;
  /** Beside those that every entry has; `region` and `aws_account` where they are others than the forwarder's. */
  readonly tags?: readonly string[];
}

export const HEX = "0123456789abcdef0123456789abcdef";
export const UUID = "9781c248-0edd-4cdb-9a93-f63cb662a5d3";
export const CONTAINER_ID = HEX + HEX;
export const TASK = `web/app/${HEX}`;
export const INSTANCE = "i-0123456789abcdef0";
export const NODE = "ip-10-0-1-63.ec2.internal";
export const SERVERS_ARN = "arn:aws:lambda:eu-west-1:111122223333:function";

export const aws = (page: string) => `https://docs.aws.amazon.com/${page}`;
export const report = (number: number, kind: "issues" | "pull" = "issues") =>
  `https://github.com/DataDog/datadog-serverless-functions/${kind}/${number}`;
/** Which sources Datadog's side knows: its table of AWS services. */
export const DATADOG = "https://docs.datadoghq.com/logs/guide/send-aws-services-logs-with-the-datadog-lambda-function/";
