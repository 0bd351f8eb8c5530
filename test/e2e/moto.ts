import { CreateClusterCommand, ECSClient, RegisterTaskDefinitionCommand, RunTaskCommand } from "@aws-sdk/client-ecs";
import { CreateBucketCommand, ListObjectsV2Command, S3Client } from "@aws-sdk/client-s3";
import { CreateSecretCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { GetParameterCommand, PutParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import { createRecorder } from "../../functions/recorder/record.ts";
import { serveRecorder } from "../../functions/recorder/server.ts";
import { ENV } from "../../functions/settings/environment.ts";
import { subscriptionEvent } from "../../tools/cloudwatch.ts";
import type { Environment } from "../../tools/embedded-aws/environment.ts";
import { startProgram } from "../../tools/embedded-aws/programs.ts";
import { type PythonPackage, pythonProgram } from "../../tools/embedded-aws/python-program.ts";
import type { LocalFunction } from "../../tools/lambda/lambda-process.ts";
import { bundled } from "../support/bundle.ts";
import { events } from "../support/deliveries.ts";
import { expect, type Step, StepError } from "./steps.ts";

/** https://pypi.org/project/moto/ Another emulator, by other people: the two don't share their mistakes. */
const MOTO: PythonPackage = { name: "moto[server]", version: "5.2.5", program: "moto_server" };
const START_TIMEOUT_MS = 60_000;
const BUCKET = "sidecarless-store";
const CREDENTIALS = { accessKeyId: "test", secretAccessKey: "test" };

/** The functions as built, with a second emulator behind the AWS SDK: what each of its clients does for us. */
export const motoSteps = ({ folder }: Environment, say: (line: string) => void): Step[] => {
  let scene: Scene | undefined;
  const within = (run: (scene: Scene) => Promise<string>) => async () => {
    expect(scene !== undefined, "the second emulator is not up");
    return run(scene);
  };
  return [
    [
      "second emulator",
      async () => {
        scene = await startScene(folder, say);
        return `moto ${MOTO.version} at ${scene.endpoint}`;
      },
    ],
    ["the API key's places", within(findKeys)],
    ["stored and replayed", within(storeAndReplay)],
    ["ECS tasks of several clusters", within(lookUpTasks)],
  ];
};

type Scene = Awaited<ReturnType<typeof startScene>>;

async function startScene(folder: string, say: (line: string) => void) {
  const endpoint = await startMoto(folder, say);
  const options = { endpoint, region: "us-east-1", credentials: CREDENTIALS };
  const s3 = new S3Client({ ...options, forcePathStyle: true });
  await s3.send(new CreateBucketCommand({ Bucket: BUCKET }));
  const recorder = createRecorder({ apiKey: "" });
  const { host, port } = await serveRecorder(recorder, 0);
  const environment = {
    AWS_ENDPOINT_URL: endpoint,
    AWS_ACCESS_KEY_ID: CREDENTIALS.accessKeyId,
    AWS_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey,
    [ENV.bucket]: BUCKET,
    [ENV.host]: host,
    [ENV.port]: String(port),
    [ENV.noSsl]: "true",
  };
  return {
    endpoint,
    recorder,
    secrets: new SecretsManagerClient(options),
    ssm: new SSMClient(options),
    ecs: new ECSClient(options),
    /** Names of the objects that wait. */
    async stored(): Promise<string[]> {
      const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: BUCKET }));
      return Contents.map(({ Key = "" }) => Key).filter((key) => !key.startsWith("replayer/"));
    },
    /** Runs `use` with a function as built, which ends with it. */
    async running<T>(
      name: "forwarder" | "replayer",
      settings: Record<string, string>,
      use: (fn: LocalFunction) => Promise<T>,
    ): Promise<T> {
      const fn = bundled(name, { ...environment, ...settings });
      try {
        return await use(fn);
      } finally {
        await fn.kill();
      }
    },
  };
}

/** @returns where it listens, on loopback. It ends with this process. */
async function startMoto(folder: string, say: (line: string) => void): Promise<string> {
  const program = await pythonProgram(MOTO, say);
  return new Promise((resolve, reject) => {
    let output = "";
    const failed = (why: string) => reject(new StepError(`moto ${why}:\n${output}`));
    const timer = setTimeout(() => failed("did not start"), START_TIMEOUT_MS);
    const child = startProgram(program, ["-H", "127.0.0.1", "-p", "0"], {
      cwd: folder,
      env: { PATH: process.env.PATH, HOME: folder, TMPDIR: folder, PYTHONUNBUFFERED: "1", MOTO_ACCOUNT_ID: ACCOUNT },
      onOutput: (text) => {
        output = (output + text).slice(-4_000);
        const address = /Running on (http:\/\/127\.0\.0\.1:\d+)/.exec(output)?.[1];
        if (address === undefined) return;
        clearTimeout(timer);
        resolve(address);
      },
    });
    child.once("error", ({ message }) => failed(`can't be run (${message})`));
    child.once("exit", (code) => failed(`ended with ${code}`));
  });
}

/** The one in the ARN that the functions get: tasks of another account would not be looked up. */
const ACCOUNT = "000000000000";

/** Sends lines of one task, and waits for the forwarder's answer. @returns the messages */
async function deliver(fn: LocalFunction, task: string, name: string, count = 10): Promise<string[]> {
  const messages = Array.from({ length: count }, (_, i) => `${name} ${i}`);
  const stream = { account: ACCOUNT, logGroup: "/ecs/shop", logStream: `web/app/${task}` };
  const { outcome, stderr } = await fn.invoke(subscriptionEvent(stream, events(messages, Date.now())));
  expect(outcome.status === "returned", `the function failed: ${JSON.stringify(outcome)} ${stderr}`);
  return messages;
}

