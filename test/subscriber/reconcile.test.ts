import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Report } from "../../functions/subscriber/subscribe.ts";
import { sumOf } from "../../functions/subscriber/tally.ts";
import { isUnmet } from "../../functions/subscriber/whys.ts";
import { AWS_CREDENTIALS } from "../support/aws.ts";
import { type LogsServer, startLogs } from "../support/logs-server.ts";
import { manualClock } from "../support/sends.ts";
import { ALL, foreign, OURS, ours, settingsFor, startSubscriber } from "../support/subscriber.ts";
import { expectedFilters, madeGroups, notAsExpected, RULE, settle } from "./account.ts";

Object.assign(process.env, AWS_CREDENTIALS);

/** Numbers in [0, 1), the same for a seed. */
function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
const pickerOf = (random: () => number) => (below: number) => Math.floor(random() * below);

const servers: LogsServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.stop()));
});

async function world(seed: number, count: number, limits: Parameters<typeof startLogs>[1] = {}) {
  const random = randomOf(seed);
  const clock = manualClock(random);
  const server = await startLogs(clock, limits);
  servers.push(server);
  const groups = madeGroups(count, pickerOf(random));
  settle(server, groups);
  return { random, clock, server, groups, ...startSubscriber(server, clock, settingsFor(RULE)) };
}

const sum = (reports: readonly Report[], of: (report: Report) => number) =>
  reports.reduce((all, report) => all + of(report), 0);
const unmetOf = (reports: readonly Report[]) => sum(reports, ({ unmet = {} }) => sumOf(unmet));
const changesOf = (reports: readonly Report[]) =>
  sum(reports, ({ added = 0, updated = 0, removed = 0 }) => added + updated + removed);

/** Each log group that was looked at is in one of the counts. */
function expectToAddUp(reports: readonly Report[]): void {
  for (const { logGroups, added = 0, updated = 0, removed = 0, left = {}, unmet = {} } of reports) {
    expect(added + updated + removed + sumOf(left) + sumOf(unmet)).toBe(logGroups);
  }
}

/** Nothing was ever asked for a filter of another name. */
function expectOwnNameOnly(server: LogsServer): void {
  const written = [...server.inputs("PutSubscriptionFilter"), ...server.inputs("DeleteSubscriptionFilter")];
  expect(written.filter(({ filterName }) => filterName !== OURS.name)).toEqual([]);
}

