import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { awsMetadataClients } from "../../../functions/forwarder/metadata/clients.ts";
import { createMetadataLookup } from "../../../functions/forwarder/metadata/lookup.ts";
import { readTask } from "../../../functions/forwarder/metadata/read-task.ts";
import { AWS_CREDENTIALS } from "../../support/aws.ts";
import { type EcsServer, ecsTask, startEcs } from "../../support/ecs-server.ts";
import { manualClock } from "../../support/sends.ts";

const ACCOUNT = "111122223333";
const TASK = "0123456789abcdef0123456789abcdef";
const RUNTIME_ID = `${TASK}-2495160603`;
/** More than any look-up here takes, so that nothing but the test's own doing ends it. */
const AMPLE_MS = 20_000;

let ecs: EcsServer;
beforeEach(async () => {
  for (const [name, value] of Object.entries(AWS_CREDENTIALS)) vi.stubEnv(name, value);
  ecs = await startEcs("eu-west-1", ACCOUNT);
  ecs.clusters.set("one", new Map());
  const environment = [{ name: "DD_ENV", value: "prod" }];
  ecs.definitions.set(`arn:aws:ecs:eu-west-1:${ACCOUNT}:task-definition/shop-api:7`, [{ name: "app", environment }]);
});
afterEach(async () => {
  await ecs.stop();
  vi.unstubAllEnvs();
});

function lookup() {
  const clients = awsMetadataClients({ endpoint: ecs.endpoint, requestTimeoutMs: AMPLE_MS });
  const { learn, lookUp } = createMetadataLookup({ ecs: true }, clients, manualClock());
  const names = {
    logGroup: "/ecs/shop",
    account: ACCOUNT,
    ecs: { container: "app", taskId: TASK },
    functionArn: `arn:aws:lambda:eu-west-1:${ACCOUNT}:function:forwarder`,
  };
  return { learn, ask: () => lookUp(names, AMPLE_MS) };
}

/** A task as its event tells it: events hold no tags, unless somebody made them up. */
function told(detail: Record<string, unknown> = {}) {
  const { tags, ...task } = ecsTask("one", TASK);
  const read = readTask({ ...task, ...detail });
  if (!read) throw new Error("the task has no ARN");
  return read;
}

test("a task that ECS has forgotten is known from its event", async () => {
  const { learn, ask } = lookup();
  learn(told({ lastStatus: "STOPPED" }));
  expect((await ask()).task).toMatchObject({ cluster: "one", runtimeId: RUNTIME_ID, env: "prod" });
});

test("a task that was looked for in vain is known as soon as an event tells of it", async () => {
  const { learn, ask } = lookup();
  expect((await ask()).task).toBeUndefined();
  learn(told());
  expect((await ask()).task?.cluster).toBe("one");
});

test("its tags come from ECS, and stay when the next event comes", async () => {
  ecs.clusters.set("one", new Map([[TASK, ecsTask("one", TASK)]]));
  const { learn, ask } = lookup();
  learn(told());
  expect(await ask()).toMatchObject({ partial: true, task: { taskTags: {} } });
  await expect.poll(async () => (await ask()).task?.taskTags, { timeout: AMPLE_MS }).toEqual({ team: "shop" });
  learn(told({ version: 9 }));
  expect(await ask()).toMatchObject({ partial: false, task: { taskTags: { team: "shop" } } });
  expect(ecs.inputs("DescribeTasks")).toHaveLength(1);
});

test("an event that comes late does not undo a newer one", async () => {
  const { learn, ask } = lookup();
  learn(told({ version: 5 }));
  learn(told({ version: 2, containers: [{ name: "app" }] }));
  expect((await ask()).task?.runtimeId).toBe(RUNTIME_ID);
});

test("an event with fields that can't be right serves only until ECS answers, and undoes nothing", async () => {
  ecs.clusters.set("one", new Map([[TASK, ecsTask("one", TASK)]]));
  const { learn, ask } = lookup();
  learn(told({ version: 9, tags: [{ key: "team", value: 7 }] }));
  expect(await ask()).toMatchObject({ partial: true, task: { cluster: "one" } });
  const team = async () => (await ask()).task?.taskTags;
  await expect.poll(team, { timeout: AMPLE_MS }).toEqual({ team: "shop" });
  learn(told({ version: 10, containers: "x" }));
  expect(await ask()).toMatchObject({ partial: false, task: { runtimeId: RUNTIME_ID } });
});
