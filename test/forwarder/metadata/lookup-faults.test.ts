import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { awsMetadataClients } from "../../../functions/forwarder/metadata/clients.ts";
import { createMetadataLookup } from "../../../functions/forwarder/metadata/lookup.ts";
import type { MetadataNames } from "../../../functions/forwarder/metadata/types.ts";
import { AWS_CREDENTIALS } from "../../support/aws.ts";
import { type EcsServer, ecsTask, startEcs } from "../../support/ecs-server.ts";
import { manualClock } from "../../support/sends.ts";

const ACCOUNT = "111122223333";
const TASK = "0123456789abcdef0123456789abcdef";
const OTHER_TASK = "f".repeat(32);
const DEFINITION = `arn:aws:ecs:eu-west-1:${ACCOUNT}:task-definition/shop-api:7`;
const GROUP = `arn:aws:logs:eu-west-1:${ACCOUNT}:log-group:/ecs/shop`;
/** More than any look-up here takes, so that nothing but the test's own doing ends it. */
const AMPLE_MS = 20_000;
const NO_TIME_MS = 0;
const poll = <T>(read: () => T) => expect.poll(read, { timeout: AMPLE_MS });

let ecs: EcsServer;
beforeEach(async () => {
  for (const [name, value] of Object.entries(AWS_CREDENTIALS)) vi.stubEnv(name, value);
  ecs = await startEcs("eu-west-1", ACCOUNT);
  ecs.clusters.set("one", new Map([TASK, OTHER_TASK].map((id) => [id, ecsTask("one", id)])));
  ecs.definitions.set(DEFINITION, [{ name: "app" }]);
  ecs.logGroupTags.set(GROUP, { owner: "shop" });
});
afterEach(async () => {
  await ecs.stop();
  vi.unstubAllEnvs();
});

const names = (taskId = TASK): MetadataNames => ({
  logGroup: "/ecs/shop",
  account: ACCOUNT,
  ecs: { streamPrefix: "shop", container: "app", taskId },
  clusterHint: "one",
  functionArn: `arn:aws:lambda:eu-west-1:${ACCOUNT}:function:forwarder`,
});

function lookup({ requestTimeoutMs = AMPLE_MS } = {}) {
  const clock = manualClock();
  const clients = awsMetadataClients({ endpoint: ecs.endpoint, requestTimeoutMs });
  const { lookUp } = createMetadataLookup({ ecs: true, logGroupTags: { rename: {} } }, clients, clock);
  return { clock, lookUp };
}

const NOTHING = { task: undefined, logGroupTags: {}, partial: true, missingRights: [], notes: [] };

test("what does not come within the budget is left out, and used the next time", async () => {
  for (const operation of ["DescribeTasks", "ListTagsForResource"]) ecs.held.add(operation);
  const { lookUp } = lookup();
  expect(await lookUp(names(), NO_TIME_MS)).toEqual(NOTHING);
  await poll(() => ecs.requests.length).toBe(2);
  ecs.held.clear();
  ecs.release();
  expect(await lookUp(names(), AMPLE_MS)).toMatchObject({ partial: false, task: { cluster: "one" } });
  expect(await lookUp(names(), NO_TIME_MS)).toMatchObject({ partial: false, task: { cluster: "one" } });
  expect(ecs.requests).toHaveLength(3);
});

test("what is known goes along although something else takes too long", async () => {
  ecs.held.add("DescribeTaskDefinition");
  const { lookUp } = lookup();
  await poll(() => lookUp(names(), NO_TIME_MS)).toMatchObject({
    partial: true,
    task: { cluster: "one" },
    logGroupTags: { owner: "shop" },
  });
});

test("a service that never answers is given up, named, and left alone for a while", async () => {
  ecs.held.add("DescribeTasks");
  ecs.logGroupTags.clear();
  const { lookUp } = lookup({ requestTimeoutMs: 50 });
  expect(await lookUp(names(), AMPLE_MS)).toMatchObject({ partial: true, notes: ["ecs:DescribeTasks TimeoutError"] });
  const asked = ecs.inputs("DescribeTasks").length;
  expect(await lookUp(names(OTHER_TASK), AMPLE_MS)).toMatchObject({ partial: true, notes: [] });
  expect(ecs.inputs("DescribeTasks")).toHaveLength(asked);
});

test("a throttle makes it partial, and nobody asks again before a pause", async () => {
  ecs.throttled.add("DescribeTasks");
  const { clock, lookUp } = lookup();
  const first = await lookUp(names(), AMPLE_MS);
  expect(first).toMatchObject({ task: undefined, logGroupTags: { owner: "shop" }, partial: true, missingRights: [] });
  expect(first.notes).toEqual(["ecs:DescribeTasks ThrottlingException"]);
  ecs.throttled.clear();
  const asked = ecs.requests.length;
  expect((await lookUp(names(), AMPLE_MS)).notes).toEqual([]);
  expect(ecs.requests).toHaveLength(asked);
  clock.nowMs += 5_000;
  expect((await lookUp(names(), AMPLE_MS)).partial).toBe(false);
});

