import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { awsMetadataClients } from "../../../functions/forwarder/metadata/clients.ts";
import { createMetadataLookup, type MetadataSettings } from "../../../functions/forwarder/metadata/lookup.ts";
import type { MetadataNames } from "../../../functions/forwarder/metadata/types.ts";
import { AWS_CREDENTIALS } from "../../support/aws.ts";
import { type EcsServer, ecsTask, startEcs } from "../../support/ecs-server.ts";
import { manualClock } from "../../support/sends.ts";

const ACCOUNT = "111122223333";
const TASK = "0123456789abcdef0123456789abcdef";
const DEFINITION = `arn:aws:ecs:eu-west-1:${ACCOUNT}:task-definition/shop-api:7`;
/** More than any look-up here takes, so that nothing but the test's own doing ends it. */
const AMPLE_MS = 20_000;

let ecs: EcsServer;
beforeEach(async () => {
  for (const [name, value] of Object.entries(AWS_CREDENTIALS)) vi.stubEnv(name, value);
  ecs = await startEcs("eu-west-1", ACCOUNT);
  ecs.definitions.set(DEFINITION, [{ name: "app", dockerLabels: { "com.datadoghq.tags.env": "prod" } }]);
  ecs.clusters.set("one", new Map());
});
afterEach(async () => {
  await ecs.stop();
  vi.unstubAllEnvs();
});

const names = (taskId = TASK, more: Partial<MetadataNames> = {}): MetadataNames => ({
  logGroup: "/ecs/shop",
  account: ACCOUNT,
  ecs: { streamPrefix: "shop", container: "app", taskId },
  functionArn: `arn:aws:lambda:eu-west-1:${ACCOUNT}:function:forwarder`,
  ...more,
});

function lookup(settings: MetadataSettings = { ecs: true }) {
  const clock = manualClock();
  return {
    clock,
    ...createMetadataLookup(
      settings,
      awsMetadataClients({ endpoint: ecs.endpoint, requestTimeoutMs: AMPLE_MS }),
      clock,
    ),
  };
}

const put = (cluster: string, taskId = TASK, more = {}) => {
  const tasks = ecs.clusters.get(cluster) ?? new Map();
  ecs.clusters.set(cluster, tasks.set(taskId, ecsTask(cluster, taskId, more)));
};
const taskId = (n: number) => n.toString(16).padStart(32, "0");

describe("a task", () => {
  test("on Fargate is known by its runtime id, with what its definition says", async () => {
    put("one");
    const { task, partial } = await lookup().lookUp(names(), AMPLE_MS);
    expect(partial).toBe(false);
    expect(task).toMatchObject({
      cluster: "one",
      family: "shop-api",
      revision: "7",
      ecsService: "shop",
      launchType: "FARGATE",
      availabilityZone: "eu-west-1a",
      runtimeId: `${TASK}-2495160603`,
      image: "shop/api:1.4.2",
      imageDigest: "sha256:0f0f",
      env: "prod",
      taskTags: { team: "shop" },
    });
  });

  test("on EC2 is known by Docker's id and its instance", async () => {
    put("one", TASK, { launchType: "EC2" });
    const { task } = await lookup().lookUp(names(), AMPLE_MS);
    expect(task).toMatchObject({ launchType: "EC2", runtimeId: "e".repeat(64), containerInstance: "instance-1" });
  });

  test("whose containers say nothing to Datadog is complete all the same", async () => {
    put("one");
    ecs.definitions.set(DEFINITION, [{ name: "app", environment: [{ name: "PASSWORD", value: "hunter2" }] }]);
    const metadata = await lookup().lookUp(names(), AMPLE_MS);
    expect(metadata).toMatchObject({ partial: false, task: { tags: [], cluster: "one" } });
    expect(JSON.stringify(metadata)).not.toContain("hunter2");
  });

  test("may have a container with a name that objects have", async () => {
    put("one", TASK, { container: "constructor" });
    const { lookUp } = lookup();
    const metadata = await lookUp(names(TASK, { ecs: { container: "constructor", taskId: TASK } }), AMPLE_MS);
    expect(metadata).toMatchObject({ partial: false, task: { container: "constructor", tags: [] } });
  });

  test("is asked for once, and its definition once for all tasks of a revision", async () => {
    put("one");
    put("one", taskId(2));
    const { lookUp } = lookup();
    for (const id of [TASK, TASK, taskId(2)]) await lookUp(names(id), AMPLE_MS);
    expect(ecs.inputs("DescribeTasks").map(({ tasks }) => tasks)).toEqual([[TASK], [taskId(2)]]);
    expect(ecs.inputs("DescribeTaskDefinition")).toHaveLength(1);
  });

  test("of which the stream tells only the container's id is partial, without a call", async () => {
    const metadata = await lookup().lookUp(names("", { ecs: { containerId: "e".repeat(64) } }), AMPLE_MS);
    expect(metadata).toMatchObject({ task: undefined, partial: true });
    expect(ecs.requests).toEqual([]);
  });

  test("of another account is partial, without a call", async () => {
    const { lookUp } = lookup({ ecs: true, logGroupTags: { rename: {} } });
    expect(await lookUp(names(TASK, { account: "999999999999" }), AMPLE_MS)).toMatchObject({ partial: true });
    expect(ecs.requests).toEqual([]);
  });
});

