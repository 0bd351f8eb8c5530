import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { type Clients, openClients } from "../../../compare/aws/clients.ts";
import { runLoad } from "../../../compare/aws/run-load.ts";
import { describeService, describeTasks, startTask, stopTasks, untilRunning } from "../../../compare/aws/tasks.ts";
import { LOAD_ENV } from "../../../infra/parts/comparison-load.ts";
import { AWS_CREDENTIALS } from "../../support/aws.ts";
import { type AwsServer, CLUSTER, startAws } from "./aws-server.ts";
import { APP_LOG_GROUP, deployComparison } from "./simulated-load.ts";

let aws: AwsServer;
let clients: Clients;
beforeAll(() => {
  for (const [name, value] of Object.entries(AWS_CREDENTIALS)) vi.stubEnv(name, value);
});
beforeEach(async () => {
  aws = await startAws();
  vi.stubEnv("AWS_ENDPOINT_URL", aws.endpoint);
  clients = openClients(undefined);
  deployComparison(aws);
  return async () => {
    clients.close();
    await aws.stop();
  };
});
afterAll(() => vi.unstubAllEnvs());

const load = { linesPerSecond: 20, lineBytes: 300, seconds: 5, seed: 9 };
const { signal } = new AbortController();
const services = async () => ({
  lambda: await describeService(clients.ecs, CLUSTER, "lambda-service"),
  firelens: await describeService(clients.ecs, CLUSTER, "firelens-service"),
});

describe("describeService", () => {
  test("tells the load, the log group or the sidecar of a service", async () => {
    const { lambda, firelens } = await services();
    expect(lambda).toMatchObject({
      load: { linesPerSecond: 100, lineBytes: 200, seconds: 600, seed: 1 },
      logGroup: APP_LOG_GROUP,
    });
    expect(lambda.sidecar).toBeUndefined();
    expect(firelens.sidecar).toEqual({ name: "log-router", image: "example.com/aws-for-fluent-bit:3.4.10" });
    expect(firelens.logGroup).toBeUndefined();
  });

  test("tells what is not there: service, cluster, a variable of the load", async () => {
    const describe = (cluster: string, name: string) => describeService(clients.ecs, cluster, name);
    await expect(describe(CLUSTER, "gone")).rejects.toThrow(
      "There is no service gone in the cluster comparison: deploy the comparison stack again.",
    );
    await expect(describe("gone", "lambda-service")).rejects.toThrow("ecs:DescribeServices: what is named");
    for (const [arn, definition] of aws.definitions) {
      aws.definitions.set(arn, { ...definition, containerDefinitions: [{ name: "app" }] });
    }
    await expect(describe(CLUSTER, "lambda-service")).rejects.toThrow("has no LINES_PER_SECOND");
  });
});

describe("startTask", () => {
  test("overrides the load and the run's id by the names that the generator reads", async () => {
    const { lambda } = await services();
    const task = await startTask(clients.ecs, { service: lambda, load }, "0a1b-lambda", 240);
    expect(aws.tasks[0]?.environment).toEqual({
      [LOAD_ENV.linesPerSecond]: "20",
      [LOAD_ENV.lineBytes]: "300",
      [LOAD_ENV.seconds]: "5",
      [LOAD_ENV.seed]: "9",
      [LOAD_ENV.run]: "0a1b-lambda",
      [LOAD_ENV.idleSeconds]: "240",
    });
    expect(task).toMatchObject({ run: "0a1b-lambda", taskId: "00000000000000000000000000000001" });
  });

  test("uses the capacity providers of a service that has them", async () => {
    const { launchType: _, ...service } = aws.services.get("lambda-service") ?? {};
    aws.services.set("lambda-service", {
      ...service,
      capacityProviderStrategy: [{ capacityProvider: "FARGATE_SPOT" }],
    });
    const { lambda } = await services();
    await expect(startTask(clients.ecs, { service: lambda, load }, "r", 1)).resolves.toBeDefined();
  });

  test("tells the reasons of ECS if nothing starts, and what is not allowed", async () => {
    const { lambda } = await services();
    const start = () => startTask(clients.ecs, { service: lambda, load }, "r", 1);
    aws.runTaskFailure = { reason: "RESOURCE:FARGATE", detail: "no capacity" };
    await expect(start()).rejects.toThrow("ECS did not start a task of lambda-service: RESOURCE:FARGATE: no capacity.");
    aws.denied.add("RunTask");
    await expect(start()).rejects.toThrow("AWS refuses service:RunTask: allow it");
  });
});

describe("untilRunning", () => {
  test("waits for all, and keeps their order", async () => {
    const { lambda, firelens } = await services();
    const tasks = [
      await startTask(clients.ecs, { service: lambda, load }, "r-lambda", 1),
      await startTask(clients.ecs, { service: firelens, load }, "r-firelens", 1),
    ];
    const running = await untilRunning(clients.ecs, tasks, signal);
    expect(running.map(({ taskArn }) => taskArn)).toEqual(tasks.map(({ taskArn }) => taskArn));
    expect(running.map(({ lastStatus }) => lastStatus)).toEqual(["RUNNING", "RUNNING"]);
  });

  test("tells why a task ended before it ran", async () => {
    aws.onTask = (task) => Object.assign(task, { lastStatus: "STOPPED", stoppedReason: "CannotPullContainerError" });
    const { lambda } = await services();
    const task = await startTask(clients.ecs, { service: lambda, load }, "r", 1);
    await expect(untilRunning(clients.ecs, [task], signal)).rejects.toThrow(
      "A task ended before it had started: CannotPullContainerError.",
    );
  });
});

test("stopTasks stops what it can, and tells the rest", async () => {
  const { lambda } = await services();
  const task = await startTask(clients.ecs, { service: lambda, load }, "r", 1);
  const gone = { ...task, taskArn: `${task.taskArn}0` };
  const left = await stopTasks(clients.ecs, [gone, task]);
  expect(left).toEqual([expect.stringContaining("The referenced task was not found.")]);
  expect((await describeTasks(clients.ecs, [task])).map(({ lastStatus }) => lastStatus)).toEqual(["STOPPED"]);
});

describe("runLoad", () => {
  const short = { ...load, seconds: 1 };

  test("stops the task that started if the other did not", async () => {
    const both = await services();
    aws.onTask = () => {
      aws.runTaskFailure = { reason: "RESOURCE:FARGATE" };
    };
    const ran = runLoad(clients.ecs, { ...both, load: short, id: "0a1b", tailSeconds: 0 }, signal);
    await expect(ran).rejects.toThrow("RESOURCE:FARGATE");
    expect(aws.tasks.map(({ lastStatus }) => lastStatus)).toEqual(["STOPPED"]);
  });

  test("stops both when it is interrupted, and starts none when it was before", async () => {
    const both = await services();
    const settings = { ...both, load: { ...load, seconds: 600 }, id: "0a1b", tailSeconds: 0 };
    const controller = new AbortController();
    aws.onTask = () => {
      if (aws.tasks.length === 2) setTimeout(() => controller.abort(), 200);
    };
    await expect(runLoad(clients.ecs, settings, controller.signal)).rejects.toThrow("abort");
    expect(aws.tasks.map(({ lastStatus }) => lastStatus)).toEqual(["STOPPED", "STOPPED"]);
    await expect(runLoad(clients.ecs, settings, controller.signal)).rejects.toThrow("abort");
    expect(aws.tasks).toHaveLength(2);
  });
});
