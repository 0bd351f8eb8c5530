import { App, Stack } from "aws-cdk-lib";
import { Template } from "aws-cdk-lib/assertions";
import { FargateTaskDefinition } from "aws-cdk-lib/aws-ecs";
import { Secret } from "aws-cdk-lib/aws-secretsmanager";
import { startFauxqs } from "fauxqs";
import { afterEach, expect, test } from "vitest";
import { completeInput } from "../../../compare/cost/complete-input.ts";
import { FIGURES } from "../../../compare/modelled.ts";
import { ForwarderAlarms } from "../../../infra/constructs/alarms.ts";
import { FirelensToDatadog } from "../../../infra/constructs/firelens.ts";
import { Forwarder, type ForwarderProps } from "../../../infra/constructs/forwarder.ts";
import { EVENT_OVERHEAD_BYTES } from "../../../tools/cloudwatch.ts";
import { localFunction } from "../../../tools/lambda/lambda-process.ts";
import { BUNDLES } from "../../support/bundle.ts";

const stackOf = () => new Stack(new App(), "Logs", { env: { account: "111122223333", region: "eu-west-1" } });
const keyOf = (stack: Stack) => ({ secret: Secret.fromSecretNameV2(stack, "Key", "dd-key") });

function forwarderWith(props: Partial<ForwarderProps>): Template {
  const stack = stackOf();
  const forwarder = new Forwarder(stack, "Forwarder", { apiKey: keyOf(stack), reservedConcurrency: 50, ...props });
  new ForwarderAlarms(stack, "Alarms", { forwarder });
  return Template.fromStack(stack);
}

const alarmsIn = (template: Template) => Object.keys(template.findResources("AWS::CloudWatch::Alarm")).length;

test("costs count the alarms that the construct makes", () => {
  const alarms = FIGURES["cost.alarms"].value;
  expect(alarmsIn(forwarderWith({}))).toBe(alarms);
  expect(alarmsIn(forwarderWith({ via: "kinesis" }))).toBe(alarms + FIGURES["cost.kinesisAlarms"].value);
});

test("costs count the windows and batches in which the construct reads its stream", () => {
  forwarderWith({ via: "kinesis" }).hasResourceProperties("AWS::Lambda::EventSourceMapping", {
    BatchSize: FIGURES["cost.kinesisBatchRecords"].value,
    MaximumBatchingWindowInSeconds: FIGURES["cost.kinesisWindowMs"].value / 1_000,
    ParallelizationFactor: FIGURES["cost.kinesisParallelization"].value,
  });
});

test("the sidecar costs the memory that the construct reserves", () => {
  const stack = stackOf();
  const taskDefinition = new FargateTaskDefinition(stack, "Task", { cpu: 512, memoryLimitMiB: 1_024 });
  new FirelensToDatadog(stack, "Firelens", { taskDefinition, apiKey: keyOf(stack), service: "shop" });
  const [task] = Object.values(Template.fromStack(stack).findResources("AWS::ECS::TaskDefinition"));
  const containers = task?.Properties.ContainerDefinitions as { MemoryReservation?: number }[];
  expect(containers.map(({ MemoryReservation }) => MemoryReservation)).toEqual([completeInput().sidecarMemoryMb]);
});

const endings: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0)) await end();
});

test("the replayer costs the line that it logs in each run, and one list of the bucket", async () => {
  const s3 = await startFauxqs({ port: 0, host: "127.0.0.1", logger: false });
  endings.push(() => s3.stop());
  s3.createBucket("undelivered");
  const replayer = localFunction({
    functionName: "sidecarless-forwarder-ForwarderReplayer5A8D4A93-Q1w2E3r4T5y6",
    bundle: BUNDLES.replayer,
    environment: {
      DD_API_KEY: "key",
      DD_URL: "127.0.0.1",
      DD_PORT: "1",
      DD_NO_SSL: "true",
      DD_S3_BUCKET_NAME: "undelivered",
      AWS_ENDPOINT_URL: `http://127.0.0.1:${s3.port}`,
      AWS_REGION: "us-east-1",
      AWS_ACCESS_KEY_ID: "AKIDEXAMPLE",
      AWS_SECRET_ACCESS_KEY: "local",
    },
    timeoutMs: 30_000,
    memoryMb: 512,
  });
  endings.push(() => replayer.kill());
  await replayer.invoke({});
  const { stdout } = await replayer.invoke({});
  const bytes = Buffer.byteLength(stdout) + EVENT_OVERHEAD_BYTES;
  expect(Math.abs(bytes - FIGURES["cost.replayerLogBytes"].value)).toBeLessThan(20);
});
