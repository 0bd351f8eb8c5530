import type { Fault } from "../../../functions/recorder/faults.ts";
import type { PlainEvent } from "../../../functions/records/event.ts";
import { type StreamName, subscriptionEvent } from "../../../tools/cloudwatch.ts";
import { kinesisBatch } from "../../support/kinesis.ts";

/** What somebody who moves over finds, with an input of that kind, and what comes of it here. */
export interface Difference {
  readonly what: string;
  /** What Datadog's forwarder 5.4.11 does with it: run beside this one, on its own sample events and on these. */
  readonly there: string;
  readonly here: string;
  /** Why, or what to do instead. */
  readonly so: string;
  readonly tried: Tried;
}

interface Tried {
  readonly event: unknown;
  readonly environment?: Readonly<Record<string, string>>;
  /** What the intake does with every request. */
  readonly fault?: Fault;
  /** Of each entry that arrives; tags in any order. */
  readonly entries: readonly {
    readonly has?: object;
    readonly hasNot?: readonly string[];
    readonly tags?: readonly string[];
    readonly noTags?: readonly string[];
  }[];
  /** Beginnings of the keys of what is stored. */
  readonly stored?: readonly string[];
}

const HEX = "0123456789abcdef0123456789abcdef";
/** Of another account than the forwarder. */
const ACCOUNT = "999900001111";

const of = (logGroup: string, logStream = "s"): StreamName => ({ account: ACCOUNT, logGroup, logStream });
const LAMBDA = of("/aws/lambda/Resize-Images", `2026/11/24/[$LATEST]${HEX}`);
const LAMBDA_ARN = `arn:aws:lambda:eu-west-1:${ACCOUNT}:function:resize-images`;

const eventsOf = (messages: readonly string[], timestamp = Date.now()): PlainEvent[] =>
  messages.map((message, i) => ({ id: `e${i}`, timestamp, message }));
const sent = (names: StreamName, ...messages: string[]) => subscriptionEvent(names, eventsOf(messages));

const LONG = "x".repeat(600_000);
const OLD = 1_583_425_836_114;
const TRACE = `${JSON.stringify({ traces: [[{ trace_id: "1", span_id: "2", name: "aws.lambda", meta: {} }]] })}\n`;
const METRIC = `${JSON.stringify({ e: 1_795_366_123, m: "orders.placed", t: ["shop:eu"], v: 1 })}\n`;
const REPORT =
  "REPORT RequestId: 1\tDuration: 1.76 ms\tBilled Duration: 100 ms\tMemory Size: 128 MB\tMax Memory Used: 48 MB\t\n";
const WAF = JSON.stringify({
  httpRequest: { headers: [{ name: "Host", value: "x" }] },
  ruleGroupList: [{ ruleGroupId: "g" }],
});

