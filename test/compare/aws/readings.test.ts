import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { type Clients, openClients } from "../../../compare/aws/clients.ts";
import { readLogEvents } from "../../../compare/aws/log-events.ts";
import { cpuSecondsOf, metricQueries, peakOf, readMetrics } from "../../../compare/aws/metrics.ts";
import { readUntil } from "../../../compare/aws/readings.ts";
import { AwsCallError } from "../../../tools/aws-call.ts";
import { AWS_CREDENTIALS } from "../../support/aws.ts";
import { type AwsServer, metricKey, startAws } from "./aws-server.ts";

let aws: AwsServer;
let clients: Clients;
beforeAll(async () => {
  aws = await startAws();
  for (const [name, value] of Object.entries(AWS_CREDENTIALS)) vi.stubEnv(name, value);
  vi.stubEnv("AWS_ENDPOINT_URL", aws.endpoint);
  clients = openClients(undefined);
});
afterAll(async () => {
  clients.close();
  vi.unstubAllEnvs();
  await aws.stop();
});
beforeEach(() => {
  for (const state of [aws.denied, aws.throttled, aws.logGroups, aws.metrics]) state.clear();
});

const MINUTE = Date.UTC(2026, 10, 20, 10);

describe("readLogEvents", () => {
  const events = Array.from({ length: 20 }, (_, i) => ({
    stream: `s${i % 2}`,
    timestamp: MINUTE + i,
    ingestionTime: MINUTE + 100 + i,
    message: `line ${i}\n`,
  }));

  test("reads all pages, empty ones among them, from a time on", async () => {
    aws.logGroups.set("/group", events);
    expect(await readLogEvents(clients.logs, "/group", MINUTE + 3)).toEqual(events.slice(3));
    expect(await readLogEvents(clients.logs, "/group", MINUTE + 100)).toEqual([]);
  });

  test("asks again if it was throttled", async () => {
    aws.logGroups.set("/group", events);
    aws.throttled.set("FilterLogEvents", 2);
    expect(await readLogEvents(clients.logs, "/group", MINUTE)).toHaveLength(20);
  });

  test("tells what is not there, and what is not allowed", async () => {
    const read = () => readLogEvents(clients.logs, "/gone", MINUTE);
    await expect(read()).rejects.toThrow(AwsCallError);
    await expect(read()).rejects.toThrow("Is it the right region, and is the stack still deployed?");
    aws.denied.add("FilterLogEvents");
    await expect(read()).rejects.toThrow("AWS refuses service:FilterLogEvents");
  });

  test("ends at once when it is aborted", async () => {
    aws.logGroups.set("/group", events);
    const read = readLogEvents(clients.logs, "/group", MINUTE, AbortSignal.abort());
    await expect(read).rejects.toThrow(expect.objectContaining({ name: "AbortError" }));
  });
});

describe("readMetrics", () => {
  const dimensions = { FunctionName: "f" };
  const query = (metric: string) => ({ namespace: "AWS/Lambda", metric, dimensions, statistic: "Sum" }) as const;

  test("reads every series over several pages, whole minutes of the run alone", async () => {
    const names = ["a", "b", "c", "d", "e"] as const;
    for (const [i, name] of names.entries()) {
      const atMs = [MINUTE - 60_000, MINUTE, MINUTE + 60_000, MINUTE + 120_000];
      aws.metrics.set(
        metricKey("AWS/Lambda", name, dimensions),
        atMs.map((at) => ({ atMs: at, value: i })),
      );
    }
    const queries = Object.fromEntries([...names, "none"].map((name) => [name, query(name)]));
    const read = await readMetrics(clients.cloudwatch, queries, MINUTE + 30_000, MINUTE + 90_000);
    expect(read).toEqual({ a: [0, 0], b: [1, 1], c: [2, 2], d: [3, 3], e: [4, 4], none: [] });
  });

  test("asks for a task's share of a container by the dimensions that Container Insights has", () => {
    const { sidecarCpuUnits, firelensTaskCpuUnits } = metricQueries({
      appLogGroup: "/app",
      forwarderName: "f",
      cluster: "c",
      lambdaTask: { family: "lambda", taskId: "1" },
      firelensTask: { family: "firelens", taskId: "2", sidecar: "log-router" },
    });
    expect(sidecarCpuUnits).toEqual({
      namespace: "ECS/ContainerInsights",
      metric: "ContainerCpuUtilized",
      dimensions: { ClusterName: "c", TaskDefinitionFamily: "firelens", TaskId: "2", ContainerName: "log-router" },
      statistic: "Average",
    });
    expect(firelensTaskCpuUnits.dimensions).toEqual({
      ClusterName: "c",
      TaskDefinitionFamily: "firelens",
      TaskId: "2",
    });
  });

  test("CPU units a minute are seconds of a core", () => {
    expect(cpuSecondsOf([1_024, 512])).toBe(90);
    expect(cpuSecondsOf([])).toBeUndefined();
    expect(peakOf([3, 9, 4])).toBe(9);
    expect(peakOf([])).toBeUndefined();
  });
});

describe("readUntil", () => {
  const { signal } = new AbortController();

  test("reads once if nothing is missing, or nothing is to be waited for", async () => {
    let reads = 0;
    const read = async () => ++reads;
    expect(await readUntil(read, () => true, 60_000, signal)).toBe(1);
    expect(await readUntil(read, () => false, 0, signal)).toBe(2);
  });

  test("reads again until it is whole, and once more when the time is over", async () => {
    let reads = 0;
    const read = async () => ++reads;
    expect(await readUntil(read, (count) => count === 2, 60_000, signal)).toBe(2);
    expect(await readUntil(read, () => false, 100, signal)).toBe(4);
  });

  test("ends when it is aborted while it waits", async () => {
    const controller = new AbortController();
    const read = async () => controller.abort();
    await expect(readUntil(read, () => false, 60_000, controller.signal)).rejects.toThrow("abort");
  });
});
