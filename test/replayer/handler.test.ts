import { afterAll, beforeAll, expect, test } from "vitest";
import type { LocalFunction } from "../../tools/lambda/lambda-process.ts";
import { AWS_CREDENTIALS, type Bucket, startBucket } from "../support/aws.ts";
import { bundled } from "../support/bundle.ts";
import { deliveryOf, lines } from "../support/deliveries.ts";
import { readEmf } from "../support/emf.ts";
import { type Intake, startIntake } from "../support/forwarder.ts";

let bucket: Bucket;
let intake: Intake;
let functions: LocalFunction[];

beforeAll(async () => {
  bucket = await startBucket();
  intake = await startIntake();
});
afterAll(async () => {
  await Promise.all(functions.map((each) => each.kill()));
  await Promise.all([bucket.stop(), intake.server.stop()]);
});

test("an outage: stored by the forwarder, sent by the replayer, nothing lost", async () => {
  const environment = {
    ...AWS_CREDENTIALS,
    ...intake.environment,
    AWS_ENDPOINT_URL_S3: bucket.endpoint,
    DD_S3_BUCKET_NAME: bucket.name,
  };
  const forwarder = bundled("forwarder", environment);
  const replayer = bundled("replayer", environment);
  functions = [forwarder, replayer];

  intake.recorder.setFaults({ always: { kind: "status", status: 503 } });
  await forwarder.invoke(deliveryOf(lines(1_500)));
  expect(intake.recorder.summary().entries).toBe(0);
  expect(await replayer.invoke({})).toMatchObject({ outcome: { value: { delivered: 0, stoppedBy: "http 503" } } });

  intake.recorder.setFaults(undefined);
  // Two payloads in one object.
  const { outcome, stdout } = await replayer.invoke({});
  expect(outcome).toMatchObject({ value: { objects: 1, delivered: 1_500, oldestStoredMs: 0 } });
  const { metrics } = readEmf(stdout.trimEnd());
  expect([...metrics].map(([name, { values }]) => [name, values[0]])).toEqual([
    ["ReplayedObjects", 1],
    ["ReplayedEvents", 1_500],
    ["ReplayRejected", 0],
    ["ReplayUnreadable", 0],
    ["ReplaySetAside", 0],
    ["OldestStored", 0],
  ]);
  expect(intake.recorder.summary()).toMatchObject({ entries: 1_500, duplicates: 0 });
  expect(await bucket.keys()).toEqual([]);
});