describe("300 log groups", () => {
  let scene: Awaited<ReturnType<typeof world>>;
  beforeEach(async () => {
    scene = await world(12, 300);
  });

  test("are as the rule says after one run, with what can't be told, and nothing is throttled", async () => {
    const { server, groups, toTheEnd } = scene;
    expect(notAsExpected(server, groups).length).toBeGreaterThan(50);
    const reports = await toTheEnd(ALL);
    expect(reports).toHaveLength(1);
    expect(notAsExpected(server, groups)).toEqual([]);
    expectToAddUp(reports);
    expectOwnNameOnly(server);
    const [{ logGroups, throttled, unmet, unmetLogGroups } = {} as Report] = reports;
    // Its own is one of them.
    expect([logGroups, throttled]).toEqual([301, 0]);
    const full = groups.filter(
      (group) =>
        expectedFilters(group).length === 2 &&
        expectedFilters(group).every(({ filterName }) => /other/.test(filterName)),
    );
    expect(Object.keys(unmet ?? {})).toEqual(["full"]);
    expect(unmet?.full).toBeGreaterThan(0);
    expect(full.map(({ name }) => name)).toEqual(expect.arrayContaining(Object.keys(unmetLogGroups ?? {})));
  });

  test("are left alone by the next run", async () => {
    const { server, toTheEnd } = scene;
    await toTheEnd(ALL);
    const puts = server.inputs("PutSubscriptionFilter").length;
    const reports = await toTheEnd(ALL);
    expect(changesOf(reports)).toBe(0);
    // Full ones are tried again: somebody may have made room.
    expect(server.inputs("PutSubscriptionFilter").length - puts).toBe(unmetOf(reports));
  });

  test("with a dry run are told, and not touched", async () => {
    const { server, groups, clock } = scene;
    const before = JSON.stringify([...server.logGroups].map(([name, { filters }]) => [name, ...filters]));
    const dry = startSubscriber(server, clock, settingsFor(RULE, true));
    const reports = await dry.toTheEnd(ALL);
    expect(reports.every(({ dryRun }) => dryRun)).toBe(true);
    expect(JSON.stringify([...server.logGroups].map(([name, { filters }]) => [name, ...filters]))).toBe(before);
    expect(server.inputs("PutSubscriptionFilter")).toEqual([]);
    const wet = await scene.toTheEnd(ALL);
    // Only trying tells which of those with two filters are full.
    expect(changesOf(reports)).toBe(changesOf(wet) + unmetOf(wet));
    expect(notAsExpected(server, groups)).toEqual([]);
  });

  test("in invocations of 15 seconds each: each goes on where the one before ended", async () => {
    const { server, groups, toTheEnd } = scene;
    const reports = await toTheEnd(ALL, 15_000);
    expect(reports.length).toBeGreaterThan(4);
    expect(reports.slice(0, -1).every(({ continued }) => continued)).toBe(true);
    expect(sum(reports, ({ logGroups = 0 }) => logGroups)).toBe(301);
    expect(notAsExpected(server, groups)).toEqual([]);
    expectToAddUp(reports);
    // No group had its filter made twice.
    const put = server.inputs("PutSubscriptionFilter").map(({ logGroupName }) => logGroupName);
    expect(put.length - new Set(put).size).toBe(0);
  });

  test("with a service that takes fewer calls than is usual", async () => {
    const { toTheEnd, server, groups } = await world(12, 300, { writesASecond: 1, readsASecond: 2 });
    const reports = await toTheEnd(ALL, 300_000);
    expect(notAsExpected(server, groups)).toEqual([]);
    expect(sum(reports, ({ throttled = 0 }) => throttled)).toBeGreaterThan(0);
    expect(sum(reports, ({ throttled = 0 }) => throttled)).toBeLessThan(0.3 * sum(reports, ({ calls = 0 }) => calls));
    expect(Object.keys(Object.assign({}, ...reports.map(({ unmet }) => unmet)))).toEqual(["full"]);
  });

  test("with rights for some only: the others are told by name, and the rest is done", async () => {
    const { server, groups, toTheEnd } = scene;
    const denied = {
      DescribeSubscriptionFilters: "/ecs/shop-1",
      ListTagsForResource: "arn:aws:logs:eu-west-1:111122223333:log-group:/ecs/pay-1",
      PutSubscriptionFilter: "/aws/lambda/shop-1",
    };
    server.fault = (operation, { logGroupName, resourceArn }) =>
      String(logGroupName ?? resourceArn).startsWith(denied[operation as keyof typeof denied] ?? "-")
        ? "AccessDeniedException"
        : undefined;
    const [report] = await toTheEnd(ALL);
    const wrong = notAsExpected(server, groups);
    expect(wrong.length).toBeGreaterThan(3);
    expect(report?.unmet?.denied).toBeGreaterThanOrEqual(wrong.length);
    expect(wrong.every((name) => /^\/(ecs\/shop|ecs\/pay|aws\/lambda\/shop)-1/.test(name))).toBe(true);
    server.fault = () => undefined;
    await toTheEnd(ALL);
    expect(notAsExpected(server, groups)).toEqual([]);
  });

  test("whose rule changes: what it does not want any more goes, and nothing else", async () => {
    const { server, groups, toTheEnd, clock } = scene;
    await toTheEnd(ALL);
    const narrow = startSubscriber(server, clock, settingsFor({ include: ["/ecs/shop-*"] }));
    const reports = await narrow.toTheEnd(ALL);
    const with_ = [...server.logGroups].filter(([, { filters }]) => filters.has(OURS.name)).map(([name]) => name);
    expect(with_.length).toBeGreaterThan(10);
    expect(with_.every((name) => name.startsWith("/ecs/shop-"))).toBe(true);
    expect(sum(reports, ({ removed = 0 }) => removed)).toBeGreaterThan(10);
    for (const { name, filters } of groups) {
      const others = filters.filter(({ filterName }) => filterName !== OURS.name);
      const are = [...(server.logGroups.get(name)?.filters.values() ?? [])];
      expect(are.filter(({ filterName }) => filterName !== OURS.name)).toEqual(others);
    }
  });
});

