/**
 * Names of the environment variables, for the functions that read them and the infrastructure that sets them.
 * Where Datadog's own forwarder has a setting, the name is the same:
 * https://docs.datadoghq.com/logs/guide/forwarder/ (2026-11)
 */
export const ENV = {
  apiKeySecretArn: "DD_API_KEY_SECRET_ARN",
  apiKeyField: "SIDECARLESS_API_KEY_FIELD",
  apiKeySsmName: "DD_API_KEY_SSM_NAME",
  apiKey: "DD_API_KEY",
  site: "DD_SITE",
  host: "DD_URL",
  port: "DD_PORT",
  noSsl: "DD_NO_SSL",
  tags: "DD_TAGS",
  env: "DD_ENV",
  service: "DD_SERVICE",
  source: "DD_SOURCE",
  compression: "DD_COMPRESSION",
  compressionLevel: "DD_COMPRESSION_LEVEL",
  maxConcurrentRequests: "DD_MAX_WORKERS",
  bucket: "DD_S3_BUCKET_NAME",
  forwarder: "SIDECARLESS_FORWARDER",
  requestTimeoutMs: "SIDECARLESS_REQUEST_TIMEOUT_MS",
  maxDecodedBytes: "SIDECARLESS_MAX_DECODED_BYTES",
  ecsMetadata: "SIDECARLESS_ECS_METADATA",
  metadataBudgetMs: "SIDECARLESS_METADATA_BUDGET_MS",
  ecsCluster: "SIDECARLESS_ECS_CLUSTER",
  logGroupTags: "SIDECARLESS_LOG_GROUP_TAGS",
  fetchLogGroupTags: "DD_FETCH_LOG_GROUP_TAGS",
  enrichCloudwatchTags: "DD_ENRICH_CLOUDWATCH_TAGS",
  apiKeyTtlSeconds: "SIDECARLESS_API_KEY_TTL_SECONDS",
} as const;

/**
 * Datadog's own settings that work as rules. Names and meanings: https://docs.datadoghq.com/logs/guide/forwarder/ and
 * settings.py of https://github.com/DataDog/datadog-serverless-functions/tree/master/aws/logs_monitoring (2026-11)
 */
export const RULE_ENV = {
  include: "INCLUDE_AT_MATCH",
  exclude: "EXCLUDE_AT_MATCH",
  redactIp: "REDACT_IP",
  redactEmail: "REDACT_EMAIL",
  scrubbingRule: "DD_SCRUBBING_RULE",
  scrubbingReplacement: "DD_SCRUBBING_RULE_REPLACEMENT",
  multilinePattern: "DD_MULTILINE_LOG_REGEX_PATTERN",
} as const;

/**
 * What other programs read, too: proxies, also in lower case, which wins; and a file of certificates, which Node reads
 * itself when it starts. https://nodejs.org/docs/latest-v24.x/api/http.html#built-in-proxy-support (2026-11)
 */
export const NETWORK_ENV = {
  httpsProxy: "HTTPS_PROXY",
  httpProxy: "HTTP_PROXY",
  noProxy: "NO_PROXY",
  extraCaCerts: "NODE_EXTRA_CA_CERTS",
} as const;

/** The file with rules, beside the bundle: they would not fit into a function's 4 KB of environment. */
export const RULES_FILE = "rules.json";