function arrivedOnce({ recorder }: Scene, messages: readonly string[]): void {
  const arrived = recorder.entries().map(({ message }) => String(message));
  expect(
    JSON.stringify(arrived.toSorted()) === JSON.stringify([...messages].toSorted()),
    `of ${messages.length} events, ${arrived.length} arrived`,
  );
}

async function findKeys(scene: Scene): Promise<string> {
  const { secrets, ssm, recorder } = scene;
  const { ARN: secretArn = "" } = await secrets.send(
    new CreateSecretCommand({ Name: "team/dd-key", SecretString: "key-of-the-secret" }),
  );
  await secrets.send(new CreateSecretCommand({ Name: "team/json", SecretString: '{"apiKey":"key-in-json"}' }));
  const parameter = { Name: "/team/dd-key", Value: "key-of-the-parameter", Type: "SecureString" } as const;
  await ssm.send(new PutParameterCommand(parameter));
  const { Parameter } = await ssm.send(new GetParameterCommand({ Name: parameter.Name, WithDecryption: true }));
  const places = [
    ["secret by name", { [ENV.apiKeySecretArn]: "team/dd-key" }, "key-of-the-secret"],
    ["secret by ARN", { [ENV.apiKeySecretArn]: secretArn }, "key-of-the-secret"],
    ["JSON secret", { [ENV.apiKeySecretArn]: "team/json" }, "key-in-json"],
    ["parameter by name", { [ENV.apiKeySsmName]: parameter.Name }, parameter.Value],
    ["parameter by ARN", { [ENV.apiKeySsmName]: Parameter?.ARN ?? "" }, parameter.Value],
  ] as const;
  for (const [place, settings, key] of places) {
    recorder.clear();
    recorder.setApiKey(key);
    const messages = await scene.running("forwarder", settings, (fn) => deliver(fn, "a".repeat(32), place));
    arrivedOnce(scene, messages);
  }
  const waiting = await scene.stored();
  expect(waiting.length === 0, `something was stored: ${waiting}`);
  return `10 of 10 events arrived with the key of each: ${places.map(([place]) => place).join(", ")}`;
}

const KEY = { [ENV.apiKeySecretArn]: "team/dd-key" };

async function storeAndReplay(scene: Scene): Promise<string> {
  const { recorder } = scene;
  recorder.clear();
  recorder.setApiKey("key-of-the-secret");
  recorder.setFaults({ always: { kind: "status", status: 503 } });
  const messages = await scene.running("forwarder", KEY, (fn) => deliver(fn, "b".repeat(32), "outage", 2_500));
  const waiting = await scene.stored();
  expect(waiting.length > 0, "nothing was stored");
  expect(recorder.entries().length === 0, "something arrived all the same");
  recorder.setFaults(undefined);
  await scene.running("replayer", KEY, async (fn) => {
    const { outcome } = await fn.invoke({});
    expect(outcome.status === "returned", `the replayer failed: ${JSON.stringify(outcome)}`);
  });
  arrivedOnce(scene, messages);
  const left = await scene.stored();
  expect(left.length === 0, `objects are left: ${left}`);
  return `2,500 of 2,500 events, once each, from ${waiting.length} object(s); none is left`;
}

/** Each task is in another cluster, and the forwarder is not told in which. */
async function lookUpTasks(scene: Scene): Promise<string> {
  const { ecs, recorder } = scene;
  const clusters = ["blue", "green", "red"];
  const tasks = new Map<string, string>();
  const subnet = await anySubnet(scene.endpoint);
  for (const clusterName of clusters) {
    await ecs.send(new CreateClusterCommand({ clusterName }));
    const app = { name: "app", image: "busybox", essential: true, memory: 64 };
    const definition = { family: `shop-${clusterName}`, containerDefinitions: [app] };
    await ecs.send(new RegisterTaskDefinitionCommand(definition));
    const started = await ecs.send(
      new RunTaskCommand({
        cluster: clusterName,
        taskDefinition: definition.family,
        launchType: "FARGATE",
        networkConfiguration: { awsvpcConfiguration: { subnets: [subnet] } },
      }),
    );
    const arn = started.tasks?.[0]?.taskArn ?? "";
    tasks.set(clusterName, arn.slice(arn.lastIndexOf("/") + 1));
  }
  recorder.clear();
  await scene.running(
    "forwarder",
    { ...KEY, [ENV.ecsMetadata]: "true", [ENV.metadataBudgetMs]: "5000" },
    async (fn) => {
      for (const [cluster, task] of tasks) await deliver(fn, task, cluster, 3);
    },
  );
  for (const { message, ddtags } of recorder.entries()) {
    const [cluster = ""] = String(message).split(" ");
    const tags = String(ddtags).split(",");
    const expected = [`cluster_name:${cluster}`, `task_family:shop-${cluster}`, "task_version:1"];
    const lacking = expected.filter((tag) => !tags.includes(tag));
    expect(lacking.length === 0, `tags of ${cluster}'s task lack ${lacking}: ${tags}`);
  }
  expect(recorder.entries().length === 9, `${recorder.entries().length} of 9 events arrived`);
  return `tags of tasks in ${clusters.length} clusters, each found without being told where`;
}

/** moto starts Fargate tasks only in a subnet that it has: each account has one in each zone. */
async function anySubnet(endpoint: string): Promise<string> {
  const authorization = "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/ec2/aws4_request";
  const body = new URLSearchParams({ Action: "DescribeSubnets", Version: "2016-11-15" });
  const response = await fetch(endpoint, { method: "POST", headers: { authorization }, body });
  const id = /<subnetId>([^<]+)</.exec(await response.text())?.[1];
  expect(id !== undefined, "moto has no subnet");
  return id;
}
