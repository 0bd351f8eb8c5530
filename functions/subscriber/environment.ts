/** Names of the subscriber's environment variables, for the function that reads them and the infrastructure that sets them. */
export const SUBSCRIBER_ENV = {
  /** ARN of the function, the Kinesis stream or the logical destination that filters deliver to. */
  destinationArn: "SIDECARLESS_DESTINATION_ARN",
  /** What CloudWatch Logs assumes to write there. Not for a function. */
  destinationRoleArn: "SIDECARLESS_DESTINATION_ROLE_ARN",
  /** `ByLogStream` or `Random`, for a stream. */
  distribution: "SIDECARLESS_DISTRIBUTION",
  /** Name of the filters: those of this name are the subscriber's, and no others. */
  filterName: "SIDECARLESS_FILTER_NAME",
  filterPattern: "SIDECARLESS_FILTER_PATTERN",
  /** The rule's globs, with commas, where no file is beside the bundle: in a template whose parameters say them. */
  include: "SIDECARLESS_INCLUDE_LOG_GROUPS",
  exclude: "SIDECARLESS_EXCLUDE_LOG_GROUPS",
  /** `true`: says what it would do, and does nothing. */
  dryRun: "SIDECARLESS_DRY_RUN",
} as const;

/** The file with the rule, beside the bundle: hundreds of globs would not fit into 4 KB of environment. */
export const LOG_GROUP_RULE_FILE = "log-groups.json";

/**
 * What the filters of a rule are called, given what the forwarder's own filters are called. No id of a subscription has an `@`, and
 * no stack's name: a deployment never makes a filter of this name, and this never touches one of a deployment.
 */
export const ruleFilterName = (filterName: string): string => `${filterName}@rule`;

/** Whether it can be the name of a rule's filters. */
export const isRuleFilterName = (name: unknown): name is string =>
  typeof name === "string" && /^[^:*@]{1,507}@rule$/.test(name);
