import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { identify } from "../../../functions/forwarder/stages/identify.ts";
import type { LogOrigin } from "../../../functions/records/origin.ts";

const HEX = "0123456789abcdef0123456789abcdef";
const UUID = "9781c248-0edd-4cdb-9a93-f63cb662a5d3";
const CONTAINER_ID = HEX + HEX;
const TASK = `web/app/${HEX}`;
const INSTANCE = "i-0abc";
const API = "abc123/prod";
const EKS = "/aws/eks/prod/cluster";

/** Where no host is given, the log group stands for it. */
const sources: readonly (readonly [
  group: string,
  stream: string,
  Pick<LogOrigin, "source" | "service" | "hostname">,
])[] = [
  ["/aws/lambda/Checkout", `2026/11/22/[$LATEST]${HEX}`, { source: "lambda", service: "Checkout" }],
  ["/aws/lambda/", "s", { source: "lambda" }],
  ["/aws/rds/instance/db-1/postgresql", "db-1.0", { source: "postgresql", hostname: "db-1" }],
  ["/aws/rds/cluster/db-2/postgresql", "db-2.0", { source: "postgresql", hostname: "db-2" }],
  ["/aws/rds/instance/my-mysql/slowquery", "my-mysql", { source: "mysql", hostname: "my-mysql" }],
  ["/aws/rds/instance/MariaDB-1/error", "s", { source: "mariadb", hostname: "MariaDB-1" }],
  ["/aws/rds/instance/db-3/error", "db-3", { source: "rds", hostname: "db-3" }],
  ["RDSOSMetrics", "db-ABC", { source: "rds" }],
  ["/aws/docdb/docs/audit", "docs", { source: "docdb", hostname: "docs" }],
  [`API-Gateway-Execution-Logs_${API}`, HEX, { source: "apigateway", hostname: "abc123" }],
  ["API-Gateway-Execution-Logs", HEX, { source: "apigateway" }],
  [`/aws/api-gateway/${API}`, HEX, { source: "apigateway", hostname: "abc123" }],
  [`/aws/apigateway/${API}`, HEX, { source: "apigateway", hostname: "abc123" }],
  [`/aws/http-api/${API}`, HEX, { source: "apigateway", hostname: "abc123" }],
  [EKS, `kube-apiserver-${HEX}`, { source: "eks", service: "kube-apiserver", hostname: "prod" }],
  [EKS, `kube-apiserver-audit-${HEX}`, { source: "eks", service: "kube-apiserver", hostname: "prod" }],
  [EKS, `kube-controller-manager-${HEX}`, { source: "eks", service: "kube-controller-manager", hostname: "prod" }],
  [EKS, "other", { source: "eks", hostname: "prod" }],
  ["/aws/codebuild/site", UUID, { source: "codebuild", service: "site" }],
  ["/aws/vendedlogs/states/Orders-Logs", "s", { source: "stepfunction", service: "Orders" }],
  ["/aws/appsync/apis/abc123", "s", { source: "appsync", hostname: "abc123" }],
  ["/aws/route53/example.com", "s", { source: "route53", hostname: "example.com" }],
  ["aws-waf-logs-front", "s", { source: "waf", hostname: "front" }],
  ["/aws/batch/job", `nightly/default/${HEX}`, { source: "batch", service: "nightly", hostname: HEX }],
  ["/aws/batch/job", "other", { source: "batch" }],
  ["/aws/elasticbeanstalk/shop/web.log", INSTANCE, { source: "elasticbeanstalk", service: "shop", hostname: INSTANCE }],
  ["/aws/OpenSearchService/domains/d/application-logs", "s", { source: "elasticsearch" }],
  ["/aws/aes/domains/d/search-logs", "s", { source: "elasticsearch" }],
  ["/aws/elasticache/redis", "s", { source: "elasticache" }],
  ["/aws/msk/brokers", "s", { source: "msk" }],
  ["/aws/transfer/s-1", "s", { source: "transfer" }],
  ["/aws/sagemaker/TrainingJobs", "s", { source: "sagemaker" }],
  ["/aws/kinesisfirehose/ship", "DestinationDelivery", { source: "kinesis" }],
  ["/aws/kinesis-analytics/app", "s", { source: "kinesis" }],
  ["/aws/network-firewall/alert", "s", { source: "network-firewall" }],
  ["sns/eu-west-1/111122223333/topic", "s", { source: "sns" }],
  ["audit", "111122223333_CloudTrail_eu-west-1", { source: "cloudtrail" }],
  ["My-CloudTrail-Group", "s", { source: "cloudtrail" }],
  ["flow", "eni-0a1b2c3d-all", { source: "vpc", hostname: "eni-0a1b2c3d" }],
  ["Prod-VPC-flow", "s", { source: "vpc" }],
  ["/ecs/shop", TASK, { source: "ecs", service: "shop", hostname: HEX }],
  ["/ecs/team/shop", TASK, { source: "ecs", service: "shop", hostname: HEX }],
  ["/aws/ecs/shop", "free text", { source: "ecs", service: "shop" }],
  ["shop-logs", TASK, { source: "ecs", service: "app", hostname: HEX }],
  ["/aws/ecs/containerinsights/prod/performance", `FargateTelemetry-1`, { source: "cloudwatch" }],
  ["legacy", "host-1", { source: "cloudwatch" }],
];

