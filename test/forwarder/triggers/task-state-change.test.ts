import { expect, test } from "vitest";
import { openRuleBudget } from "../../../functions/forwarder/stages/rules/budget.ts";
import { loadRules } from "../../../functions/forwarder/stages/rules/load.ts";
import {
  readStateChange,
  type TaskStateAttributes,
  toEntries,
} from "../../../functions/forwarder/triggers/task-state-change.ts";
import { ConfigError } from "../../../functions/settings/config.ts";
import { onTheWire, plainEvent } from "../../support/deliveries.ts";
import { ecsTask } from "../../support/ecs-server.ts";

const TASK = "0123456789abcdef0123456789abcdef";
const CONTAINER = { name: "app", runtimeId: `${TASK}-2495160603`, image: "shop/api:1.4.2", lastStatus: "STOPPED" };
const about = {
  functionArn: "arn:aws:lambda:eu-west-1:111122223333:function:forwarder",
  said: { ddTags: { tags: ["team:platform"] } },
};

function stateChange(detail: Record<string, unknown> = {}) {
  const { tags, createdAt, ...task } = ecsTask("one", TASK);
  return {
    version: "0",
    id: "3317b2af-7005-947d-b652-f55e762e571a",
    "detail-type": "ECS Task State Change",
    source: "aws.ecs",
    account: "111122223333",
    time: "2026-11-22T12:05:00Z",
    region: "eu-west-1",
    resources: [task.taskArn],
    detail: {
      ...task,
      lastStatus: "STOPPED",
      desiredStatus: "STOPPED",
      stopCode: "EssentialContainerExited",
      stoppedReason: "Essential container in task exited",
      createdAt: "2026-11-22T12:00:00.000Z",
      pullStartedAt: "2026-11-22T12:00:10.500Z",
      pullStoppedAt: "2026-11-22T12:00:23.750Z",
      startedAt: "2026-11-22T12:00:25.000Z",
      stoppingAt: "2026-11-22T12:04:30.000Z",
      executionStoppedAt: "2026-11-22T12:04:55.000Z",
      stoppedAt: "2026-11-22T12:05:00.000Z",
      containers: [{ ...CONTAINER, exitCode: 1, healthStatus: "UNHEALTHY", reason: "OutOfMemoryError" }],
      overrides: { containerOverrides: [{ name: "app", environment: [{ name: "TOKEN", value: "planted" }] }] },
      ...detail,
    },
  };
}

const entryOf = (detail?: Record<string, unknown>) => {
  const change = readStateChange(stateChange(detail));
  const [entry] = change ? toEntries(change, about) : [];
  if (!entry) throw new Error("no entry");
  return { entry, attributes: entry.attributes as TaskStateAttributes, ...plainEvent(entry.event) };
};

test("tells how long each step of the task's life took", () => {
  expect(entryOf().attributes.ecs).toMatchObject({
    provisionMs: 10_500,
    pullMs: 13_250,
    startMs: 1_250,
    launchMs: 25_000,
    runMs: 270_000,
    stopMs: 30_000,
  });
  const { ecs } = entryOf({ pullStoppedAt: undefined, startedAt: undefined }).attributes;
  expect([ecs.provisionMs, ecs.pullMs, ecs.launchMs, ecs.runMs]).toEqual([10_500, undefined, undefined, undefined]);
});

test("tells why it stopped, and how each container ended", () => {
  const { ecs } = entryOf().attributes;
  expect(ecs).toMatchObject({ stopCode: "EssentialContainerExited", lastStatus: "STOPPED" });
  expect(ecs.containers).toEqual([
    { ...CONTAINER, exitCode: 1, healthStatus: "UNHEALTHY", reason: "OutOfMemoryError" },
  ]);
  expect(entryOf().message).toBe(
    "ECS task shop-api:7 in one is STOPPED; provision 10500 ms, pull 13250 ms, start 1250 ms, launch 25000 ms, " +
      "run 270000 ms, stop 30000 ms; EssentialContainerExited; Essential container in task exited; " +
      "app 1 OutOfMemoryError",
  );
});

