import { arrivalLines } from "../../../functions/recorder/arrival-lines.ts";
import { LOAD_ENV } from "../../../infra/parts/comparison-load.ts";
import { forwarderLine } from "../../support/forwarder-line.ts";
import { type AwsServer, CLUSTER, metricKey, type TaskRecord } from "./aws-server.ts";

/** The comparison stack in a server, and what its tasks would leave there. */

export const OUTPUTS = {
  ClusterName: CLUSTER,
  LambdaServiceName: "lambda-service",
  FirelensServiceName: "firelens-service",
  RecorderLogGroup: "/recorder",
  RecorderServiceName: "recorder-service",
  ForwarderLogGroup: "/forwarder",
  ForwarderName: "forwarder-1A2B",
  FirelensProfile: "asDocumented",
  Intake: "recorder",
};
export const APP_LOG_GROUP = "/ecs/comparison-lambda";
const FAMILIES = { lambda: "comparison-lambda", firelens: "comparison-firelens" } as const;

const environment = Object.entries({ linesPerSecond: "100", lineBytes: "200", seconds: "600", seed: "1", run: "-" });

/** Puts the stack's services, definitions and log groups there. */
export function deployComparison(aws: AwsServer): void {
  const app = {
    name: "app",
    environment: environment.map(([field, value]) => ({ name: LOAD_ENV[field as keyof typeof LOAD_ENV], value })),
  };
  const router = { name: "log-router", image: "example.com/aws-for-fluent-bit:3.4.10", firelensConfiguration: {} };
  const awslogs = { logDriver: "awslogs", options: { "awslogs-group": APP_LOG_GROUP } };
  const containers = {
    lambda: [{ ...app, logConfiguration: awslogs }],
    firelens: [router, { ...app, logConfiguration: { logDriver: "awsfirelens", options: {} } }],
  };
  for (const path of ["lambda", "firelens"] as const) {
    const taskDefinition = `arn:aws:ecs:eu-west-1:123456789012:task-definition/${FAMILIES[path]}:3`;
    aws.definitions.set(taskDefinition, {
      family: FAMILIES[path],
      cpu: "256",
      memory: "512",
      runtimePlatform: { cpuArchitecture: "ARM64", operatingSystemFamily: "LINUX" },
      containerDefinitions: containers[path],
    });
    aws.services.set(`${path}-service`, {
      status: "ACTIVE",
      taskDefinition,
      launchType: "FARGATE",
      networkConfiguration: { awsvpcConfiguration: { subnets: ["subnet-1"], assignPublicIp: "ENABLED" } },
    });
  }
  aws.services.set("recorder-service", { status: "ACTIVE", runningCount: 1 });
  for (const group of [APP_LOG_GROUP, "/recorder", "/forwarder"]) aws.logGroups.set(group, []);
}

interface Leaves {
  /** Numbers of lines that don't arrive. */
  readonly lost?: readonly number[];
  /** Whether CloudWatch's metrics show. */
  readonly metrics?: boolean;
}

/** Lines of a delivery and of a request. */
const BATCH = 50;

/**
 * What a task leaves behind: log events, the forwarder's lines, the recorder's records, metrics. Lines are due from now
 * on; over the Lambda all arrive 3.4 s later, over the sidecar 1.6 s.
 */
export function leaveTraces(aws: AwsServer, task: TaskRecord, { lost = [], metrics = true }: Leaves = {}): void {
  const { RUN = "", SECONDS = "0", LINES_PER_SECOND = "0" } = task.environment;
  const startMs = Date.now();
  const lines = Array.from({ length: Number(SECONDS) * Number(LINES_PER_SECOND) }, (_, seq) => ({
    seq,
    dueMs: startMs + Math.round((seq * 1_000) / Number(LINES_PER_SECOND)),
  }));
  const viaLambda = task.family === FAMILIES.lambda;
  for (let first = 0; first < lines.length; first += BATCH) {
    const batch = lines.slice(first, first + BATCH);
    const arriving = batch.filter(({ seq }) => !lost.includes(seq));
    if (viaLambda) leaveDelivery(aws, RUN, batch, arriving.length, startMs, first === 0);
    const arrivedAtMs = startMs + (viaLambda ? 3_400 : 1_600);
    const entries = arriving.map(({ seq, dueMs }) => ({ timestamp: dueMs + 1, marker: { run: RUN, seq, dueMs } }));
    const arrival = { arrivedAtMs, wireBytes: 900, rawBytes: 9_000, contentEncoding: "gzip", entries };
    const records = aws.logGroups.get("/recorder")?.length ?? 0;
    for (const line of arrivalLines(arrival, records + 1)) write(aws, "/recorder", arrivedAtMs, line);
  }
  if (metrics) leaveMetrics(aws, task, viaLambda, startMs, lines.length);
}

type Line = { readonly seq: number; readonly dueMs: number };

function leaveDelivery(
  aws: AwsServer,
  run: string,
  batch: readonly Line[],
  delivered: number,
  startMs: number,
  isCold: boolean,
): void {
  for (const { seq, dueMs } of batch) {
    write(aws, APP_LOG_GROUP, dueMs + 1, `run=${run} seq=${seq} dueMs=${dueMs} INFO order`, startMs + 2_000);
  }
  // The first has its time for itself; the others arrive with it, so that two run at once. Lambda logs nothing of them.
  const endMs = startMs + 3_500;
  const undelivered = batch.length - delivered;
  const line = forwarderLine({
    received: batch.length,
    delivered,
    undelivered,
    ms: 200,
    endMs,
    ...(isCold && { initMs: 150 }),
  });
  write(aws, "/forwarder", endMs, `${line}\n`);
}

function write(aws: AwsServer, group: string, timestamp: number, message: string, ingestionTime = timestamp + 40) {
  aws.logGroups.get(group)?.push({ stream: `stream of ${group}`, timestamp, ingestionTime, message });
}

function leaveMetrics(aws: AwsServer, task: TaskRecord, viaLambda: boolean, startMs: number, lineCount: number): void {
  const minute = Math.floor(startMs / 60_000) * 60_000;
  const put = (namespace: string, metric: string, dimensions: Record<string, string>, value: number) =>
    aws.metrics.set(metricKey(namespace, metric, dimensions), [{ atMs: minute, value }]);
  const taskId = task.taskArn.slice(task.taskArn.lastIndexOf("/") + 1);
  const ofTask = { ClusterName: CLUSTER, TaskDefinitionFamily: task.family, TaskId: taskId };
  put("ECS/ContainerInsights", "CpuUtilized", ofTask, 51.2);
  put("ECS/ContainerInsights", "MemoryUtilized", ofTask, 60);
  if (!viaLambda) {
    const sidecar = { ...ofTask, ContainerName: "log-router" };
    put("ECS/ContainerInsights", "ContainerCpuUtilized", sidecar, 10.24);
    put("ECS/ContainerInsights", "ContainerMemoryUtilized", sidecar, 33);
    return;
  }
  put("AWS/Logs", "IncomingBytes", { LogGroupName: APP_LOG_GROUP }, lineCount * 100);
  put("AWS/Logs", "IncomingLogEvents", { LogGroupName: APP_LOG_GROUP }, lineCount);
  const invocations = Math.ceil(lineCount / BATCH);
  put("AWS/Lambda", "Invocations", { FunctionName: OUTPUTS.ForwarderName }, invocations);
  put("AWS/Lambda", "Duration", { FunctionName: OUTPUTS.ForwarderName }, 203.4 * invocations);
}
