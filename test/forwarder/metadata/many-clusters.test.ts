import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { awsMetadataClients } from "../../../functions/forwarder/metadata/clients.ts";
import { createMetadataLookup } from "../../../functions/forwarder/metadata/lookup.ts";
import { readTask } from "../../../functions/forwarder/metadata/read-task.ts";
import { createSearchBudget, SEARCH_CALLS } from "../../../functions/forwarder/metadata/search-budget.ts";
import type { MetadataNames } from "../../../functions/forwarder/metadata/types.ts";
import { AWS_CREDENTIALS } from "../../support/aws.ts";
import { type EcsServer, ecsTask, startEcs } from "../../support/ecs-server.ts";
import { manualClock } from "../../support/sends.ts";

const ACCOUNT = "111122223333";
/** More than any look-up here takes, so that nothing but the test's own doing ends it. */
const AMPLE_MS = 20_000;
const SECOND = 1_000;
const MINUTE = 60_000;

let ecs: EcsServer;
beforeEach(async () => {
  for (const [name, value] of Object.entries(AWS_CREDENTIALS)) vi.stubEnv(name, value);
  ecs = await startEcs("eu-west-1", ACCOUNT);
  ecs.definitions.set(`arn:aws:ecs:eu-west-1:${ACCOUNT}:task-definition/shop-api:7`, [{ name: "app" }]);
});
afterEach(async () => {
  await ecs.stop();
  vi.unstubAllEnvs();
});

const taskId = (n: number) => n.toString(16).padStart(32, "0");

function put(cluster: string, ...tasks: number[]): void {
  const known = ecs.clusters.get(cluster) ?? new Map();
  for (const n of tasks) known.set(taskId(n), ecsTask(cluster, taskId(n)));
  ecs.clusters.set(cluster, known);
}
const putClusters = (count: number) => {
  for (let i = 0; i < count; i++) put(`c${i}`);
};

/** A sandbox of the forwarder. */
function sandbox(random?: () => number) {
  const clock = manualClock(random);
  const clients = awsMetadataClients({ endpoint: ecs.endpoint, requestTimeoutMs: AMPLE_MS });
  const { lookUp, learn } = createMetadataLookup({ ecs: true }, clients, clock);
  const clusterOf = async (n: number, more: Partial<MetadataNames> = {}) => {
    const names: MetadataNames = {
      logGroup: "/ecs/shop",
      account: ACCOUNT,
      ecs: { container: "app", taskId: taskId(n) },
      functionArn: `arn:aws:lambda:eu-west-1:${ACCOUNT}:function:forwarder`,
      ...more,
    };
    return (await lookUp(names, AMPLE_MS)).task?.cluster;
  };
  return { clock, clusterOf, learn };
}