it.each(sources)("%s, stream %s", (logGroup, logStream, expected) => {
  const { source, service, hostname } = identify({ logGroup, logStream });
  expect({ source, service, hostname }).toEqual({ hostname: logGroup, ...expected });
});

describe("ECS streams", () => {
  it.each([
    ["prefix/container/task", TASK, { streamPrefix: "web", container: "app", taskId: HEX }],
    ["a prefix with slashes", `a/b/c/app/${HEX}`, { streamPrefix: "a/b/c", container: "app", taskId: HEX }],
    ["a task id from before 2019", `web/app/${UUID}`, { streamPrefix: "web", container: "app", taskId: UUID }],
    ["a container id, on EC2 without a prefix", CONTAINER_ID, { containerId: CONTAINER_ID }],
  ])("reads %s", (_what, logStream, ecs) => {
    expect(identify({ logGroup: "any", logStream })).toMatchObject({ source: "ecs", ecs });
    expect(identify({ logGroup: "/ecs/any", logStream })).toMatchObject({ source: "ecs", ecs });
  });

  it("takes the container's id for the host where no task is known", () => {
    expect(identify({ logGroup: "any", logStream: CONTAINER_ID }).hostname).toBe(CONTAINER_ID);
  });

  it("reads the task of a Batch job, too", () => {
    const ecs = { streamPrefix: "nightly", container: "default", taskId: HEX };
    expect(identify({ logGroup: "/aws/batch/job", logStream: `nightly/default/${HEX}` }).ecs).toEqual(ecs);
  });

  it.each([`app/${HEX}`, `/app/${HEX}`, `web//${HEX}`, `web/app/${HEX}0`, `web/app/${HEX.toUpperCase()}`])(
    "does not take %s for one",
    (logStream) => {
      expect(identify({ logGroup: "any", logStream }).source).toBe("cloudwatch");
    },
  );
});

it.each(["shared-functions", "/my/vpc/group", "/ecs/odd", "/aws/rds/odd"])(
  "reads the function from the stream when several share the group %s",
  (logGroup) => {
    expect(identify({ logGroup, logStream: `2026/11/22/Check-out_2[$LATEST]${HEX}` })).toEqual({
      source: "lambda",
      service: "Check-out_2",
      hostname: logGroup,
      lambda: { functionName: "Check-out_2" },
    });
  },
);

it.each([
  ["an ECS group with vpc in its name", "/ecs/vpc-proxy", "s", "ecs"],
  ["an ECS stream in a group with vpc in its name", "vpc-tools", TASK, "ecs"],
  ["an ECS stream in a group with cloudtrail in its name", "cloudtrail-reader", TASK, "ecs"],
  ["a Lambda group with an ECS-shaped stream", "/aws/lambda/f", TASK, "lambda"],
  ["a Lambda group with cloudtrail in its name", "/aws/lambda/cloudtrail-reader", "s", "lambda"],
  ["a CloudTrail stream in a group with vpc in its name", "vpc", "1_CloudTrail_x", "cloudtrail"],
  ["a known prefix that is not at the start", "/old/aws/lambda/f", "s", "cloudwatch"],
])("the more telling name wins: %s", (_what, logGroup, logStream, source) => {
  expect(identify({ logGroup, logStream }).source).toBe(source);
});

// contract.md gives `/ecs/` as a prefix, and log group names may end with a slash.
it("knows an ECS group whose name ends with a slash", () => {
  expect(identify({ logGroup: "/ecs/shop/", logStream: "s" }).source).toBe("ecs");
});

const groups = sources.map(([group]) => group);
const streams = sources.map(([, stream]) => stream);
const parts = [
  "/",
  "-",
  "_",
  "[",
  "]",
  "eni-",
  "vpc",
  "_CloudTrail_",
  "2026/11/22/",
  HEX,
  CONTAINER_ID,
  UUID,
  "\n",
  "İ",
];
const name = fc
  .array(fc.oneof(fc.constantFrom(...groups, ...streams, ...parts), fc.string({ unit: "binary" })), { maxLength: 6 })
  .map((pieces) => pieces.join("").slice(0, 512));

it("knows a source for any names, the same in upper and lower case", () => {
  const all = new Set(sources.map(([, , { source }]) => source));
  fc.assert(
    fc.property(name, name, (logGroup, logStream) => {
      const { source, hostname } = identify({ logGroup, logStream });
      expect(all).toContain(source);
      expect(hostname).toBeTypeOf("string");
      const upper = logGroup.replace(/[a-z]/g, (letter) => letter.toUpperCase());
      expect(identify({ logGroup: upper, logStream }).source).toBe(source);
    }),
  );
});

it("comes to an end for long names made to mislead", () => {
  const long = ["a/", "/", "0", "-audit", "a-", "[", "2026/11/22/a[", "/ecs/", "0/", "\n"].map((piece) =>
    piece.repeat(512 / piece.length),
  );
  const starts = ["", "/ecs/", "/aws/eks/", "/aws/rds/", "/aws/batch/", "2026/11/22/"];
  const names = starts.flatMap((start) => long.map((rest) => start + rest));
  for (const logGroup of names) {
    for (const logStream of names) expect(identify({ logGroup, logStream }).source).not.toBe("");
  }
});
