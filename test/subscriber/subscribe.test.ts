import { afterEach, describe, expect, test } from "vitest";
import { ConfigError } from "../../functions/settings/config.ts";
import { reportFields } from "../../functions/subscriber/report.ts";
import { ownLogGroupArn } from "../../functions/subscriber/stop-sign.ts";
import { subscribe } from "../../functions/subscriber/subscribe.ts";
import { asEvent, type StackRequest, type Work, workOf } from "../../functions/subscriber/work.ts";
import { AWS_CREDENTIALS } from "../support/aws.ts";
import { type LogsServer, startLogs } from "../support/logs-server.ts";
import { manualClock } from "../support/sends.ts";
import { ALL, foreign, OURS, OWN_GROUP, ours, settingsFor, startSubscriber } from "../support/subscriber.ts";
import { madeGroups, notAsExpected, RULE, settle } from "./account.ts";

Object.assign(process.env, AWS_CREDENTIALS);

const servers: LogsServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.stop()));
});

async function world(settings: Parameters<typeof startSubscriber>[2] = settingsFor(RULE)) {
  const clock = manualClock();
  const server = await startLogs(clock);
  servers.push(server);
  server.make(OWN_GROUP);
  return { clock, server, ...startSubscriber(server, clock, settings) };
}

const REQUEST: StackRequest = {
  RequestType: "Delete",
  ResponseURL: "https://example.com/signed",
  StackId: "arn:stack",
  RequestId: "request-1",
  LogicalResourceId: "Subscriber",
  PhysicalResourceId: OURS.name,
};
const removal = (request: Partial<StackRequest> = {}): Work => ({
  kind: "deleted",
  request: { ...REQUEST, ...request },
  part: 1,
  sinceMs: 0,
  unmet: 0,
});
const DEPLOYED: Work = { kind: "deployed", request: { ...REQUEST, RequestType: "Update" } };

/** Log groups that have a filter of ours. */
const withOurs = (server: LogsServer) =>
  [...server.logGroups].filter(([, { filters }]) => filters.has(OURS.name)).map(([name]) => name);

describe("an event asks for", () => {
  const trail = (detail: unknown) => ({ "detail-type": "AWS API Call via CloudTrail", source: "aws.logs", detail });
  test.each<[string, unknown, Work]>([
    ["all, on a schedule", { "detail-type": "Scheduled Event", detail: {} }, ALL],
    ["all, by hand", {}, ALL],
    ["all, whatever it is", null, ALL],
    ["all, without doing it", { dryRun: true }, { ...ALL, dryRun: true } as Work],
    [
      "one, when it was made",
      trail({ eventName: "CreateLogGroup", requestParameters: { logGroupName: "/ecs/new" } }),
      { kind: "one", logGroup: "/ecs/new" },
    ],
    [
      "one, when its tags change",
      trail({
        eventName: "TagResource",
        requestParameters: { resourceArn: "arn:aws:logs:eu-west-1:111122223333:log-group:/ecs/old:*" },
      }),
      { kind: "one", logGroup: "/ecs/old" },
    ],
    ["all, if the name is missing", trail({ eventName: "CreateLogGroup", requestParameters: null }), ALL],
    ["removal, when the stack is deleted", REQUEST, { ...removal(), sinceMs: 7 } as Work],
    [
      "all, when it was deployed",
      { ...REQUEST, RequestType: "Create" },
      { kind: "deployed", request: { ...REQUEST, RequestType: "Create" } },
    ],
  ])("%s", (_, event, work) => {
    expect(workOf(event, 7)).toEqual(work);
  });

  test("what the invocation before left over, as it said it", () => {
    for (const work of [{ ...ALL, part: 3, after: "/ecs/m" } as Work, removal()]) {
      expect(workOf(JSON.parse(asEvent(work)), 9)).toEqual(work);
    }
  });
});

describe("when the stack is deployed", () => {
  test("CloudFormation is told at once, and all is subscribed then", async () => {
    const { server, answers, invoke, clock } = await world();
    const groups = madeGroups(60, (below) => Math.floor(below / 3));
    settle(server, groups);
    let writesBefore = -1;
    server.meanwhile = () => {
      if (answers.length === 1 && writesBefore < 0) writesBefore = server.inputs("PutSubscriptionFilter").length;
    };
    const report = await invoke(DEPLOYED);
    expect(answers).toEqual([{ status: "SUCCESS", reason: "The subscriber runs.", physicalId: OURS.name }]);
    expect(writesBefore).toBe(0);
    expect(report).toMatchObject({ work: "deployed", logGroups: 61 });
    expect(notAsExpected(server, groups)).toEqual([]);
    expect(clock.nowMs).toBeGreaterThan(0);
  });

  test("with settings that are not right, the deployment fails and says why", async () => {
    const { server, answers, invoke } = await world(new ConfigError(["include is empty."]));
    await invoke(DEPLOYED);
    expect(answers).toMatchObject([{ status: "FAILED", reason: expect.stringContaining("include is empty.") }]);
    expect(server.requests).toEqual([]);
    await expect(invoke(ALL)).rejects.toThrow("include is empty.");
  });
});