/** Names of the clusters that were asked since the last time. */
function askedClusters(): string[] {
  const asked = ecs.inputs("DescribeTasks").map(({ cluster }) => String(cluster).replace(/^.*\//, ""));
  ecs.requests.length = 0;
  return asked;
}
const calls = () => ecs.requests.filter(({ operation }) => operation !== "DescribeTaskDefinition").length;

describe("what is known of a task's cluster spares the search", () => {
  test("an event of any task there", async () => {
    putClusters(30);
    put("c17", 1);
    const { clusterOf, learn } = sandbox();
    const event = readTask(ecsTask("c17", taskId(99)));
    if (event) learn(event);
    expect(await clusterOf(1)).toBe("c17");
    expect(ecs.inputs("ListClusters")).toEqual([]);
    expect(askedClusters()).toEqual(["c17"]);
  });

  test("an earlier task of any log group, if the group's own cluster does not have it", async () => {
    putClusters(30);
    put("c3", 1);
    put("c5", 2, 3);
    const { clusterOf } = sandbox();
    await clusterOf(1, { clusterHint: "c3" });
    await clusterOf(2, { clusterHint: "c5", logGroup: "/ecs/other" });
    askedClusters();
    expect(await clusterOf(3)).toBe("c5");
    expect(ecs.inputs("ListClusters")).toEqual([]);
    expect(askedClusters()).toEqual(["c3", "c5"]);
  });

  test("both clusters of a group whose service moves", async () => {
    putClusters(30);
    put("blue", 1, 3, 5);
    put("green", 2, 4);
    const { clusterOf } = sandbox();
    await clusterOf(1, { clusterHint: "blue" });
    await clusterOf(2, { clusterHint: "green" });
    askedClusters();
    expect([await clusterOf(3), await clusterOf(4), await clusterOf(5)]).toEqual(["blue", "green", "blue"]);
    // The last one comes first.
    expect(askedClusters()).toEqual(["green", "blue", "blue", "green", "green", "blue"]);
  });
});

describe("a search", () => {
  test("asks so many clusters at a time, goes on where it was, and asks none twice", async () => {
    putClusters(3 * SEARCH_CALLS - 1);
    put("last", 1);
    // Each one is put before the others.
    let next = 0;
    const { clock, clusterOf } = sandbox(() => next++ / 1_000);
    const asked: string[] = [];
    for (let window = 0; window < 3; window++) {
      const cluster = await clusterOf(1);
      expect(cluster).toBe(window === 2 ? "last" : undefined);
      // The next delivery, a moment later.
      if (window < 2) expect(await clusterOf(1)).toBeUndefined();
      const now = askedClusters();
      expect(now).toHaveLength(SEARCH_CALLS);
      asked.push(...now);
      clock.nowMs += 10 * SECOND;
    }
    expect(new Set(asked).size).toBe(3 * SEARCH_CALLS);
  });

  test("for many tasks at once takes no more calls than for one", async () => {
    putClusters(50);
    const { clusterOf } = sandbox();
    await Promise.all(Array.from({ length: 80 }, (_, n) => clusterOf(n + 1)));
    const asked = askedClusters();
    expect(asked).toHaveLength(SEARCH_CALLS);
    expect(new Set(asked).size).toBe(SEARCH_CALLS);
  });

  test("begins elsewhere in each sandbox", async () => {
    putClusters(16);
    const first = async (seed: number) => {
      let next = 0;
      await sandbox(() => (((next++ + 1) * seed) % 17) / 17).clusterOf(1);
      return askedClusters()[0];
    };
    const firsts = new Set<string | undefined>();
    for (const seed of [3, 5, 7, 11]) firsts.add(await first(seed));
    expect(firsts.size).toBeGreaterThan(1);
  });

  test("that found nothing is made again after a minute, and ever more rarely, up to an hour", async () => {
    putClusters(5);
    const { clock, clusterOf } = sandbox();
    const waitsMin: number[] = [];
    for (let minutes = 0, before = 0; waitsMin.length < 6; minutes++, clock.nowMs += MINUTE) {
      await clusterOf(1);
      if (askedClusters().length === 0) continue;
      waitsMin.push(minutes - before);
      before = minutes;
    }
    expect(waitsMin).toEqual([0, 1, 4, 16, 60, 60]);
  });
});

describe("ECS throttles", () => {
  test("a search ends at once, and none begins for a while: longer after each throttle", async () => {
    putClusters(40);
    const { clock, clusterOf } = sandbox();
    ecs.throttled.add("DescribeTasks");
    const callsAtS = new Map<number, number>();
    for (let s = 0; s < 120; s++, clock.nowMs += SECOND) {
      // Every delivery is of a task that was not seen before.
      await clusterOf(1_000 + s);
      const made = ecs.inputs("DescribeTasks").length;
      if (made > 0) callsAtS.set(s, made);
      ecs.requests.length = 0;
    }
    expect([...callsAtS.keys()]).toEqual([0, 10, 30, 70]);
    for (const made of callsAtS.values()) expect(made).toBeLessThanOrEqual(4);
  });

  test("a list of clusters that is throttled is not asked for again meanwhile", async () => {
    putClusters(3);
    const { clock, clusterOf } = sandbox();
    ecs.throttled.add("ListClusters");
    for (let s = 0; s < 10; s++, clock.nowMs += SECOND) await clusterOf(1_000 + s);
    expect(calls()).toBe(1);
    ecs.throttled.clear();
    put("c1", 1);
    expect(await clusterOf(1)).toBe("c1");
  });

  test("a call to a cluster that is known for the task is made all the same, as soon as it may be", async () => {
    putClusters(40);
    put("c1", 1, 2);
    const { clock, clusterOf } = sandbox();
    expect(await clusterOf(1, { clusterHint: "c1" })).toBe("c1");
    ecs.throttled.add("DescribeTasks");
    await clusterOf(77, { logGroup: "/ecs/other" });
    ecs.throttled.clear();
    askedClusters();
    clock.nowMs += SECOND;
    expect(await clusterOf(2)).toBe("c1");
    expect(askedClusters()).toEqual(["c1"]);
  });

  test("a known cluster that is throttled is no reason to ask the others", async () => {
    putClusters(10);
    ecs.throttled.add("DescribeTasks");
    const { clusterOf } = sandbox();
    await clusterOf(1, { clusterHint: "c1" });
    expect(askedClusters()).toEqual(["c1"]);
    // Nor for a task without a clue.
    ecs.throttled.clear();
    await clusterOf(2);
    expect(calls()).toBe(0);
  });

  test("a hundred sandboxes make a few calls each, and try again at other times", async () => {
    putClusters(40);
    ecs.throttled.add("DescribeTasks");
    const pausesS = new Set<number>();
    let made = 0;
    for (let n = 0; n < 100; n++) {
      const { clock, clusterOf } = sandbox(() => n / 100);
      await clusterOf(1);
      made += calls();
      ecs.requests.length = 0;
      const before = clock.nowMs;
      while (calls() === 0) {
        clock.nowMs += SECOND;
        await clusterOf(1);
      }
      pausesS.add((clock.nowMs - before) / SECOND);
      ecs.requests.length = 0;
    }
    // A list of clusters in 20 pages, and four calls at most.
    expect(made / 100).toBeLessThanOrEqual(24);
    expect(Math.min(...pausesS)).toBeGreaterThanOrEqual(5);
    expect(pausesS.size).toBeGreaterThan(8);
  });
});

describe("a search's budget", () => {
  test("is full again after ten seconds, by whichever clock", () => {
    const clock = manualClock();
    const { take } = createSearchBudget(clock);
    const takeAll = () => Array.from({ length: 100 }, take).filter(Boolean).length;
    expect(takeAll()).toBe(SEARCH_CALLS);
    clock.nowMs += 9_999;
    expect(takeAll()).toBe(0);
    clock.nowMs += 1;
    expect(takeAll()).toBe(SEARCH_CALLS);
  });

  test("pauses for no more than seven minutes and a half, and briefly again after a search that ended", () => {
    const clock = manualClock(() => 0.999);
    const budget = createSearchBudget(clock);
    const pauseMs = () => {
      budget.throttled();
      const before = clock.nowMs;
      while (budget.isPaused()) clock.nowMs += 100;
      return clock.nowMs - before;
    };
    const pauses = Array.from({ length: 10 }, pauseMs);
    expect(Math.max(...pauses)).toBeLessThanOrEqual(450_000);
    expect(pauses[0]).toBeLessThanOrEqual(15_000);
    budget.ended();
    expect(pauseMs()).toBeLessThanOrEqual(15_000);
  });
});