test("is an entry like the others: source ecs, its own id and time, the task's tags", () => {
  const { id, timestamp, attributes } = entryOf();
  expect([id, timestamp]).toEqual(["3317b2af-7005-947d-b652-f55e762e571a", Date.UTC(2026, 10, 22, 12, 5)]);
  expect(attributes).toMatchObject({ ddsource: "ecs", service: "shop", hostname: TASK });
  const tags = attributes.ddtags.split(",");
  expect(tags).toEqual(expect.arrayContaining(["cluster_name:one", `task_id:one/${TASK}`, "task_version:7"]));
  expect(tags).toEqual(expect.arrayContaining(["service_name:shop", "team:platform"]));
});

test("never tells what was given to the containers", () => {
  expect(JSON.stringify(onTheWire(entryOf().entry))).not.toContain("planted");
});

test.each([
  ["error", { stopCode: "EssentialContainerExited", containers: [{ ...CONTAINER, exitCode: 1 }] }],
  ["error", { stopCode: "TaskFailedToStart", containers: [] }],
  ["warn", { stopCode: "SpotInterruption" }],
  ["warn", { stopCode: undefined, lastStatus: "RUNNING", healthStatus: "UNHEALTHY" }],
  // Told to stop, it ends with the signal's number.
  ["info", { stopCode: "ServiceSchedulerInitiated", containers: [{ ...CONTAINER, exitCode: 143 }] }],
  ["info", { stopCode: "EssentialContainerExited", containers: [{ ...CONTAINER, exitCode: 0 }] }],
])("is of status %s: %j", (status, detail) => {
  expect(entryOf(detail).attributes.status).toBe(status);
});

test.each([
  ["a delivery", { awslogs: { data: "" } }],
  ["nothing", null],
  ["another event of ECS", { ...stateChange(), "detail-type": "ECS Deployment State Change" }],
  ["an event without a task", { ...stateChange(), detail: {} }],
  ["an event whose task is a list", { ...stateChange(), detail: [stateChange().detail] }],
  ["an event whose task has a number for its name", stateChange({ taskArn: 7 })],
  ["an event without a time", { ...stateChange(), time: "soon" }],
  ["an event with a number for its id", { ...stateChange(), id: 7 }],
])("%s is no change of a task", (_name, event) => {
  expect(readStateChange(event)).toBeUndefined();
});

test.each<[string, Record<string, unknown>]>([
  ["group", { group: {} }],
  ["version", { version: "7" }],
  ["tags", { tags: "team=shop" }],
  ["a tag's value", { tags: [{ key: "team", value: 7 }] }],
  ["containers", { containers: "x" }],
  ["a container", { containers: ["app"] }],
  ["a container's name", { containers: [{ ...CONTAINER, name: 5 }] }],
  ["a container's runtime id", { containers: [{ ...CONTAINER, runtimeId: 5 }] }],
  ["a container's exit code", { containers: [{ ...CONTAINER, exitCode: "1" }] }],
  ["a time", { createdAt: 1_795_366_100 }],
  ["the reason", { stoppedReason: ["out of memory"] }],
])("an event with %s of another kind than it should be goes on without it, and says so", (_name, detail) => {
  const { attributes, message } = entryOf(detail);
  expect(attributes.ecs).toMatchObject({ malformed: true, lastStatus: "STOPPED" });
  expect(message).toMatch(/^ECS task shop-api:7 in one is STOPPED/);
  expect(entryOf().attributes.ecs.malformed).toBeUndefined();
});

test("what the rules redact is in none of its texts, names and tags", () => {
  const secret = "AKIAQ3EGRT5XNLM2P7VA";
  const rules = loadRules(JSON.stringify({ rules: [], default: { redact: ["aws-access-key", "email"] } }), {});
  if (rules instanceof ConfigError) throw rules;
  const { clean } = rules({ logGroup: "g", logStream: "" }, openRuleBudget());
  const change = readStateChange(
    stateChange({
      stoppedReason: `denied for ${secret}`,
      containers: [{ ...CONTAINER, reason: `key ${secret}`, exitCode: 1 }],
      tags: [{ key: "owner", value: "anna@example.com" }],
    }),
  );
  const [entry] = change ? toEntries(change, { ...about, clean }) : [];
  const wire = entry && onTheWire(entry);
  expect(JSON.stringify(wire)).not.toMatch(/AKIA|anna/);
  expect(wire?.message).toContain("denied for [REDACTED:aws-access-key]");
  expect(wire).toMatchObject({ status: "error", ecs: { stoppedReason: "denied for [REDACTED:aws-access-key]" } });
});
