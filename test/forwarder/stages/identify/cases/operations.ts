import { aws, DATADOG, INSTANCE, type NamesCase, report, UUID } from "./names-case.ts";

const TRAIL = aws("awscloudtrail/latest/userguide/send-cloudtrail-events-to-cloudwatch-logs.html");
/** Of Datadog's published sample, with an account of its own. */
const trailEvent = (arn: string) => ({
  eventVersion: "1.08",
  userIdentity: { type: "AssumedRole", arn },
  eventName: "ListBuckets",
});
const ENRICHMENT =
  "https://github.com/DataDog/datadog-serverless-functions/blob/b9af797e/aws/logs_monitoring/steps/enrichment.py";
const COMMANDS = aws("systems-manager/latest/userguide/sysman-rc-setting-up-cwlogs.html");
const AGENT = aws("AmazonCloudWatch/latest/monitoring/CloudWatch-Agent-Configuration-File-Details.html");
const SENDING = aws("AmazonCloudWatch/latest/logs/AWS-logs-and-resource-policy.html");

export const OPERATIONS_CASES: readonly NamesCase[] = [
  {
    group: "aws-cloudtrail-logs-111122223333-c81b5193",
    stream: "111122223333_CloudTrail_eu-west-1",
    line: trailEvent("arn:aws:sts::111122223333:assumed-role/App/i-08014e4f62ccf762d"),
    from: ENRICHMENT,
    source: "cloudtrail",
    host: "i-08014e4f62ccf762d",
  },
  {
    group: "audit",
    stream: "o-abc_111122223333_CloudTrail_cn-north-1_3",
    line: trailEvent("arn:aws-cn:sts::111122223333:assumed-role/App/i-08014e4f"),
    from: TRAIL,
    source: "cloudtrail",
    host: "i-08014e4f",
  },
  {
    group: "audit",
    stream: "111122223333_CloudTrail_eu-west-1",
    line: trailEvent("arn:aws:sts::111122223333:assumed-role/App/i-am-a-person"),
    from: TRAIL,
    source: "cloudtrail",
  },
  {
    group: "audit",
    stream: "111122223333_CloudTrail_eu-west-1",
    line: trailEvent("arn:aws:iam::111122223333:user/i-08014e4f62ccf762d"),
    from: TRAIL,
    source: "cloudtrail",
  },
  { group: "My-CloudTrail-Group", stream: "s", from: report(15, "pull"), source: "cloudtrail" },
  {
    group: "/aws/codebuild/site",
    stream: UUID,
    from: aws("codebuild/latest/APIReference/API_CloudWatchLogsConfig.html"),
    source: "codebuild",
    service: "site",
  },
  {
    group: "/aws/ssm/AWS-RunShellScript",
    stream: `${UUID}/${INSTANCE}/aws-runShellScript/stdout`,
    from: COMMANDS,
    source: "ssm",
    host: INSTANCE,
  },
  {
    group: "/aws/ssm/AWS-RunShellScript",
    stream: `${UUID}/mi-0123456789abcdef0/aws-runShellScript/stderr`,
    from: report(869, "pull"),
    source: "ssm",
    host: "mi-0123456789abcdef0",
  },
  { group: "/aws/ssm/sessions", stream: "alice-0123", from: COMMANDS, source: "ssm" },
  {
    group: "/aws/guardduty/malware-scan-events",
    stream: "s",
    from: aws("guardduty/latest/ug/malware-protection-auditing-scan-logs.html"),
    source: "guardduty",
  },
  { group: "AWSIotLogsV2", stream: "s", from: aws("iot/latest/developerguide/cloud-watch-logs.html"), source: "iot" },
  {
    group: "/aws/imagebuilder/base-image",
    stream: "1.0.0/1",
    from: aws("imagebuilder/latest/userguide/monitor-cwlogs.html"),
    source: "cloudwatch",
    service: "base-image",
  },
  {
    group: "/aws/amplify/d2ukbi00figpw1",
    stream: "main/2026/11/24/x",
    from: aws("amplify/latest/userguide/ssr-supported-features.html"),
    source: "cloudwatch",
    host: "d2ukbi00figpw1",
  },
  {
    group: "/aws/directoryservice/d-1234567890-corp.example.com",
    stream: "s",
    from: aws("directoryservice/latest/admin-guide/ms_ad_enable_log_forwarding.html"),
    source: "cloudwatch",
    host: "d-1234567890-corp.example.com",
  },
  {
    group: "/aws/cloudhsm/cluster-likphkxygsn",
    stream: "hsm-nwbbiqbj4jk",
    from: aws("cloudhsm/latest/userguide/get-hsm-audit-logs-using-cloudwatch.html"),
    source: "cloudwatch",
    host: "cluster-likphkxygsn",
  },
  { group: "legacy", stream: INSTANCE, from: AGENT, source: "cloudwatch", host: INSTANCE },
  { group: "/var/log/messages", stream: `${INSTANCE}/messages`, from: AGENT, source: "cloudwatch", host: INSTANCE },
  {
    group: "/var/log/messages",
    stream: "mi-0123456789abcdef0",
    from: AGENT,
    source: "cloudwatch",
    host: "mi-0123456789abcdef0",
  },
  { group: "/var/log/messages", stream: "i-08014e4f", from: AGENT, source: "cloudwatch", host: "i-08014e4f" },
  { group: "legacy", stream: `web_${INSTANCE}_app.log`, from: AGENT, source: "cloudwatch", host: INSTANCE },
  { group: "legacy", stream: `web-${INSTANCE}`, from: AGENT, source: "cloudwatch", host: INSTANCE },
  {
    group: "/aws/parallelcluster/hpc-202611240000",
    stream: `ip-10-0-0-1.${INSTANCE}.cfn-init`,
    from: aws("parallelcluster/latest/ug/cloudwatch-logs-v3.html"),
    source: "cloudwatch",
    host: INSTANCE,
  },
  // Names that Datadog's side knows nothing of, or gives no source: it reads them again.
  { group: "test-log-group", stream: "test", from: report(544), source: "cloudwatch" },
  {
    group: "/aws/events/guardduty",
    stream: "s",
    from: aws("eventbridge/latest/userguide/eb-targets.html"),
    source: "cloudwatch",
  },
  {
    group: "/aws/vendedlogs/events/event-bus/orders",
    stream: "s",
    from: aws("eventbridge/latest/userguide/eb-event-bus-logs.html"),
    source: "cloudwatch",
  },
  {
    group: "/aws/vendedlogs/pipes/orders",
    stream: "s",
    from: aws("eventbridge/latest/userguide/eb-pipes-logs.html"),
    source: "cloudwatch",
  },
  {
    group: "/aws/vendedlogs/RUMService_shop01234567",
    stream: "s",
    from: aws("AmazonCloudWatch/latest/monitoring/CloudWatch-RUM.html"),
    source: "cloudwatch",
  },
  {
    group: "/aws/datasync",
    stream: "task-0123",
    from: aws("datasync/latest/userguide/monitor-datasync.html"),
    source: "cloudwatch",
  },
  {
    group: "/aws/connect/shop",
    stream: "s",
    from: aws("connect/latest/adminguide/logging-and-monitoring.html"),
    source: "cloudwatch",
  },
  {
    group: "/aws/kendra/index-1",
    stream: "s",
    from: aws("kendra/latest/dg/cloudwatch-logs.html"),
    source: "cloudwatch",
  },
  {
    group: "/aws/macie/classificationjobs",
    stream: "s",
    from: aws("macie/latest/user/discovery-jobs-monitor-cw-logs.html"),
    source: "cloudwatch",
  },
  {
    group: "MediaTailor/ManifestService",
    stream: "s",
    from: aws("mediatailor/latest/ug/monitoring-cw-logs.html"),
    source: "cloudwatch",
  },
  {
    group: "/aws/MediaPackage/EgressAccessLogs",
    stream: "s",
    from: aws("mediapackage/latest/ug/access-logging.html"),
    source: "cloudwatch",
  },
  {
    group: "/aws/greengrass/UserComponent/eu-west-1/com.example",
    stream: "s",
    from: aws("greengrass/v2/developerguide/monitor-logs.html"),
    source: "cloudwatch",
  },
  { group: "/aws/internet-monitor/shop/byCity", stream: "s", from: SENDING, source: "cloudwatch" },
  { group: "/aws/vendedlogs/pcs/cluster", stream: "s", from: DATADOG, source: "cloudwatch" },
];