export const THE_SAME: readonly Difference[] = [
  {
    what: "`id`, `timestamp`, `message`, `aws.awslogs.*`, `aws.invoked_function_arn`, `ddsourcecategory`",
    there: "sent",
    here: "the same",
    so: "pipelines and facets go on",
    tried: {
      event: sent(of("testLogGroup", "testLogStream"), "[ERROR] First", "[ERROR] Second"),
      entries: ["[ERROR] First", "[ERROR] Second"].map((message, i) => ({
        has: {
          id: `e${i}`,
          message,
          ddsource: "cloudwatch",
          service: "cloudwatch",
          ddsourcecategory: "aws",
          aws: { awslogs: { logGroup: "testLogGroup", logStream: "testLogStream", owner: ACCOUNT } },
        },
      })),
    },
  },
  {
    what: "Host",
    there: "`host`",
    here: "`hostname`, the same text",
    so: "the intake takes both names for the same attribute",
    tried: { event: sent(of("testLogGroup"), "x"), entries: [{ has: { hostname: "testLogGroup" }, hasNot: ["host"] }] },
  },
  {
    what: "Logs of Lambda: `ddsource`, `service`, host, `lambda.arn`, tag `functionname`",
    there: "the function, in lower case",
    here: "the same",
    so: "dashboards and the serverless view go on",
    tried: {
      event: sent(LAMBDA, "START RequestId: 1 Version: $LATEST\n", REPORT),
      entries: ["START RequestId: 1 Version: $LATEST\n", REPORT].map((message) => ({
        has: {
          message,
          ddsource: "lambda",
          service: "resize-images",
          hostname: LAMBDA_ARN,
          lambda: { arn: LAMBDA_ARN },
        },
        tags: ["functionname:resize-images", "region:eu-west-1", `aws_account:${ACCOUNT}`],
      })),
    },
  },
  {
    what: "Functions that share a log group",
    there: "told apart by the stream",
    here: "the same",
    so: "",
    tried: {
      event: sent(of("/aws/vendedlogs/states/any", `2026/11/24/Resize-Images[$LATEST]${HEX}`), "x"),
      entries: [{ has: { ddsource: "lambda", lambda: { arn: LAMBDA_ARN } } }],
    },
  },
  {
    what: "`ddtags` in a JSON message",
    there: "moved into the entry's `ddtags`; `service:` in them sets the service",
    here: "the same",
    so: "",
    tried: {
      event: sent(of("testLogGroup"), '{"message":"hello","ddtags":"a:1, service:mine"}'),
      entries: [{ has: { service: "mine", message: '{"message":"hello"}' }, tags: ["a:1"] }],
    },
  },
  {
    what: "CloudTrail: the instance in `userIdentity.arn`",
    there: "is the host",
    here: "the same",
    so: "",
    tried: {
      event: sent(
        of("trail", "123456789123_CloudTrail_us-east-1"),
        JSON.stringify({ userIdentity: { arn: "arn:aws:sts::1:assumed-role/r/i-08014e4f62ccf762d" } }),
        JSON.stringify({ userIdentity: { arn: "arn:aws:sts::1:assumed-role/r/me" } }),
      ),
      entries: [
        { has: { ddsource: "cloudtrail", hostname: "i-08014e4f62ccf762d" } },
        { has: { ddsource: "cloudtrail", hostname: "trail" } },
      ],
    },
  },
  {
    what: "`DD_TAGS` with `service:`",
    there: "sets the service",
    here: "the same",
    so: "",
    tried: {
      event: sent(of("/ecs/shop"), "x"),
      environment: { DD_TAGS: "service:a,env:prod,service:b" },
      entries: [{ has: { service: "a" }, tags: ["env:prod"] }],
    },
  },
  {
    what: "`DD_SOURCE`",
    there: "is the source; tag `source_overridden:true`",
    here: "the same",
    so: "",
    tried: {
      event: sent(of("testLogGroup"), "x"),
      environment: { DD_SOURCE: "mine" },
      entries: [{ has: { ddsource: "mine" }, tags: ["source_overridden:true"] }],
    },
  },
  {
    what: "Batches of a Kinesis stream that CloudWatch Logs writes to",
    there: "read",
    here: "the same, and what failed alone is asked for again",
    so: "",
    tried: {
      event: kinesisBatch([sent(of("testLogGroup"), "x").awslogs.data, sent(LAMBDA, "y").awslogs.data]),
      entries: [{ has: { message: "x" } }, { has: { message: "y", ddsource: "lambda" } }],
    },
  },
  {
    what: "`INCLUDE_AT_MATCH`, `EXCLUDE_AT_MATCH`",
    there: "looked for in the message alone, since version 5",
    here: "the same lines, as long as the pattern is taken over",
    so: "patterns written for version 4 saw the whole entry: the command names them",
    tried: {
      event: sent(LAMBDA, "all ok\n", "resize-images is not ok, or is it\n"),
      environment: { EXCLUDE_AT_MATCH: "ok$|logGroup|functionname" },
      entries: [{ has: { message: "resize-images is not ok, or is it\n" } }],
    },
  },
];

