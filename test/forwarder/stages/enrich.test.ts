import { describe, expect, it } from "vitest";
import { entriesOf } from "../../../functions/forwarder/entries.ts";
import { openLedger } from "../../../functions/forwarder/ledger.ts";
import {
  type EnrichSettings,
  enrich,
  type KnownMetadata,
  NO_METADATA,
} from "../../../functions/forwarder/stages/enrich.ts";
import { identify } from "../../../functions/forwarder/stages/identify.ts";
import type { Delivery } from "../../../functions/records/delivery.ts";
import type { LogOrigin } from "../../../functions/records/origin.ts";
import { delivery, INVOCATION, onTheWire, plainEvent, plainEvents, STREAM } from "../../support/deliveries.ts";
import { manualClock } from "../../support/sends.ts";

const SETTINGS: EnrichSettings = { tags: [], forwarderName: "Forwarder", forwarderVersion: "1.2.3" };
const UNKNOWN: LogOrigin = { source: "cloudwatch" };
const TASK_ID = "0123456789abcdef0123456789abcdef";
const ABOUT_ITSELF = "forwardername:forwarder,forwarder_version:1.2.3";

const enriched = (
  given: Delivery,
  settings: Partial<EnrichSettings> = {},
  origin = identify(given),
  known = NO_METADATA,
) => enrich(given, origin, known, { ...SETTINGS, ...settings }, INVOCATION);

it("names everything as Datadog's forwarder does, for an ECS task", () => {
  const given = delivery(["hello"]);
  expect(enriched(given, { env: "prod", tags: ["team:core"] })).toStrictEqual({
    ddsource: "ecs",
    ddsourcecategory: "aws",
    service: "shop-api",
    hostname: TASK_ID,
    ddtags: `container_name:app,region:eu-west-1,aws_account:111122223333,${ABOUT_ITSELF},env:prod,team:core`,
    aws: {
      awslogs: { logGroup: STREAM.logGroup, logStream: STREAM.logStream, owner: STREAM.account },
      invoked_function_arn: INVOCATION.functionArn,
    },
    ecs: { streamPrefix: "web", container: "app", taskId: TASK_ID },
  });
});

it("gives a Lambda's log the function's ARN in lower case", () => {
  const names = { logGroup: "/aws/lambda/CheckOut", logStream: `2026/11/22/[$LATEST]${TASK_ID}` };
  const attributes = enriched(delivery(["x"], names));
  expect(attributes).toMatchObject({
    ddsource: "lambda",
    service: "checkout",
    lambda: { arn: "arn:aws:lambda:eu-west-1:111122223333:function:checkout" },
    ddtags: `functionname:checkout,region:eu-west-1,aws_account:111122223333,${ABOUT_ITSELF}`,
  });
  expect(attributes).not.toHaveProperty("ecs");
});

it("builds that ARN in the forwarder's own partition and the delivery's account and region", () => {
  const functionArn = "arn:aws-cn:lambda:cn-north-1:999900001111:function:forwarder";
  const origin: LogOrigin = { source: "lambda", lambda: { functionName: "f" } };
  const given = delivery(["x"], { region: "cn-northwest-1" });
  const attributes = enrich(given, origin, NO_METADATA, SETTINGS, { ...INVOCATION, functionArn });
  expect(attributes.lambda?.arn).toBe("arn:aws-cn:lambda:cn-northwest-1:111122223333:function:f");
});

describe("the entries of a delivery", () => {
  const NOW = 1_795_366_123_000;
  const entries = (given: Delivery) => [
    ...entriesOf(
      [{ item: 0, delivery: given, attributes: enriched(given) }],
      openLedger(INVOCATION, 1, manualClock()),
      NOW,
    ),
  ];

  it("keep order, ids, times and texts, and say nothing else but the attributes", () => {
    const given = delivery(["b", "", "a", "b"]);
    expect(entries(given).map(({ event }) => plainEvent(event))).toEqual(plainEvents(given.events));
    expect(entries(given).map(onTheWire)).toEqual(
      plainEvents(given.events).map((event) => ({ ...event, ...enriched(given) })),
    );
    expect(entries(delivery([]))).toEqual([]);
  });

  it("all have the same attributes, as one object", () => {
    const [first, second] = entries(delivery(["a", "b"]));
    expect(first).toBeDefined();
    expect(second?.attributes).toBe(first?.attributes);
  });
});

