/**
 * What only you know. The commands' options set it; what they leave out is taken from `DEFAULT_CHOICES`, which is here to
 * be edited.
 */
export interface Choices {
  /** Tells several setups in one Datadog organization apart: it is in every object's mark. */
  readonly name: string;
  /** Which logs index and archive take, and what the monitor of silent services looks at: a log search. */
  readonly logs: string;
  readonly statistics: Statistics;
  /** Whom the monitors tell: `@slack-ops`, `@someone@example.com`. */
  readonly notify: readonly string[];
  /** Without it there is no archive. */
  readonly archive?: ArchiveChoice;
  /** Without it there is no index. */
  readonly index?: IndexChoice;
}

/**
 * Which statistics of the forwarder's CloudWatch metrics Datadog has. By itself it collects the average of custom metrics
 * alone; the others come with CloudWatch metric streams, or if Datadog's support is asked for them.
 * https://docs.datadoghq.com/integrations/guide/aws-integration-and-cloudwatch-faq/ (2026-11)
 */
export type Statistics = "average" | "all";

/** As `LogArchiveBucket` makes them: infra/constructs/log-archive.ts. */
export interface ArchiveChoice {
  readonly bucket: string;
  /** Twelve digits: the account of the role. */
  readonly accountId: string;
  readonly roleName: string;
  /** Folder in the bucket. @default the whole bucket */
  readonly path?: string;
}

export interface IndexChoice {
  /** Lower-case letters, digits and hyphens. Datadog never gives the name of a deleted index again. */
  readonly name: string;
  /** Log events a day; more are not indexed, and still archived. */
  readonly dailyQuota: number;
  /** One of those in your contract. @default what Datadog takes */
  readonly retentionDays?: number;
}

/** What the forwarder sends has the tag `forwardername`; what a FireLens sidecar sends has `task_arn`. */
export const LAMBDA_PATH = "forwardername:*";
export const SIDECAR_PATH = "task_arn:* -forwardername:*";

export const DEFAULT_CHOICES: Choices = {
  name: "main",
  logs: "forwardername:* OR task_arn:*",
  statistics: "average",
  notify: [],
};
