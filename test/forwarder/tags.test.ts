import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import type { Report } from "../../functions/metrics/report.ts";
import { subscriptionEvent } from "../../tools/cloudwatch.ts";
import type { LocalFunction } from "../../tools/lambda/lambda-process.ts";
import { AWS_CREDENTIALS } from "../support/aws.ts";
import { bundled } from "../support/bundle.ts";
import { events } from "../support/deliveries.ts";
import { type EcsServer, ecsTask, startEcs } from "../support/ecs-server.ts";
import { type Intake, startIntake } from "../support/forwarder.ts";

/** The one that the functions' bootstrap says they run in. */
const ACCOUNT = "000000000000";
const REGION = "us-east-1";
const TASK = "0c7a3b5e9d2f4a618b7c5d4e3f2a1b09";

let intake: Intake;
let aws: EcsServer;
let forwarder: LocalFunction | undefined;
beforeAll(async () => {
  intake = await startIntake();
});
afterAll(() => intake.server.stop());
beforeEach(async () => {
  intake.recorder.clear();
  aws = await startEcs(REGION, ACCOUNT);
});
afterEach(async () => {
  await forwarder?.kill();
  await aws.stop();
});

function start(settings: Record<string, string>): LocalFunction {
  forwarder = bundled("forwarder", {
    ...AWS_CREDENTIALS,
    ...intake.environment,
    AWS_REGION: REGION,
    AWS_ENDPOINT_URL_ECS: aws.endpoint,
    AWS_ENDPOINT_URL_CLOUDWATCH_LOGS: aws.endpoint,
    SIDECARLESS_METADATA_BUDGET_MS: "10000",
    ...settings,
  });
  return forwarder;
}

const deliveryTo = (logGroup: string, logStream: string, ...messages: unknown[]) =>
  subscriptionEvent(
    { account: ACCOUNT, logGroup, logStream },
    events(
      messages.map((one) => (typeof one === "string" ? one : JSON.stringify(one))),
      Date.now(),
    ),
  );
const groupTags = (logGroup: string, tags: Record<string, string>) =>
  aws.logGroupTags.set(`arn:aws:logs:${REGION}:${ACCOUNT}:log-group:${logGroup}`, tags);
const tagsOf = (entry: Record<string, unknown> | undefined, key: string) =>
  String(entry?.ddtags)
    .split(",")
    .filter((tag) => tag.startsWith(`${key}:`));

test("settings win over tags in AWS, whatever their case", async () => {
  groupTags("/ecs/auth", { Service: "auth", Env: "production", Team: "core" });
  const tags = [
    { key: "Env", value: "Production" },
    { key: "Service", value: "Shop" },
  ];
  aws.clusters.set("one", new Map([[TASK, ecsTask("one", TASK, { tags, arnOf: `${REGION}:${ACCOUNT}` })]]));
  const settings = { DD_FETCH_LOG_GROUP_TAGS: "true", SIDECARLESS_ECS_METADATA: "true" };
  await start({ ...settings, DD_ENV: "prod", DD_SERVICE: "checkout" }).invoke(
    deliveryTo("/ecs/auth", `a/app/${TASK}`, "x"),
  );
  const [entry] = intake.recorder.entries();
  expect(entry).toMatchObject({ service: "checkout" });
  expect(["env", "service", "team", "cluster_name"].map((key) => tagsOf(entry, key))).toEqual([
    ["env:prod"],
    [],
    ["team:core"],
    ["cluster_name:one"],
  ]);
});

test("without settings the task's tags in AWS win over the log group's, and name the service", async () => {
  groupTags("/ecs/auth", { Service: "auth", Env: "production" });
  const tags = [{ key: "SERVICE", value: "Shop" }];
  aws.clusters.set("one", new Map([[TASK, ecsTask("one", TASK, { tags, arnOf: `${REGION}:${ACCOUNT}` })]]));
  const settings = { DD_FETCH_LOG_GROUP_TAGS: "true", SIDECARLESS_ECS_METADATA: "true" };
  await start(settings).invoke(deliveryTo("/ecs/auth", `a/app/${TASK}`, "x"));
  const [entry] = intake.recorder.entries();
  expect(entry).toMatchObject({ service: "shop" });
  expect(tagsOf(entry, "service")).toEqual(["service:shop"]);
  expect(tagsOf(entry, "env")).toEqual(["env:production"]);
});

test("ddtags of a JSON line go into the entry's, and name the service", async () => {
  const { invoke } = start({ DD_TAGS: "env:prod,team:platform" });
  await invoke(
    deliveryTo(
      "/ecs/cart",
      `web/app/${TASK}`,
      { level: "info", msg: "cart saved", ddtags: "tenant:acme, service:cart-api, version:2.3" },
      { level: "info", msg: "plain" },
      { level: "info", ddtags: 5 },
    ),
  );
  const logStream = "2026/11/24/[$LATEST]0123456789abcdef0123456789abcdef";
  const slow = { level: "warn", message: "slow", ddtags: "env:staging,service:checkout-v2" };
  await invoke(deliveryTo("/aws/lambda/checkout", logStream, slow));

  const entries = intake.recorder.entries();
  expect(entries.map(({ message, service }) => [service, JSON.parse(String(message))])).toEqual([
    ["cart-api", { level: "info", msg: "cart saved" }],
    ["cart", { level: "info", msg: "plain" }],
    ["cart", { level: "info", ddtags: 5 }],
    ["checkout-v2", { level: "warn", message: "slow" }],
  ]);
  expect(
    entries.map((entry) => ["env", "service", "version", "tenant", "team"].map((key) => tagsOf(entry, key))),
  ).toEqual([
    [["env:prod"], ["service:cart-api"], ["version:2.3"], ["tenant:acme"], ["team:platform"]],
    [["env:prod"], [], [], [], ["team:platform"]],
    [["env:prod"], [], [], [], ["team:platform"]],
    [["env:staging"], ["service:checkout-v2"], [], [], ["team:platform"]],
  ]);
  for (const entry of entries.slice(0, 3)) expect(tagsOf(entry, "container_name")).toEqual(["container_name:app"]);
  expect(tagsOf(entries[3], "functionname")).toEqual(["functionname:checkout"]);
});

test("a line of a new sandbox has its log group's tags although AWS throttles, and a listed name in another case is told", async () => {
  groupTags("/app/auth", { team: "core", Tier: "1" });
  aws.throttledCalls.set("ListTagsForResource", 3);
  const { outcome } = await start({ SIDECARLESS_LOG_GROUP_TAGS: "team,tier" }).invoke(
    deliveryTo("/app/auth", "s", "x"),
  );
  expect(tagsOf(intake.recorder.entries()[0], "team")).toEqual(["team:core"]);
  expect((outcome as { value: Report }).value).toMatchObject({
    metadataPartial: 0,
    notes: { "logs:ListTagsForResource ThrottlingException": 3, "log group tag in other case: Tier": 1 },
  });
});