export const BETTER: readonly Difference[] = [
  {
    what: "What the intake does not take",
    there: "lost, with its text in the function's log, unless `DD_STORE_FAILED_EVENTS` is `true`; it is not by default",
    here: "stored, and sent again within a minute; no text is in the function's log",
    so: "every event is accounted for",
    tried: {
      event: sent(of("testLogGroup"), "x"),
      fault: { kind: "status", status: 503 },
      entries: [],
      stored: ["undelivered/"],
    },
  },
  {
    what: "Entries over 512,000 bytes",
    there: "dropped silently",
    here: "sent",
    so: "Datadog takes 1 MB",
    tried: {
      event: sent(of("testLogGroup"), LONG, "short"),
      entries: [{ has: { message: LONG } }, { has: { message: "short" } }],
    },
  },
  {
    what: "ECS tasks",
    there: "source and service `cloudwatch`, host the log group",
    here: "source `ecs`, the service, the task as host, and [the tags of FireLens](tags.md)",
    so: "logs are found beside their task; a dashboard that asks for `source:cloudwatch` needs the new one",
    tried: {
      event: sent(of("/ecs/shop-api", `web/app/${HEX}`), "hello"),
      entries: [{ has: { ddsource: "ecs", service: "shop-api", hostname: HEX }, tags: ["container_name:app"] }],
    },
  },
  {
    what: "Step Functions, RDS, API Gateway, EKS, VPC flow logs, WAF, CodeBuild and [fifty more](sources.md)",
    there: "`cloudwatch`, and host the log group; Datadog's side may find more",
    here: "the source that Datadog's pipelines know, a service and a host",
    so: "the same caution",
    tried: {
      event: kinesisBatch(
        [
          of("/aws/vendedlogs/states/orders-Logs", "states/orders/2022-11-10-15-50/7851b2d9"),
          of("/aws/rds/instance/shop/postgresql", "shop.0"),
          of("API-Gateway-Execution-Logs_abc/prod"),
          of("/aws/vpc/flow", "eni-1-all"),
          of("aws-waf-logs-shop"),
          of("/aws/codebuild/shop"),
          of("/aws/eks/shop/cluster", "kube-apiserver-audit-123"),
        ].map((names) => sent(names, "x").awslogs.data),
      ),
      entries: ["stepfunction", "postgresql", "apigateway", "vpc", "waf", "codebuild", "kubernetes.audit"].map(
        (ddsource) => ({ has: { ddsource } }),
      ),
    },
  },
  {
    what: "Tags `region` and `aws_account`",
    there: "on Lambda's logs only",
    here: "on all",
    so: "logs of several accounts can be distinguished",
    tried: {
      event: sent(of("testLogGroup"), "x"),
      entries: [{ tags: ["region:eu-west-1", `aws_account:${ACCOUNT}`] }],
    },
  },
  {
    what: "`lambda.arn` of a function in another account",
    there: "has the forwarder's account",
    here: "has the account that owns the log group",
    so: "it is the function's real ARN",
    tried: { event: sent(LAMBDA, "x"), entries: [{ has: { lambda: { arn: LAMBDA_ARN } } }] },
  },
  {
    what: "Lambda with `DD_SOURCE`",
    there: "no ARN, and no `functionname`",
    here: "both",
    so: "the names still identify the function",
    tried: {
      event: sent(LAMBDA, "x"),
      environment: { DD_SOURCE: "mine" },
      entries: [{ has: { ddsource: "mine", lambda: { arn: LAMBDA_ARN } }, tags: ["functionname:resize-images"] }],
    },
  },
  {
    what: "The rest of a JSON message with `ddtags`",
    there: "written anew: other spaces, `\\u00fc` for ü, `1.1` for `1.10`",
    here: "stays, byte for byte",
    so: "",
    tried: {
      event: sent(of("testLogGroup"), '{"n":1.10,"who":"ü","ddtags":"a:1"}\n'),
      entries: [{ has: { message: '{"n":1.10,"who":"ü"}\n' } }],
    },
  },
  {
    what: "Events older than 18 hours",
    there: "sent with their own time, which Datadog documents not to index",
    here: "sent with the present time; theirs is in `redated.originalTimestamp`, and old dates in JSON are [renamed](old-logs.md)",
    so: "nothing is lost after an outage",
    tried: {
      event: subscriptionEvent(of("testLogGroup"), eventsOf(["x"], OLD)),
      entries: [{ has: { redated: { originalTimestamp: OLD } } }],
    },
  },
  {
    what: "`DD_SCRUBBING_RULE`",
    there: "replaces in the JSON of the request: `.*` takes all behind it, other entries included",
    here: "replaces in the line, and in names and tags",
    so: "entries stay whole",
    tried: {
      event: sent(of("testLogGroup"), "password=x y", "second"),
      environment: { DD_SCRUBBING_RULE: "password=.*", DD_SCRUBBING_RULE_REPLACEMENT: "***" },
      entries: [{ has: { message: "***" } }, { has: { message: "second" } }],
    },
  },
];

