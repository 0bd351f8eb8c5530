import { setTimeout } from "node:timers/promises";
import type { ArrivedEntry } from "../../functions/recorder/intake-contract.ts";
import { STACK } from "../../tools/embedded-aws/deployment.ts";
import { API_KEY, LOG_GROUPS, SECRET, taskId, taskStream } from "../../tools/embedded-aws/environment.ts";
import { backfillGap } from "./backfill.ts";
import { failedEvents } from "./failed-events.ts";
import type { Report, Scene } from "./scene.ts";
import { eventually, expect, type Step } from "./steps.ts";

const NEW_API_KEY = "e2e-key-after-rotation";
const [GROUP_A, GROUP_B] = LOG_GROUPS;
/** In every message; and in nothing that the functions say. */
const MARK = "text of a log";
/** Time in which a delivery that should not be would have come: the others take a tenth of it. */
const QUIET_MS = 1_500;

const messages = (step: string, count: number) => Array.from({ length: count }, (_, i) => `${MARK}: ${step} ${i}`);

export const ofTheStack = (name: string) => name.includes(STACK);

/** From an empty account to an empty account. Each step starts from the state that the one before left. */
export const scenario = (scene: Scene): Step[] => [
  ["bootstrap and deploy", () => deploy(scene)],
  ["ECS metadata", () => lookUpTask(scene)],
  ["delivery", () => deliver(scene)],
  ["intake down", () => takeIntakeDown(scene)],
  ["replay", () => replay(scene)],
  ["key rotated while warm", () => rotateKey(scene)],
  ["2,000 events across 20 streams", () => deliverManyStreams(scene)],
  ["refused for good", () => refuse(scene)],
  ["the account adds up", () => addUp(scene)],
  ["the functions' own logs", () => searchOwnLogs(scene)],
  ["unsubscribe", () => unsubscribe(scene)],
  ["given up by Lambda", () => failedEvents(scene)],
  ["backfill of a gap", () => backfillGap(scene)],
  ["destroy", () => destroy(scene)],
];

async function deploy(scene: Scene): Promise<string> {
  await scene.deployment.bootstrap();
  const { adapted } = await scene.deploy();
  for (const group of LOG_GROUPS) {
    const filters = await scene.cloud.subscriptions(group);
    expect(filters.length === 1, `${group} has ${filters.length} subscription filters`);
  }
  const differences = adapted.map((difference) => `; MiniStack ${difference}`).join("");
  return `${STACK} is up, subscribed to ${LOG_GROUPS.join(" and ")}${differences}`;
}

async function deliver({ put, allArriveOnce, recorder }: Scene): Promise<string> {
  const [a, b] = [messages("delivery a", 30), messages("delivery b", 20)];
  await put(GROUP_A, taskStream(1), a);
  await put(GROUP_B, taskStream(2), b);
  await allArriveOnce([...a, ...b]);
  for (const entry of recorder.entries()) expectEnriched(entry);
  return "50 of 50 events arrived with source, service, host, tags, and names of group and stream";
}

/**
 * A task that ECS knows: what its ARN, its definition and the labels of its container say becomes tags. A cold sandbox
 * may need longer than its budget; then the next delivery has them.
 */
async function lookUpTask({ cloud, put, allArriveOnce, recorder, reports }: Scene): Promise<string> {
  const labels = { "com.datadoghq.tags.version": "1.4.2", "com.datadoghq.tags.service": "checkout" };
  const taskArn = await cloud.runTask("e2e-cluster", "e2e-family", labels);
  const id = taskArn.slice(taskArn.lastIndexOf("/") + 1);
  const expected = [
    "cluster_name:e2e-cluster",
    `task_id:e2e-cluster/${id}`,
    `task_arn:${taskArn.toLowerCase()}`,
    "task_family:e2e-family",
    "task_version:1",
    "version:1.4.2",
  ];
  let lacking: string[] = expected;
  let deliveries = 0;
  for (; lacking.length > 0 && deliveries < 3; deliveries++) {
    recorder.clear();
    const lines = messages(`metadata ${deliveries}`, 10);
    await put(GROUP_A, `web/app/${id}`, lines);
    await allArriveOnce(lines);
    const tags = String(recorder.entries()[0]?.ddtags).split(",");
    lacking = expected.filter((tag) => !tags.includes(tag));
  }
  const told = JSON.stringify((await reports()).map(({ notes, ms, metadataMs }) => ({ notes, ms, metadataMs })));
  expect(lacking.length === 0, `tags lack ${lacking.join(", ")}; the forwarder says ${told}`);
  const service = recorder.entries()[0]?.service;
  expect(service === "checkout", `the service is ${service}`);
  recorder.clear();
  return `delivery ${deliveries} has all ${expected.length} tags of its task, looked up in ECS`;
}