describe("the cluster of a task", () => {
  test("is taken from the hint", async () => {
    put("two");
    await lookup().lookUp(names(TASK, { clusterHint: "two" }), AMPLE_MS);
    expect(ecs.inputs("DescribeTasks").map(({ cluster }) => cluster)).toEqual(["two"]);
    expect(ecs.inputs("ListClusters")).toEqual([]);
  });

  test("is looked for in every cluster, on all pages, and remembered for the log group", async () => {
    for (const name of ["two", "three", "four", "five"]) ecs.clusters.set(name, new Map());
    put("five");
    put("five", taskId(2));
    const { lookUp } = lookup();
    expect((await lookUp(names(), AMPLE_MS)).task?.cluster).toBe("five");
    expect(ecs.inputs("ListClusters").map(({ nextToken }) => nextToken)).toEqual([undefined, "token-2", "token-4"]);
    const asked = ecs.inputs("DescribeTasks").length;
    expect((await lookUp(names(taskId(2)), AMPLE_MS)).task?.cluster).toBe("five");
    expect(ecs.inputs("DescribeTasks")).toHaveLength(asked + 1);
    expect(ecs.inputs("ListClusters")).toHaveLength(3);
  });

  test("is found although the hint names one that is not there, and none is asked twice", async () => {
    put("two");
    const { lookUp } = lookup();
    const asked = () => ecs.inputs("DescribeTasks").map(({ cluster }) => String(cluster).replace(/^.*\//, ""));
    expect((await lookUp(names(TASK, { clusterHint: "gone" }), AMPLE_MS)).partial).toBe(false);
    expect(asked().toSorted()).toEqual(["gone", "one", "two"]);
    // The log group's cluster does not know this task.
    await lookUp(names(taskId(2)), AMPLE_MS);
    expect(asked().slice(3).toSorted()).toEqual(["one", "two"]);
  });
});

describe("many at once", () => {
  test("share one call for the same task", async () => {
    put("one");
    const { lookUp } = lookup();
    const all = await Promise.all(Array.from({ length: 20 }, () => lookUp(names(), AMPLE_MS)));
    expect(all.every(({ partial }) => !partial)).toBe(true);
    expect(ecs.requests.map(({ operation }) => operation)).toEqual([
      "ListClusters",
      "DescribeTasks",
      "DescribeTaskDefinition",
    ]);
  });

  test("go a hundred to a call", async () => {
    const ids = Array.from({ length: 150 }, (_, n) => taskId(n));
    for (const id of ids) put("one", id);
    const { lookUp } = lookup();
    const all = await Promise.all(ids.map((id) => lookUp(names(id, { clusterHint: "one" }), AMPLE_MS)));
    expect(all.map(({ task }) => task?.taskId)).toEqual(ids);
    expect(ecs.inputs("DescribeTasks").map(({ tasks }) => (tasks as string[]).length)).toEqual([100, 50]);
  });
});

describe("tags of a log group", () => {
  const arn = `arn:aws:logs:eu-west-1:${ACCOUNT}:log-group:/aws/rds/instance/shop/error`;
  const rds = names("", { logGroup: "/aws/rds/instance/shop/error", ecs: undefined });

  test("are those allowed, renamed, without AWS's own", async () => {
    ecs.logGroupTags.set(arn, { CostCenter: "42", owner: "db", secret: "x", "aws:cloudformation:stack-name": "s" });
    const settings = {
      ecs: true,
      logGroupTags: { allow: ["CostCenter", "owner"], rename: { CostCenter: "cost_center" } },
    };
    const { lookUp } = lookup(settings);
    const metadata = await lookUp(rds, AMPLE_MS);
    expect(metadata).toMatchObject({ logGroupTags: { cost_center: "42", owner: "db" }, partial: false });
    expect(metadata.logGroupTags).not.toHaveProperty("secret");
    await lookUp(rds, AMPLE_MS);
    expect(ecs.requests).toHaveLength(1);
  });

  test("are all if none are named, and none are asked for if not wanted", async () => {
    ecs.logGroupTags.set(arn, { owner: "db", "aws:x": "y" });
    expect((await lookup({ ecs: true, logGroupTags: { rename: {} } }).lookUp(rds, AMPLE_MS)).logGroupTags).toEqual({
      owner: "db",
    });
    expect(await lookup().lookUp(rds, AMPLE_MS)).toMatchObject({ logGroupTags: {}, partial: false });
    expect(ecs.requests).toHaveLength(1);
  });
});