describe("when the stack is deleted", () => {
  test("its filters go, and nothing else", async () => {
    const { server, answers, toTheEnd } = await world();
    server.make("/ecs/a", { filters: [ours(), foreign()] });
    server.make("/ecs/b", { filters: [ours({ filterPattern: "ERROR" })] });
    server.make("/ecs/c", { filters: [foreign()] });
    const deployedByCdk = { ...ours(), filterName: "sidecarless-logs" };
    server.make("/ecs/d", { filters: [deployedByCdk] });
    const [report] = await toTheEnd(removal());
    expect(report).toMatchObject({ work: "deleted", removed: 2, unmet: {} });
    expect(answers).toEqual([{ status: "SUCCESS", reason: "All filters are removed.", physicalId: OURS.name }]);
    expect(
      [...server.logGroups].flatMap(([name, { filters }]) => [...filters.keys()].map((its) => [name, its])),
    ).toEqual([
      ["/ecs/a", "other-1"],
      ["/ecs/c", "other-1"],
      ["/ecs/d", "sidecarless-logs"],
    ]);
  });

  test("it takes as many invocations as it needs, and CloudFormation waits for the last", async () => {
    const { server, answers, invoke, next } = await world();
    for (let i = 0; i < 150; i++) server.make(`/ecs/${i}`, { filters: [ours()] });
    let report = await invoke(removal(), 25_000);
    let parts = 1;
    for (let work = next.shift(); work; work = next.shift()) {
      expect([report.continued, answers]).toEqual([true, []]);
      report = await invoke(work, 15_000);
      parts += 1;
    }
    expect(parts).toBeGreaterThan(3);
    expect(withOurs(server)).toEqual([]);
    expect(answers).toMatchObject([{ status: "SUCCESS", reason: "All filters are removed." }]);
  });

  test("a run that is under way puts nothing any more", async () => {
    const { server, toTheEnd, clock } = await world();
    for (let i = 0; i < 80; i++) server.make(`/ecs/${i}`, { tags: { team: "a" } });
    const other = startSubscriber(server, clock, settingsFor(RULE));
    let running: Promise<unknown> | undefined;
    server.meanwhile = (operation) => {
      const puts = server.inputs("PutSubscriptionFilter").length;
      if (operation === "PutSubscriptionFilter" && puts === 10) running ??= toTheEnd(removal());
    };
    const [report] = await other.toTheEnd(ALL);
    await running;
    expect(running).toBeDefined();
    expect(report).toMatchObject({ stoppedBy: "deleted" });
    expect(withOurs(server)).toEqual([]);
  });

  test("and deployed again with its log group kept, it subscribes again", async () => {
    const { server, toTheEnd } = await world();
    server.make("/ecs/a", { tags: { team: "a" } });
    await toTheEnd(ALL);
    await toTheEnd(removal());
    expect(withOurs(server)).toEqual([]);
    expect(await toTheEnd(ALL)).toMatchObject([{ added: 0, stoppedBy: "deleted" }]);
    await toTheEnd(DEPLOYED);
    expect(withOurs(server)).toEqual(["/ecs/a"]);
  });

  test("it ends in any case: what could not be removed is told", async () => {
    const { server, answers, toTheEnd } = await world();
    for (let i = 0; i < 30; i++) server.make(`/ecs/${i}`, { filters: [ours()] });
    server.fault = (operation, { logGroupName }) =>
      operation === "DeleteSubscriptionFilter" && String(logGroupName).endsWith("7")
        ? "AccessDeniedException"
        : undefined;
    const [report] = await toTheEnd(removal());
    expect(report?.unmet).toEqual({ denied: 3 });
    expect(withOurs(server)).toEqual(["/ecs/7", "/ecs/17", "/ecs/27"]);
    expect(answers).toMatchObject([
      { status: "SUCCESS", reason: expect.stringMatching(/^3 log groups may still have/) },
    ]);
  });

  test.each(["AccessDeniedException", "ThrottlingException"])(
    "also if nothing is listed for ever: %s",
    async (code) => {
      const { server, answers, toTheEnd } = await world();
      server.fault = (operation) => (operation === "DescribeLogGroups" ? code : undefined);
      await toTheEnd(removal());
      expect(answers).toMatchObject([{ status: "SUCCESS", reason: expect.stringContaining("Remove those by hand.") }]);
      expect(server.inputs("DescribeLogGroups").length).toBeLessThan(200);
    },
  );

  test("also if no invocation can go on, or after 50 minutes", async () => {
    const { server, answers, invoke, clock } = await world();
    for (let i = 0; i < 150; i++) server.make(`/ecs/${i}`, { filters: [ours()] });
    const { kind, request } = removal() as Extract<Work, { kind: "deleted" }>;
    await invoke({ kind, request, part: 2, sinceMs: clock.now() - 51 * 60_000, unmet: 0 }, 5_000);
    expect(answers).toMatchObject([{ status: "SUCCESS", reason: expect.stringContaining("Not all log groups") }]);
    const lonely = startSubscriber(server, clock, settingsFor(RULE));
    const alone = { ...lonely.subscriber, goOn: async () => "TooManyRequestsException" };
    const report = await subscribe(alone, removal(), clock.nowMs + 15_000);
    expect(report.notContinued).toBe("TooManyRequestsException");
    expect(lonely.answers).toMatchObject([{ status: "SUCCESS" }]);
  });

  test("settings that are not right are no hindrance", async () => {
    const { server, answers, toTheEnd } = await world(new ConfigError(["anything"]));
    server.make("/ecs/a", { filters: [ours()] });
    await toTheEnd(removal());
    expect([withOurs(server), answers[0]?.status]).toEqual([[], "SUCCESS"]);
  });

  test("a resource that never came to be takes nothing away", async () => {
    const { server, answers, toTheEnd } = await world();
    server.make("/ecs/a", { filters: [ours()] });
    for (const PhysicalResourceId of [undefined, "2026/11/25/[$LATEST]0a", "sidecarless-logs"]) {
      await toTheEnd(removal({ PhysicalResourceId }));
    }
    expect(answers.map(({ status }) => status)).toEqual(["SUCCESS", "SUCCESS", "SUCCESS"]);
    expect(withOurs(server)).toEqual(["/ecs/a"]);
    expect(server.requests).toEqual([]);
  });

  test("filters of an earlier name go, and the subscriber stays", async () => {
    const { server, toTheEnd } = await world();
    server.make("/ecs/a", {
      tags: { team: "a" },
      filters: [{ ...ours(), filterName: "sidecarless-before@rule" }, ours()],
    });
    server.make("/ecs/b", { tags: { team: "a" } });
    await toTheEnd(removal({ PhysicalResourceId: "sidecarless-before@rule" }));
    expect([...(server.logGroups.get("/ecs/a")?.filters.keys() ?? [])]).toEqual([OURS.name]);
    expect(await toTheEnd(ALL)).toMatchObject([{ added: 1, left: { upToDate: 1 } }]);
  });
});

