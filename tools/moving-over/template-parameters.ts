import { ENV, NETWORK_ENV, RULE_ENV } from "../../functions/settings/environment.ts";
import { becomes, settingVerdict } from "./becomes.ts";
import { asItIs, type Judge, notNeeded, notTakenOver } from "./verdict.ts";

/** A parameter that sets a variable of the function, or one that the template alone has a use for. */
interface TemplateParameter {
  readonly variable?: string;
  readonly judge?: Judge;
  /** What stands there if nobody set it. */
  readonly unset?: string;
}

const ONLY_CODE = "It says how Datadog's code gets there. This code is deployed by cdk.";
const ONLY_S3 = "This forwarder reads nothing from there. Keep Datadog's forwarder for those sources.";

/**
 * All parameters of the template of Datadog's forwarder 5.4.11. A test holds it equal to the template.
 * https://github.com/DataDog/datadog-serverless-functions/blob/master/aws/logs_monitoring/template.yaml (2026-11)
 */
export const TEMPLATE_PARAMETERS = {
  DdApiKey: { variable: ENV.apiKey },
  DdApiKeySecretArn: { variable: ENV.apiKeySecretArn, unset: "arn:aws:secretsmanager:DEFAULT" },
  DdApiKeySsmParameterName: { variable: ENV.apiKeySsmName, unset: "/my/parameter/path" },
  DdSite: { variable: ENV.site },
  FunctionName: {
    judge: () => notNeeded("CloudFormation names the function. The tag forwardername gets another value by that."),
  },
  MemorySize: {
    judge: unlessDefault("1024", "512 MB hold the largest delivery.", becomes("memoryMb")),
  },
  Timeout: {
    judge: unlessDefault("120", "60 seconds serve; what is not sent by then is stored.", becomes("timeoutSeconds")),
  },
  TagsCacheTTLSeconds: { variable: "DD_TAGS_CACHE_TTL_SECONDS" },
  ReservedConcurrency: { judge: becomes("reservedConcurrency") },
  LogRetentionInDays: { judge: becomes("logRetentionDays") },
  SourceZipUrl: { judge: () => notNeeded(ONLY_CODE) },
  InstallAsLayer: { judge: () => notNeeded(ONLY_CODE) },
  LayerARN: { judge: () => notNeeded(ONLY_CODE) },
  DdTags: { variable: ENV.tags },
  DdSource: { variable: ENV.source },
  DdEnrichS3Tags: { variable: "DD_ENRICH_S3_TAGS" },
  DdEnrichCloudwatchTags: { variable: ENV.enrichCloudwatchTags },
  DdFetchLambdaTags: { variable: "DD_FETCH_LAMBDA_TAGS" },
  DdFetchLogGroupTags: { variable: ENV.fetchLogGroupTags },
  DdFetchS3Tags: { variable: "DD_FETCH_S3_TAGS" },
  DdNoSsl: { variable: ENV.noSsl },
  DdUrl: { variable: ENV.host },
  DdPort: { variable: ENV.port },
  DdSkipSslValidation: { variable: "DD_SKIP_SSL_VALIDATION" },
  RedactIp: { variable: RULE_ENV.redactIp },
  RedactEmail: { variable: RULE_ENV.redactEmail },
  DdScrubbingRule: { variable: RULE_ENV.scrubbingRule },
  DdScrubbingRuleReplacement: { variable: RULE_ENV.scrubbingReplacement },
  ExcludeAtMatch: { variable: RULE_ENV.exclude },
  IncludeAtMatch: { variable: RULE_ENV.include },
  DdMultilineLogRegexPattern: { variable: RULE_ENV.multilinePattern },
  DdForwardLog: { variable: "DD_FORWARD_LOG" },
  DdStepFunctionsTraceEnabled: { variable: "DD_STEP_FUNCTIONS_TRACE_ENABLED" },
  DdUseCompression: { variable: "DD_USE_COMPRESSION" },
  DdUseVPC: { variable: "DD_USE_VPC" },
  DdHttpProxyURL: { variable: NETWORK_ENV.httpsProxy },
  DdNoProxy: { variable: NETWORK_ENV.noProxy },
  VPCSecurityGroupIds: { judge: inVpc("securityGroupIds") },
  VPCSubnetIds: { judge: inVpc("subnetIds") },
  DdCompressionLevel: { variable: ENV.compressionLevel },
  DdMaxWorkers: { variable: ENV.maxConcurrentRequests },
  IamRolePath: { judge: unlessDefault("/", "It is the default.", becomes("rolePath"), asItIs) },
  PermissionsBoundaryArn: { judge: becomes("permissionsBoundaryArn") },
  AdditionalTargetLambdaArns: { variable: "DD_ADDITIONAL_TARGET_LAMBDAS" },
  DdApiUrl: { variable: "DD_API_URL" },
  DdTraceIntakeUrl: { variable: "DD_TRACE_INTAKE_URL" },
  DdForwarderBucketName: { variable: ENV.bucket },
  DdForwarderBucketsAccessLogsTarget: { judge: becomes("accessLogsBucketName") },
  DdStoreFailedEvents: { variable: "DD_STORE_FAILED_EVENTS" },
  DdScheduleRetryFailedEvents: { judge: () => notNeeded("The replayer runs every minute, always.") },
  DdScheduleRetryInterval: {
    judge: () => notNeeded("The replayer runs every minute. Set replayEveryMinutes for another time, up to an hour."),
  },
  DdSqsQueueUrl: { variable: "DD_SQS_QUEUE_URL" },
  DdForwarderExistingBucketName: { variable: ENV.bucket },
  DdLogLevel: { variable: "DD_LOG_LEVEL" },
  DdTraceEnabled: { variable: "DD_TRACE_ENABLED" },
  DdEnhancedMetrics: { variable: "DD_ENHANCED_METRICS" },
  S3BucketArnList: { judge: () => notTakenOver(ONLY_S3) },
  SqsQueueArnList: { judge: () => notTakenOver(ONLY_S3) },
  KmsKeyList: {
    judge: () =>
      notTakenOver(
        "Those are keys of what is read in S3, which is not read here. If one of them encrypts the API key, set apiKeyKmsKeyArn.",
      ),
  },
} as const satisfies Readonly<Record<string, TemplateParameter>>;

/** What `aws lambda get-function-configuration` says besides the variables, and the template has no parameter for. */
export const FUNCTION_CONFIGURATION = {
  VpcId: { judge: becomes("vpcId") },
  KMSKeyArn: { judge: becomes("environmentKmsKeyArn") },
} as const satisfies Readonly<Record<string, TemplateParameter>>;

export function parameterOf(name: string): TemplateParameter | undefined {
  const all: Readonly<Record<string, TemplateParameter>> = { ...TEMPLATE_PARAMETERS, ...FUNCTION_CONFIGURATION };
  return Object.hasOwn(all, name) ? all[name] : undefined;
}

function unlessDefault(standard: string, why: string, judge: Judge, verdict = notNeeded): Judge {
  return (value, environment) => (value === standard ? verdict(why) : judge(value, environment));
}

/** A VPC's own id is no parameter of the template, and a setting here. */
function inVpc(setting: "subnetIds" | "securityGroupIds"): Judge {
  return (value, environment) =>
    environment.VpcId
      ? settingVerdict(setting, value)
      : notTakenOver(`Set ${setting} to the same, and vpcId, which the input does not tell.`);
}