describe("whatever happens meanwhile", () => {
  test("log groups that come and go, and filters that others make: the next run has all of it right", async () => {
    const { server, groups, toTheEnd, random } = await world(3, 120);
    const pick = pickerOf(random);
    const added = madeGroups(40, pick).map((group, i) => ({ ...group, name: `${group.name}-new-${i}` }));
    const waiting = [...added];
    const taken: string[] = [];
    server.meanwhile = (operation, { logGroupName }) => {
      if (operation !== "DescribeSubscriptionFilters" && operation !== "PutSubscriptionFilter") return;
      const next = pick(4) === 0 ? waiting.shift() : undefined;
      if (next) server.make(next.name, next);
      // The one that is being looked at, or changed.
      if (pick(12) === 0) taken.push(String(logGroupName));
      if (taken.at(-1) === logGroupName) server.logGroups.delete(String(logGroupName));
    };
    const reports = await toTheEnd(ALL, 20_000);
    expectToAddUp(reports);
    expect(taken.length).toBeGreaterThan(5);
    expect(sum(reports, ({ left = {} }) => left.gone ?? 0)).toBeGreaterThan(0);
    server.meanwhile = () => undefined;
    for (const group of waiting) server.make(group.name, group);
    await toTheEnd(ALL);
    expect(notAsExpected(server, [...groups, ...added])).toEqual([]);
    expectOwnNameOnly(server);
  });

  test("two runs at once end as one does", async () => {
    const { server, groups, toTheEnd, clock } = await world(5, 60, { writesASecond: 50, readsASecond: 50 });
    const second = startSubscriber(server, clock, settingsFor(RULE));
    await Promise.all([toTheEnd(ALL), second.toTheEnd(ALL)]);
    expect(notAsExpected(server, groups)).toEqual([]);
  });

  const FAULTS = [
    "ThrottlingException",
    "ServiceUnavailableException",
    "OperationAbortedException",
    "AccessDeniedException",
  ];

  /** Seeded: faults of all kinds, short invocations, none of which may forget a log group. */
  test("after any faults, what is not as it should be was told, or has its turn yet", async () => {
    const seeds = fc.record({
      seed: fc.nat(),
      often: fc.constantFrom(0, 0.02, 0.2, 0.6),
      seconds: fc.integer({ min: 5, max: 60 }),
      count: fc.integer({ min: 0, max: 60 }),
    });
    await fc.assert(
      fc.asyncProperty(seeds, async ({ seed, often, seconds, count }) => {
        const { server, groups, toTheEnd, random } = await world(seed, count);
        server.fault = (operation) =>
          operation !== "DescribeLogGroups" && random() < often
            ? FAULTS[Math.floor(random() * FAULTS.length)]
            : undefined;
        const reports = await toTheEnd(ALL, seconds * 1_000);
        expectToAddUp(reports);
        expectOwnNameOnly(server);
        const rest = reports.at(-1)?.continued ? 0 : (reports.at(-1)?.rest?.logGroups ?? 0);
        expect(sum(reports, ({ logGroups = 0 }) => logGroups) + rest).toBe(count + 1);
        const told = unmetOf(reports) + sum(reports, ({ left = {} }) => left.excludedUnseen ?? 0);
        expect(notAsExpected(server, groups).length).toBeLessThanOrEqual(told + rest);
        server.fault = () => undefined;
        await toTheEnd(ALL);
        expect(notAsExpected(server, groups)).toEqual([]);
        await server.stop();
      }),
      { numRuns: 60 },
    );
  });
});

describe("a log group that was just made", () => {
  test("is subscribed alone, though there are others whose names begin alike", async () => {
    const { server, invoke } = await world(1, 0);
    for (const name of ["/ecs/new", "/ecs/new-2", "/ecs/old"]) server.make(name, { tags: { team: "a" } });
    const report = await invoke({ kind: "one", logGroup: "/ecs/new" });
    expect(report).toMatchObject({ work: "one", logGroups: 1, added: 1 });
    expect(server.inputs("PutSubscriptionFilter").map(({ logGroupName }) => logGroupName)).toEqual(["/ecs/new"]);
  });

  test("is waited for, if it is not listed yet, and is no fault if it is gone again", async () => {
    const { server, invoke } = await world(1, 0);
    let listings = 0;
    server.meanwhile = (operation) => {
      if (operation === "DescribeLogGroups" && ++listings === 3) server.make("/ecs/new", { tags: { team: "a" } });
    };
    expect(await invoke({ kind: "one", logGroup: "/ecs/new" })).toMatchObject({ added: 1 });
    expect(await invoke({ kind: "one", logGroup: "/ecs/gone" })).toMatchObject({ logGroups: 0, unmet: {} });
  });

  test("a hundred at once, an invocation each: none is forgotten, whatever is throttled", async () => {
    const { server, invoke } = await world(1, 0);
    const names = Array.from({ length: 100 }, (_, i) => `/ecs/burst-${i}`);
    for (const name of names) server.make(name, { tags: { team: "a" } });
    const reports = await Promise.all(names.map((logGroup) => invoke({ kind: "one", logGroup })));
    expect(sum(reports, ({ throttled = 0 }) => throttled)).toBeGreaterThan(0);
    const subscribed = names.filter((name) => server.logGroups.get(name)?.filters.has(OURS.name)).length;
    expect([sum(reports, ({ added = 0 }) => added), unmetOf(reports)]).toEqual([subscribed, 100 - subscribed]);
    await invoke(ALL);
    expect(names.every((name) => server.logGroups.get(name)?.filters.has(OURS.name))).toBe(true);
  });
});

test("a pattern and a role of a stream are as wished", async () => {
  const { server, clock } = await world(1, 0);
  server.make("/ecs/a", { filters: [ours(), foreign()] });
  const toStream = {
    name: OURS.name,
    destinationArn: "arn:aws:kinesis:eu-west-1:111122223333:stream/logs",
    roleArn: "arn:aws:iam::111122223333:role/logs",
    distribution: "Random",
    pattern: "?ERROR ?WARN",
  };
  const settings = { wish: { filter: toStream, rule: { include: ["*"] } }, dryRun: false };
  const [report] = await startSubscriber(server, clock, settings).toTheEnd(ALL);
  expect(report).toMatchObject({ updated: 1 });
  expect(server.logGroups.get("/ecs/a")?.filters.get(OURS.name)).toEqual({
    filterName: toStream.name,
    filterPattern: "?ERROR ?WARN",
    destinationArn: toStream.destinationArn,
    roleArn: toStream.roleArn,
    distribution: "Random",
  });
});

test("reasons that count for the alarm are those that need somebody", () => {
  expect(["full", "denied", "throttled", "refused", "failed"].every((why) => isUnmet(why as "full"))).toBe(true);
});
