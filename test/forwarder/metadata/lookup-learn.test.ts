import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { awsMetadataClients } from "../../../functions/forwarder/metadata/clients.ts";
import { createMetadataLookup } from "../../../functions/forwarder/metadata/lookup.ts";
import type { TaskStateChange } from "../../../functions/forwarder/triggers/task-state-change.ts";
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

/** Events hold no tags. */
function event(detail: Record<string, unknown> = {}): TaskStateChange {
  const { tags, createdAt, ...task } = ecsTask("one", TASK, detail);
  return { id: "event", time: "2026-11-22T12:05:00Z", detail: task };
}

test("a task that ECS has forgotten is known from its event", async () => {
  const { learn, ask } = lookup();
  learn(event({ lastStatus: "STOPPED" }).detail);
  expect((await ask()).task).toMatchObject({ cluster: "one", runtimeId: RUNTIME_ID, env: "prod" });
});

test("a task that was looked for in vain is known as soon as an event tells of it", async () => {
  const { learn, ask } = lookup();
  expect((await ask()).task).toBeUndefined();
  learn(event().detail);
  expect((await ask()).task?.cluster).toBe("one");
});

test("its tags come from ECS, and stay when the next event comes", async () => {
  ecs.clusters.set("one", new Map([[TASK, ecsTask("one", TASK)]]));
  const { learn, ask } = lookup();
  learn(event().detail);
  expect(await ask()).toMatchObject({ partial: true, task: { taskTags: {} } });
  await expect.poll(async () => (await ask()).task?.taskTags, { timeout: AMPLE_MS }).toEqual({ team: "shop" });
  learn(event({ version: 9 }).detail);
  expect(await ask()).toMatchObject({ partial: false, task: { taskTags: { team: "shop" } } });
  expect(ecs.inputs("DescribeTasks")).toHaveLength(1);
});

test("an event that comes late does not undo a newer one", async () => {
  const { learn, ask } = lookup();
  learn(event({ version: 5 }).detail);
  learn(event({ version: 2, containers: [{ name: "app" }] }).detail);
  expect((await ask()).task?.runtimeId).toBe(RUNTIME_ID);
});

test("an event without ARNs teaches nothing", async () => {
  const { learn, ask } = lookup();
  learn({});
  expect((await ask()).task).toBeUndefined();
});