/** What the names of log group and stream tell, and what the settings add. */
function expectEnriched(entry: ArrivedEntry): void {
  const { awslogs } = entry.aws as { awslogs: { logGroup: string; logStream: string } };
  const [service, task] = awslogs.logGroup === GROUP_A ? (["a", 1] as const) : (["b", 2] as const);
  const expected = {
    ddsource: "ecs",
    service,
    hostname: taskId(task),
    ecs: { streamPrefix: "web", container: "app", taskId: taskId(task) },
  };
  for (const [name, value] of Object.entries(expected)) {
    const is = JSON.stringify(entry[name]);
    expect(is === JSON.stringify(value), `${name} is ${is} instead of ${JSON.stringify(value)}`);
  }
  expect(awslogs.logStream === taskStream(task), `logStream is ${awslogs.logStream}`);
  expect(typeof entry.id === "string" && entry.id !== "", "an entry has no id");
  const tags = String(entry.ddtags).split(",");
  for (const tag of ["env:e2e", "team:logs", "container_name:app", "region:us-east-1", "aws_account:000000000000"]) {
    expect(tags.includes(tag), `tag ${tag} is not in ${tags}`);
  }
}

const OUTAGE = [messages("outage a", 25), messages("outage b", 25)] as const;

async function takeIntakeDown({ put, recorder, untilStored }: Scene): Promise<string> {
  recorder.clear();
  recorder.setFaults({ always: { kind: "status", status: 503 } });
  await put(GROUP_A, taskStream(1), OUTAGE[0]);
  await put(GROUP_B, taskStream(2), OUTAGE[1]);
  const { objects } = await untilStored("undelivered/", 50);
  const { entries, requests } = recorder.summary();
  expect(entries === 0, "something arrived all the same");
  return `50 of 50 events in ${objects} objects under undelivered/, after ${requests} requests answered 503`;
}

async function replay({ cloud, stack, recorder, allArriveOnce, stored }: Scene): Promise<string> {
  recorder.setFaults(undefined);
  const report = (await cloud.invoke(stack().replayerName)) as { delivered: number; left: number };
  expect(report.delivered === 50 && report.left === 0, `the replayer says ${JSON.stringify(report)}`);
  await allArriveOnce(OUTAGE.flat());
  const { objects } = await stored("undelivered/");
  expect(objects === 0, `${objects} objects are left under undelivered/`);
  return "50 of 50 events arrived, once each; undelivered/ is empty";
}

async function rotateKey({ cloud, put, recorder, allArriveOnce, stored }: Scene): Promise<string> {
  recorder.clear();
  recorder.setApiKey(NEW_API_KEY);
  await cloud.setSecret(SECRET, NEW_API_KEY);
  const lines = messages("rotation", 40);
  await put(GROUP_A, taskStream(1), lines);
  await allArriveOnce(lines);
  const refused = recorder.summary().answers["403"] ?? 0;
  expect(refused > 0, "no request came with the old key: the sandbox was not warm");
  const { objects } = await stored("undelivered/");
  expect(objects === 0, `${objects} objects were stored`);
  return `40 of 40 events arrived, ${refused} request refused with the old key, nothing stored`;
}

async function deliverManyStreams({ put, recorder, allArriveOnce }: Scene): Promise<string> {
  recorder.clear();
  const start = performance.now();
  const streams = Array.from({ length: 20 }, (_, i) => ({ task: 100 + i, lines: messages(`stream ${i}`, 100) }));
  await Promise.all(streams.map(({ task, lines }) => put(task % 2 ? GROUP_A : GROUP_B, taskStream(task), lines)));
  await allArriveOnce(streams.flatMap(({ lines }) => lines));
  const tasks = new Set(recorder.entries().map(({ hostname }) => hostname));
  expect(tasks.size === 20, `they came from ${tasks.size} hosts`);
  const seconds = (performance.now() - start) / 1000;
  return `all arrived, once each, the last ${seconds.toFixed(1)} s after the first was put`;
}

async function refuse({ put, recorder, untilStored }: Scene): Promise<string> {
  recorder.clear();
  recorder.setFaults({ always: { kind: "status", status: 400 } });
  await put(GROUP_B, taskStream(2), messages("refused", 3));
  await untilStored("rejected/", 3);
  recorder.setFaults(undefined);
  return "3 of 3 events under rejected/";
}