test("each missing right is named once, and asked for again when somebody may have added it", async () => {
  const all = ["DescribeTasks", "DescribeTaskDefinition", "ListTagsForResource"];
  for (const operation of all) ecs.denied.add(operation);
  const { clock, lookUp } = lookup();
  const first = await lookUp(names(), AMPLE_MS);
  expect(first).toMatchObject({ ...NOTHING, missingRights: expect.anything() });
  expect(first.missingRights.toSorted()).toEqual(["ecs:DescribeTasks", "logs:ListTagsForResource"]);
  expect(await lookUp(names(OTHER_TASK), AMPLE_MS)).toEqual(NOTHING);
  expect(ecs.requests).toHaveLength(2);

  clock.nowMs += 300_000;
  expect(await lookUp(names(), AMPLE_MS)).toEqual(NOTHING);
  expect(ecs.requests).toHaveLength(4);

  ecs.denied.delete("DescribeTasks");
  clock.nowMs += 300_000;
  expect(await lookUp(names(), AMPLE_MS)).toMatchObject({
    task: { cluster: "one" },
    partial: true,
    missingRights: ["ecs:DescribeTaskDefinition"],
  });
});

test("without the right to list clusters a task is found by hint only", async () => {
  ecs.denied.add("ListClusters");
  const { lookUp } = lookup();
  expect(await lookUp({ ...names(), clusterHint: undefined }, AMPLE_MS)).toMatchObject({
    partial: true,
    missingRights: ["ecs:ListClusters"],
  });
  expect(await lookUp(names(), AMPLE_MS)).toMatchObject({ partial: false, missingRights: [] });
});

test("a task that ECS does not know is not asked for again at once", async () => {
  ecs.clusters.get("one")?.clear();
  const { clock, lookUp } = lookup();
  expect(await lookUp(names(), AMPLE_MS)).toMatchObject({ task: undefined, partial: true, notes: [] });
  const asked = ecs.requests.length;
  await lookUp(names(), AMPLE_MS);
  expect(ecs.requests).toHaveLength(asked);
  ecs.clusters.get("one")?.set(TASK, ecsTask("one", TASK));
  clock.nowMs += 60_000;
  expect(await lookUp(names(), AMPLE_MS)).toMatchObject({ task: { cluster: "one" }, partial: false });
});

test("an old answer is used while a new one is under way", async () => {
  const { clock, lookUp } = lookup();
  await lookUp(names(), AMPLE_MS);
  ecs.clusters.get("one")?.set(TASK, ecsTask("one", TASK, { tags: [{ key: "team", value: "checkout" }] }));
  clock.nowMs += 900_000;
  expect((await lookUp(names(), AMPLE_MS)).task?.taskTags).toEqual({ team: "shop" });
  await poll(async () => (await lookUp(names(), AMPLE_MS)).task?.taskTags).toEqual({ team: "checkout" });
  expect(ecs.inputs("DescribeTasks")).toHaveLength(2);
  // A revision never changes.
  expect(ecs.inputs("DescribeTaskDefinition")).toHaveLength(1);
});

test.each([
  ["that is still starting", [{ name: "app", lastStatus: "PENDING" }]],
  ["of which no container was told", []],
  ["of whose containers nothing could be read", "x"],
])("a task %s is looked at again soon", async (_what, containers) => {
  ecs.clusters.get("one")?.set(TASK, ecsTask("one", TASK, { containers }));
  const { clock, lookUp } = lookup();
  expect((await lookUp(names(), AMPLE_MS)).partial).toBe(true);
  ecs.clusters.get("one")?.set(TASK, ecsTask("one", TASK));
  clock.nowMs += 15_000;
  await poll(async () => (await lookUp(names(), AMPLE_MS)).partial).toBe(false);
});

test("a definition of which not all could be read is not believed for good", async () => {
  ecs.definitions.set(DEFINITION, [{ name: "app", environment: [{ name: "DD_ENV", value: 7 }] }]);
  const { clock, lookUp } = lookup();
  expect((await lookUp(names(), AMPLE_MS)).partial).toBe(true);
  ecs.definitions.set(DEFINITION, [{ name: "app", environment: [{ name: "DD_ENV", value: "prod" }] }]);
  clock.nowMs += 900_000;
  await poll(async () => (await lookUp(names(), AMPLE_MS)).task?.env).toBe("prod");
});
