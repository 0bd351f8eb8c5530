import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { forward } from "../../../functions/forwarder/forward.ts";
import { awsMetadataClients } from "../../../functions/forwarder/metadata/clients.ts";
import { createMetadataLookup } from "../../../functions/forwarder/metadata/lookup.ts";
import { loadRules } from "../../../functions/forwarder/stages/rules/load.ts";
import { accountingGap } from "../../../functions/records/fates.ts";
import { ConfigError } from "../../../functions/settings/config.ts";
import { AWS_CREDENTIALS } from "../../support/aws.ts";
import { deliveryOf, INVOCATION, STREAM } from "../../support/deliveries.ts";
import { forwarderOf, type Intake, quickClock, startIntake } from "../../support/forwarder.ts";

const TASK_ID = STREAM.logStream.slice(-32);
const arn = (rest: string) => `arn:aws:ecs:eu-west-1:${STREAM.account}:${rest}`;
/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_task_events.html */
const STOPPED = {
  id: "event-1",
  source: "aws.ecs",
  "detail-type": "ECS Task State Change",
  time: new Date().toISOString(),
  detail: {
    taskArn: arn(`task/prod/${TASK_ID}`),
    clusterArn: arn("cluster/prod"),
    taskDefinitionArn: arn("task-definition/shop-api:7"),
    group: "service:shop",
    lastStatus: "STOPPED",
    stopCode: "EssentialContainerExited",
    createdAt: "2026-11-22T10:00:00.000Z",
    pullStartedAt: "2026-11-22T10:00:04.000Z",
    pullStoppedAt: "2026-11-22T10:00:16.500Z",
    startedAt: "2026-11-22T10:00:18.000Z",
    version: 5,
    containers: [{ name: "app", runtimeId: `${TASK_ID}-1`, exitCode: 137 }],
  },
};

let intake: Intake;
beforeEach(async () => {
  for (const [name, value] of Object.entries(AWS_CREDENTIALS)) vi.stubEnv(name, value);
  intake = await startIntake();
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await intake.server.stop();
});

/** A forwarder that may look things up, and finds nobody to ask. */
function forwarder() {
  const clients = awsMetadataClients({ endpoint: "http://127.0.0.1:9", requestTimeoutMs: 50 });
  const metadata = createMetadataLookup({ ecs: true }, clients, quickClock);
  return { ...forwarderOf(intake.environment), metadata };
}
const invocation = () => ({ ...INVOCATION, deadlineMs: performance.now() + 60_000 });

test("an event about a task becomes an entry with its times, and is accounted for", async () => {
  const { report } = await forward(STOPPED, invocation(), forwarder());
  expect(report).toMatchObject({ received: 1, delivered: 1, unreadable: 0 });
  expect(accountingGap(report)).toBe(0);
  const [entry] = intake.recorder.entries();
  expect(entry).toMatchObject({
    id: "event-1",
    ddsource: "ecs",
    service: "shop",
    ecs: { pullMs: 12_500, stopCode: "EssentialContainerExited", containers: [{ name: "app", exitCode: 137 }] },
  });
});

test("an event about a task becomes an entry where nothing is looked up, too", async () => {
  const { report } = await forward(STOPPED, invocation(), forwarderOf(intake.environment));
  expect(report).toMatchObject({ received: 1, delivered: 1, unreadable: 0 });
  const [entry] = intake.recorder.entries();
  expect(entry).toMatchObject({ id: "event-1", service: "shop" });
  expect(String(entry?.ddtags).split(",")).toContain("cluster_name:prod");
});

test("lines of a task that stopped get its tags from the event, though ECS can't be asked", async () => {
  const learned = forwarder();
  await forward(STOPPED, invocation(), learned);
  intake.recorder.clear();
  const { report } = await forward(deliveryOf(["the last words"]), invocation(), learned);
  expect(report.delivered).toBe(1);
  const tags = String(intake.recorder.entries()[0]?.ddtags).split(",");
  expect(tags).toEqual(expect.arrayContaining(["cluster_name:prod", `task_id:prod/${TASK_ID}`, "task_version:7"]));
});

test("look-ups that fail cost no delivery, and are counted", async () => {
  const { report } = await forward(deliveryOf(["a line"]), invocation(), forwarder());
  expect(report).toMatchObject({ delivered: 1, metadataPartial: 1 });
});

test("the rules' redaction reaches an event about a task, under a name of its own or as the default", async () => {
  const event = { ...STOPPED, detail: { ...STOPPED.detail, stoppedReason: "mail to anna@example.com" } };
  const files = [
    { rules: [{ logGroup: "ecs/task-state-change", name: "tasks", redact: ["email"] }] },
    { rules: [{ logGroup: "/ecs/*" }], default: { redact: ["email"] } },
  ];
  for (const [i, file] of files.entries()) {
    const rules = loadRules(JSON.stringify(file), {});
    if (rules instanceof ConfigError) throw rules;
    const { report } = await forward(event, invocation(), { ...forwarder(), rules });
    expect(report).toMatchObject({ delivered: 1, redacted: 1, rule: ["tasks", "default"][i] });
    expect(report.redactedBy).toEqual({ email: 1 });
    const entry = intake.recorder.entries().at(-1);
    expect(JSON.stringify(entry)).not.toContain("anna");
    expect(entry?.message).toContain("mail to [REDACTED:email]");
  }
});