async function addUp({ reports, sizesPut }: Scene): Promise<string> {
  const sum = (all: readonly Report[], name: string) =>
    all.reduce((total, report) => total + Number(report[name] ?? 0), 0);
  const put = sizesPut().reduce((total, size) => total + size, 0);
  // MiniStack reads a function's output only until a moment after its answer, so that on a busy machine a line may be
  // lost. All events were seen to arrive; here some reports may be missing, and those that are there must be right.
  const described = (seen: readonly Report[]) =>
    `there are reports of ${seen.length} deliveries of ${sizesPut().length}`;
  const atLeast = (count: number) => (seen: readonly Report[]) => seen.length >= count;
  const expected = sizesPut().length;
  const all = await eventually(reports, atLeast(expected), described, LATE_LINES_MS).catch(() =>
    eventually(reports, atLeast(expected - MAX_LINES_LOST), described),
  );
  const lost = sizesPut().length - all.length;
  const received = sum(all, "Received");
  const delivered = sum(all, "Delivered");
  const undelivered = sum(all, "Undelivered");
  const rejected = sum(all, "Rejected");
  const account = `${received} received = ${delivered} delivered + ${undelivered} undelivered + ${rejected} rejected`;
  expect(lost > 0 || received === put, `${put} were put, but: ${account}`);
  expect(
    lost === 0 || (lost === 1 ? sizesPut().includes(put - received) : received < put),
    `${put} were put, and ${lost} reports are missing, but: ${account}`,
  );
  expect(received === delivered + undelivered + rejected, `it does not: ${account}`);
  expect(lost > 0 || (undelivered === 50 && rejected === 3), `50 were undelivered and 3 rejected, but: ${account}`);
  const gaps = all.filter(({ AccountingGap = 0 }) => AccountingGap !== 0);
  expect(gaps.length === 0, `${gaps.length} reports have a gap`);
  return `${account}, in ${all.length} reports${lost > 0 ? `; MiniStack lost ${lost} lines` : ""}`;
}

/** The twenty streams are delivered at once. */
const MAX_LINES_LOST = 8;
/** Lines that are late and not lost have come by then. */
const LATE_LINES_MS = 5_000;

async function searchOwnLogs({ cloud, stack }: Scene): Promise<string> {
  const { functionName, replayerName } = stack();
  const groups = await Promise.all([functionName, replayerName].map(cloud.logGroupOf));
  const lines = (await Promise.all(groups.map(cloud.logLines))).flat();
  expect(lines.length > 0, "there are none");
  for (const secret of [MARK, API_KEY, NEW_API_KEY]) {
    const telling = lines.find((line) => line.includes(secret));
    expect(telling === undefined, `"${secret}" is in them: ${telling}`);
  }
  return `no log text and no key in ${lines.length} lines`;
}

async function unsubscribe(scene: Scene): Promise<string> {
  const { cloud, recorder } = scene;
  recorder.clear();
  await scene.deploy({ logGroups: GROUP_A });
  const filters = await cloud.subscriptions(GROUP_B);
  expect(filters.length === 0, `${GROUP_B} still has ${filters}`);
  await cloud.putLogs(GROUP_B, taskStream(2), messages("unsubscribed", 5));
  const lines = messages("still subscribed", 5);
  await scene.put(GROUP_A, taskStream(1), lines);
  await scene.allArriveOnce(lines);
  await setTimeout(QUIET_MS);
  await scene.allArriveOnce(lines);
  return `${GROUP_A} still delivers, ${GROUP_B} does not`;
}

async function destroy({ cloud, deployment, recorder, stack }: Scene): Promise<string> {
  recorder.clear();
  const { bucketName } = stack();
  await deployment.destroy();
  const functions = (await cloud.functions()).filter(ofTheStack);
  expect(functions.length === 0, `functions are left: ${functions}`);
  const filters = (await Promise.all(LOG_GROUPS.map(cloud.subscriptions))).flat();
  expect(filters.length === 0, `subscription filters are left: ${filters}`);
  const groups = (await cloud.logGroups()).filter(ofTheStack);
  expect(groups.length === 0, `log groups are left: ${groups}`);
  expect((await cloud.buckets()).includes(bucketName), "the bucket is gone, with what waits in it");
  const { events } = await cloud.stored(bucketName, "rejected/");
  expect(events === 3, `the bucket holds ${events} of 3 events that wait for a person`);
  await cloud.putLogs(GROUP_A, taskStream(1), messages("destroyed", 5));
  await setTimeout(QUIET_MS);
  expect(recorder.summary().requests === 0, "something was delivered afterwards");
  return "no function, log group or subscription filter is left; the bucket is, with what waits in it";
}