describe("what the user set", () => {
  it("wins over what the names tell", () => {
    const attributes = enriched(delivery(["x"]), { source: "java", service: "orders" });
    expect(attributes).toMatchObject({ ddsource: "java", service: "orders" });
  });

  it("gives the service its name where nothing else does", () => {
    expect(enriched(delivery(["x"]), { source: "java" }, UNKNOWN).service).toBe("java");
    expect(enriched(delivery(["x"]), {}, UNKNOWN).service).toBe("cloudwatch");
  });

  it("becomes tags, cleaned, each once, last in the list", () => {
    const tags = ["Team:Core Web", "env:PROD", "team:core_web"];
    expect(enriched(delivery(["x"]), { env: "Prod", tags }).ddtags).toMatch(/:1\.2\.3,env:prod,team:core_web$/);
    expect(enriched(delivery(["x"])).ddtags).not.toContain("env:");
  });
});

it("tags the container's id where the stream has one", () => {
  const logStream = TASK_ID + TASK_ID;
  expect(enriched(delivery(["x"], { logStream })).ddtags).toMatch(`container_id:${logStream},region:`);
});

it("takes the log group for the host if the origin names none", () => {
  expect(enriched(delivery(["x"]), {}, UNKNOWN).hostname).toBe(STREAM.logGroup);
});

it("prefers the region the delivery tells over its own", () => {
  expect(enriched(delivery(["x"], { region: "us-east-1" })).ddtags).toContain("region:us-east-1");
});

it("tells the account that the log comes from, and keeps the owner of a central log group", () => {
  const attributes = enriched(delivery(["x"], { sourceAccount: "999900001111", region: "us-east-1" }));
  expect(attributes.ddtags).toContain("region:us-east-1,aws_account:999900001111");
  expect(attributes.aws.awslogs.owner).toBe(STREAM.account);
});

describe("what was looked up about the task", () => {
  const task: NonNullable<KnownMetadata["task"]> = {
    cluster: "prod",
    taskArn: `arn:aws:ecs:eu-west-1:111122223333:task/prod/${TASK_ID}`,
    taskId: TASK_ID,
    region: "eu-west-1",
    account: "111122223333",
    family: "shop-api",
    revision: "7",
    container: "app",
    env: "staging",
    service: "shop",
    version: "1.4.2",
    source: "java",
    tags: ["team:checkout"],
    taskTags: {},
  };
  const known: KnownMetadata = { task, logGroupTags: { owner: "platform" } };
  const given = delivery(["x"]);

  it("wins over what the names tell, and comes first among the tags", () => {
    const attributes = enriched(given, {}, identify(given), known);
    expect(attributes).toMatchObject({ ddsource: "java", service: "shop" });
    const tags = attributes.ddtags.split(",");
    expect(tags.slice(0, 2)).toEqual(["container_name:app", "cluster_name:prod"]);
    for (const one of ["env:staging", "version:1.4.2", "team:checkout", "owner:platform"]) expect(tags).toContain(one);
    expect(new Set(tags).size).toBe(tags.length);
  });

  it("yields to what the user set for all", () => {
    const settings = { source: "go", service: "all", env: "prod" };
    const attributes = enriched(given, settings, identify(given), known);
    expect(attributes).toMatchObject({ ddsource: "go", service: "all" });
    expect(attributes.ddtags).toContain("env:prod");
    expect(attributes.ddtags).not.toContain("env:staging");
    expect(attributes.ddtags).not.toContain("service:shop");
  });
});
