import { randomUUID } from "node:crypto";
import { subscriptionEvent } from "../../tools/cloudwatch.ts";
import { type Environment, LOG_GROUPS, taskStream } from "../../tools/embedded-aws/environment.ts";
import type { Scene } from "./scene.ts";
import { expect } from "./steps.ts";

const EVENTS = 20;
let lastId = 0;

/** Puts what Lambda writes to the bucket when it gives up on a delivery. */
export async function giveUp(
  { aws, cloud }: Pick<Environment, "aws" | "cloud">,
  { bucketName, functionName }: { readonly bucketName: string; readonly functionName: string },
  messages: readonly string[],
): Promise<void> {
  const stream = { account: aws.account, logGroup: LOG_GROUPS[0], logStream: taskStream(1) };
  const requestPayload = subscriptionEvent(
    stream,
    messages.map((message) => ({ id: String(++lastId).padStart(56, "0"), timestamp: Date.now(), message })),
  );
  const key = `aws/lambda/async/${functionName}/2026/11/25/2026-11-25T10.00.00-${randomUUID()}`;
  await cloud.putObject(bucketName, key, JSON.stringify({ version: "1.0", requestPayload }));
}

/** It goes through the forwarder again by itself. */
export async function failedEvents(scene: Scene): Promise<string> {
  const { cloud, recorder, stack, allArriveOnce } = scene;
  const { bucketName, replayerName } = stack();
  recorder.clear();
  const messages = Array.from({ length: EVENTS }, (_, i) => `given up ${i}`);
  await giveUp(scene, stack(), messages);
  const report = (await cloud.invoke(replayerName)) as { forwarded: number };
  expect(report.forwarded === 1, `the replayer says ${JSON.stringify(report)}`);
  await allArriveOnce(messages);
  const { objects } = await cloud.stored(bucketName, "aws/");
  expect(objects === 0, `${objects} objects are left under aws/`);
  return `${EVENTS} of ${EVENTS} events of one delivery arrived, once each; the object is gone`;
}