describe("the report line", () => {
  test("counts for the alarm what is not as the rule says, and what waits without anybody going on", () => {
    const fields = reportFields({
      work: "all",
      logGroups: 9,
      added: 2,
      removed: 1,
      left: { upToDate: 3 },
      unmet: { full: 2, denied: 1 },
      rest: { logGroups: 5, after: "/ecs/m" },
      stoppedBy: "deadline",
      again: true,
      notContinued: "after 12 parts",
    });
    expect(fields).toMatchObject({ SubscriberLogGroups: 9, SubscriberChanges: 3, SubscriberUnmet: 8, waiting: 5 });
    expect(reportFields({ work: "all", continued: true, rest: { logGroups: 5 } })).toMatchObject({
      SubscriberUnmet: 0,
    });
    expect(reportFields({ work: "all", dryRun: true, added: 4 })).toMatchObject({ SubscriberChanges: 0, added: 4 });
  });

  test("of a listing that never came counts one at least: nobody knows how many there are", () => {
    expect(reportFields({ work: "one", rest: { logGroups: 0 } })).toMatchObject({ SubscriberUnmet: 1 });
  });
});

test("a function's own log group has an ARN", () => {
  const fn = "arn:aws-cn:lambda:cn-north-1:111122223333:function:subscriber:live";
  expect(ownLogGroupArn(fn, OWN_GROUP)).toBe(`arn:aws-cn:logs:cn-north-1:111122223333:log-group:${OWN_GROUP}`);
});