export const NOT_TAKEN_OVER: readonly Difference[] = [
  {
    what: "Tag `env:none` on Lambda's logs without an environment",
    there: "added",
    here: "no tag",
    so: "An environment that nobody named is not sent. Name it: `env` in the settings, a [rule](rules.md), or a tag of the log group. Search for `-env:*` instead of `env:none`.",
    tried: { event: sent(LAMBDA, "x"), entries: [{ noTags: ["env:none"] }] },
  },
  {
    what: "Tag `service:<function>` beside the attribute `service`",
    there: "both",
    here: "the attribute",
    so: "A search for `service:` finds the attribute.",
    tried: {
      event: sent(LAMBDA, "x"),
      entries: [{ has: { service: "resize-images" }, noTags: ["service:resize-images"] }],
    },
  },
  {
    what: "`aws.function_version`",
    there: "the forwarder's own, if a published version runs",
    here: "missing",
    so: "Both templates deploy `$LATEST`, of which Datadog's sends none either. The tag `forwarder_version` says which code ran.",
    tried: {
      event: sent(LAMBDA, "x"),
      entries: [{ hasNot: ["aws.function_version"], tags: ["forwarder_version:0.0.0"] }],
    },
  },
  {
    what: "Traces that Datadog's layer writes to the log",
    there: "sent as traces, not as logs",
    here: "sent as logs",
    so: "Nothing is dropped unseen. Give those functions [Datadog's extension](https://docs.datadoghq.com/serverless/aws_lambda/), which sends traces itself. Until then, drop these lines by the rule below: they would cost as logs.",
    tried: { event: sent(LAMBDA, TRACE), entries: [{ has: { message: TRACE } }] },
  },
  {
    what: "Metrics that Datadog's layer writes to the log",
    there: "sent as metrics, not as logs",
    here: "sent as logs",
    so: "The same: the extension sends them itself.",
    tried: { event: sent(LAMBDA, METRIC), entries: [{ has: { message: METRIC } }] },
  },
  {
    what: "Enhanced metrics, `aws.lambda.enhanced.*`, made of `REPORT` lines",
    there: "made, also with `DD_ENHANCED_METRICS=false`",
    here: "none; the lines are sent",
    so: "The extension sends them. Or make [metrics of the logs](https://docs.datadoghq.com/logs/log_configuration/logs_to_metrics/): Datadog's pipeline for Lambda reads duration, memory and time-outs out of those lines.",
    tried: { event: sent(LAMBDA, REPORT), entries: [{ has: { message: REPORT } }] },
  },
  {
    what: "Tags of Lambda functions (`DD_FETCH_LAMBDA_TAGS`, on by default in the template)",
    there: "looked up and sent",
    here: "not looked up",
    so: "Tag the functions' log groups, and name the tags in `logGroupTags`.",
    tried: {
      event: sent(LAMBDA, "x"),
      environment: { DD_FETCH_LAMBDA_TAGS: "true" },
      entries: [{ noTags: ["team:shop"] }],
    },
  },
  {
    what: "WAF's lists of headers and rules",
    there: "made objects, in logs from S3, or with `DD_SOURCE` `waf`",
    here: "as WAF wrote them",
    so: "From log groups Datadog's leaves them, too. A grok or array processor of your pipeline can do it.",
    tried: { event: sent(of("aws-waf-logs-shop"), WAF), entries: [{ has: { ddsource: "waf", message: WAF } }] },
  },
  {
    what: "Files in S3, directly or by SNS, SQS or EventBridge",
    there: "read line by line",
    here: "not read; the event is stored under `unreadable/`",
    so: "Keep Datadog's forwarder for these triggers alone. CloudTrail, VPC flow logs, WAF and Route 53 can write to log groups instead.",
    tried: {
      event: { Records: [{ eventSource: "aws:s3", s3: { bucket: { name: "b" }, object: { key: "k" } } }] },
      entries: [],
      stored: ["unreadable/"],
    },
  },
  {
    what: "Other events of EventBridge, such as GuardDuty's and Security Hub's",
    there: "one entry, or one for each finding",
    here: "stored under `unreadable/`, but for [events of ECS tasks](tags.md#what-happens-to-tasks)",
    so: "Give the EventBridge rule a log group as its target (`/aws/events/…`) and subscribe that. Findings in one event are not parted.",
    tried: {
      event: { version: "0", source: "aws.guardduty", "detail-type": "GuardDuty Finding", detail: { type: "x" } },
      entries: [],
      stored: ["unreadable/"],
    },
  },
  {
    what: "Messages of SNS",
    there: "one entry each",
    here: "stored under `unreadable/`",
    so: "Keep Datadog's forwarder for them.",
    tried: {
      event: { Records: [{ EventSource: "aws:sns", Sns: { Message: "hi", TopicArn: "arn:aws:sns:eu-west-1:1:t" } }] },
      entries: [],
      stored: ["unreadable/"],
    },
  },
  {
    what: 'The event `{"retry": "true"}`',
    there: "sends what is stored again",
    here: "stored under `unreadable/`: the replayer sends again, every minute",
    so: "Remove the schedule that sends it.",
    tried: { event: { retry: "true" }, entries: [], stored: ["unreadable/"] },
  },
];

/** For lines of Datadog's layer that are no logs. Stands in docs/moving-over.md. */
export const RULE_FOR_LAYER = {
  rules: [
    {
      name: "lambda",
      logGroup: "/aws/lambda/*",
      exclude: ['^\\{"traces": ?\\[\\[', '^\\{(?:"[evt]":[^{}]*)?"m": ?"[^{}]*"[ev]": ?[^{}]*\\}$'],
    },
  ],
};

export const LAYERS_LINES = { TRACE, METRIC, REPORT, LAMBDA };

export function tableOf(differences: readonly Difference[], last: string): string {
  const rows = differences.map(({ what, there, here, so }) => [what, there, here, so]);
  return [["What", "Datadog's forwarder", "Here", last], ["---", "---", "---", "---"], ...rows]
    .map((cells) => `| ${cells.join(" | ")} |`)
    .join("\n");
}
