import { ENV, NETWORK_ENV } from "./environment.ts";

/** A setting of Datadog's forwarder, or of the Python that it runs in, that has no effect here. */
export interface NotTakenOver {
  /** What it does there, to go on after "It". */
  readonly does: string;
  /** What to do instead. A sentence, or a few. */
  readonly instead: string;
  /** Values, in lower case, of which nothing is missed: that is how it is here anyway. They need no warning. */
  readonly asHere?: readonly string[];
}

const NOTHING_FROM_S3 =
  "This forwarder reads no files in S3. Keep Datadog's forwarder for those, or let Datadog read them another way.";
const ONLY_LOGS =
  "This forwarder delivers logs only. Datadog's extension or layer sends these from the function that they are of.";
const BY_PROXY = `Set ${NETWORK_ENV.httpsProxy} to the proxy's URL.`;
const CA_FILE = `Give a file with the certificate of your proxy's authority along with the function, and set ${NETWORK_ENV.extraCaCerts} to its path.`;
const OFF = ["false"];
const ON = ["true"];

/**
 * All settings of Datadog's forwarder 5.4.11 that are not taken over, with their old and Terraform names. A test holds it
 * equal to what its source reads.
 * https://github.com/DataDog/datadog-serverless-functions/tree/master/aws/logs_monitoring (settings.py, template.yaml,
 * README.md, 2026-11)
 */
export const NOT_TAKEN_OVER = {
  DD_KMS_API_KEY: {
    does: "holds the API key, encrypted with a KMS key",
    instead: `Put the key into a secret or a SecureString parameter, which may have that KMS key, and set ${ENV.apiKeySecretArn} or ${ENV.apiKeySsmName}.`,
  },
  DD_FORWARD_LOG: {
    does: "turns delivery of logs off, to deliver only metrics and traces",
    instead: `Logs are delivered. If they should not be, remove the subscription. ${ONLY_LOGS}`,
    asHere: ON,
  },
  DD_USE_COMPRESSION: {
    does: "turns compression off",
    instead: `Bodies are always compressed. Set ${ENV.compression} to gzip if something on the way does not take zstd.`,
    asHere: ON,
  },
  DD_SKIP_SSL_VALIDATION: {
    does: "takes any certificate of the intake for a good one",
    instead: `Certificates are always checked. If a proxy signs them with an authority of its own: ${CA_FILE}`,
    asHere: OFF,
  },
  DD_API_URL: {
    does: "names the host that metrics go to, and that is asked whether the API key is valid",
    instead: `Nothing is sent there. The API key is checked by sending with it. For the intake of logs set ${ENV.host}.`,
  },
  DD_TRACE_INTAKE_URL: { does: "names the host that traces go to", instead: ONLY_LOGS },
  DD_USE_VPC: {
    does: "says that the function is in a VPC and sends through a proxy",
    instead: `The function's own configuration puts it into a VPC. ${BY_PROXY}`,
    asHere: OFF,
  },
  DD_HTTP_PROXY_URL: { does: "names the proxy, in Datadog's Terraform module", instead: BY_PROXY },
  DD_NO_PROXY: {
    does: "names hosts that are reached without the proxy, in Datadog's Terraform module",
    instead: `Set ${NETWORK_ENV.noProxy} to the same.`,
  },
  DD_FETCH_S3_TAGS: { does: "adds the tags of S3 buckets", instead: NOTHING_FROM_S3, asHere: OFF },
  DD_ENRICH_S3_TAGS: {
    does: "lets the intake add the tags of S3 buckets",
    instead: NOTHING_FROM_S3,
    asHere: ["true", "false"],
  },
  DD_FETCH_LAMBDA_TAGS: {
    does: "adds the tags of Lambda functions to their logs",
    instead: `Tag the functions' log groups, and set ${ENV.logGroupTags} to the names of the tags to send.`,
    asHere: OFF,
  },
  DD_TAGS_CACHE_TTL_SECONDS: {
    does: "says how long tags are kept before they are looked up again",
    instead: "They are kept for a quarter of an hour; there is nothing to set.",
    asHere: ["300"],
  },
  DD_STORE_FAILED_EVENTS: {
    does: "says whether what can't be delivered is stored",
    instead: `It is stored if ${ENV.bucket} names a bucket, and sent again by the replayer.`,
    asHere: ON,
  },
  DD_SQS_QUEUE_URL: {
    does: "names a queue for what can't be delivered",
    instead: `It goes to a bucket: set ${ENV.bucket}, and run the replayer on a schedule.`,
  },
  DD_ADDITIONAL_TARGET_LAMBDAS: {
    does: "names functions that are invoked with the same event",
    instead: "Subscribe those functions to the log groups themselves: a group takes several subscription filters.",
  },
  DD_LOG_LEVEL: {
    does: "says how much the forwarder logs",
    instead: "Each invocation logs one line, its report. Lambda's own log levels are set on the function.",
    asHere: ["info", "warn", "warning"],
  },
  DD_ENHANCED_METRICS: { does: "makes metrics of Lambda's reports", instead: ONLY_LOGS, asHere: OFF },
  DD_TRACE_ENABLED: { does: "traces the forwarder itself", instead: ONLY_LOGS, asHere: OFF },
  DD_STEP_FUNCTIONS_TRACE_ENABLED: { does: "makes traces of Step Functions' logs", instead: ONLY_LOGS, asHere: OFF },
  DD_STEP_FUNCTION_TRACE_ENABLED: { does: "makes traces of Step Functions' logs", instead: ONLY_LOGS, asHere: OFF },
  DD_USE_TCP: { does: "sends over TCP instead of HTTP", instead: "Logs are sent over HTTPS only.", asHere: OFF },
  DD_USE_PRIVATE_LINK: {
    does: "sends over AWS PrivateLink",
    instead: `Set ${ENV.host} to the endpoint's host name, or give it a private DNS name.`,
    asHere: OFF,
  },
  ALL_PROXY: { does: "names the proxy of all protocols, in Python", instead: BY_PROXY },
  all_proxy: { does: "names the proxy of all protocols, in Python", instead: BY_PROXY },
  REQUESTS_CA_BUNDLE: { does: "names a file of certificates, in Python", instead: CA_FILE },
  CURL_CA_BUNDLE: { does: "names a file of certificates, in Python", instead: CA_FILE },
  AWS_CA_BUNDLE: { does: "names a file of certificates for calls to AWS, in Python", instead: CA_FILE },
} as const satisfies Readonly<Record<string, NotTakenOver>>;
