import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import http from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { text } from "node:stream/consumers";
import { afterEach, beforeEach, expect, test } from "vitest";
import { LOG_GROUP_RULE_FILE, SUBSCRIBER_ENV } from "../../functions/subscriber/environment.ts";
import type { LogGroupRule } from "../../functions/subscriber/rule.ts";
import { workOf } from "../../functions/subscriber/work.ts";
import { type LocalFunction, localFunction } from "../../tools/lambda/lambda-process.ts";
import { AWS_CREDENTIALS } from "../support/aws.ts";
import { BUNDLES } from "../support/bundle.ts";
import { readEmf } from "../support/emf.ts";
import { type LogsServer, startLogs } from "../support/logs-server.ts";
import { manualClock } from "../support/sends.ts";
import { OURS } from "../support/subscriber.ts";

let folder: string;
let logs: LogsServer;
let others: http.Server;
/** What was asked of Lambda, and told to CloudFormation: path → bodies. */
let told: { readonly url: string; readonly body: string }[];
let functions: LocalFunction[];

beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), "subscriber-"));
  logs = await startLogs(manualClock(), { readsASecond: 10_000, writesASecond: 10_000 });
  told = [];
  functions = [];
  others = http.createServer(async (request, response) => {
    told.push({ url: decodeURIComponent(request.url ?? ""), body: await text(request) });
    response.writeHead(request.method === "POST" ? 202 : 200).end();
  });
  await new Promise<void>((resolve) => others.listen(0, "127.0.0.1", resolve));
});
afterEach(async () => {
  await Promise.all(functions.map((each) => each.kill()));
  others.close().closeAllConnections();
  await logs.stop();
  rmSync(folder, { recursive: true });
});

const otherUrl = () => `http://127.0.0.1:${(others.address() as AddressInfo).port}`;

/** The built function with a rule beside it, as it is deployed. */
function subscriberWith(rule: LogGroupRule, timeoutMs = 30_000): LocalFunction {
  cpSync(path.dirname(BUNDLES.subscriber), folder, { recursive: true });
  writeFileSync(path.join(folder, LOG_GROUP_RULE_FILE), JSON.stringify(rule));
  const made = localFunction({
    functionName: "subscriber",
    bundle: path.join(folder, "index.mjs"),
    environment: {
      ...AWS_CREDENTIALS,
      AWS_ENDPOINT_URL_CLOUDWATCH_LOGS: logs.endpoint,
      AWS_ENDPOINT_URL_LAMBDA: otherUrl(),
      [SUBSCRIBER_ENV.destinationArn]: OURS.destinationArn,
      [SUBSCRIBER_ENV.filterName]: OURS.name,
    },
    timeoutMs,
    memoryMb: 256,
  });
  functions.push(made);
  return made;
}

test("the built function subscribes a new log group, and says so in a line", async () => {
  logs.make("/ecs/new");
  const detail = { eventName: "CreateLogGroup", requestParameters: { logGroupName: "/ecs/new" } };
  const { outcome, stdout } = await subscriberWith({ include: ["/ecs/*"] }).invoke({ detail });
  expect(outcome).toMatchObject({ status: "returned", value: { work: "one", added: 1 } });
  expect(logs.logGroups.get("/ecs/new")?.filters.get(OURS.name)).toMatchObject({ destinationArn: OURS.destinationArn });
  const { metrics, fields } = readEmf(stdout.trimEnd());
  expect([...metrics].map(([name, { values }]) => [name, values[0]])).toEqual([
    ["SubscriberLogGroups", 1],
    ["SubscriberChanges", 1],
    ["SubscriberUnmet", 0],
  ]);
  expect(fields).toMatchObject({ work: "one", added: 1, FunctionName: "subscriber" });
});

test("has Lambda run it again with what it had no time for", async () => {
  // It asks ten times a second at most, and has half of this time: far too little for all, and enough to begin with some.
  for (let i = 100; i < 400; i++) logs.make(`/rds/${i}`);
  const { outcome } = await subscriberWith({ include: ["/ecs/*"] }, 8_000).invoke({});
  const { value } = outcome as { value: { logGroups: number; rest: { after: string }; continued: boolean } };
  expect(value).toMatchObject({ stoppedBy: "deadline", continued: true });
  expect(value.logGroups).toBeGreaterThan(0);
  expect(told).toHaveLength(1);
  expect(told[0]?.url).toMatch(/\/functions\/.*subscriber.*\/invocations/);
  const next = workOf(JSON.parse(told[0]?.body ?? ""), 0);
  expect(next).toEqual({ kind: "all", part: 2, after: value.rest.after });
  expect(next).toMatchObject({ after: `/rds/${99 + value.logGroups}` });
});

test("with a rule that is not right it fails the deployment, and says what is wrong", async () => {
  const broken = subscriberWith({ include: ["/ecs/{a,b}"] });
  const request = { RequestType: "Create", ResponseURL: `${otherUrl()}/answer`, RequestId: "r", StackId: "s" };
  const { stdout } = await broken.invoke({ ...request, LogicalResourceId: "Filters" });
  const answer = JSON.parse(told[0]?.body ?? "") as Record<string, string>;
  expect(answer).toMatchObject({ Status: "FAILED", Reason: expect.stringContaining("nothing else is special") });
  expect(stdout).not.toContain(otherUrl());
  expect((await broken.invoke({})).outcome).toMatchObject({ status: "failed", error: { name: "ConfigError" } });
  expect(logs.requests).toEqual([]);
});

test("fails, after its report, if it may not list: Lambda tries again, and an alarm rings", async () => {
  logs.fault = () => "AccessDeniedException";
  const { outcome, stdout } = await subscriberWith({ include: ["*"] }).invoke({});
  expect(outcome).toMatchObject({ status: "failed", error: { name: "ListingError" } });
  expect(readEmf(stdout.trimEnd()).fields).toMatchObject({ stoppedBy: "AccessDeniedException", SubscriberUnmet: 1 });
});
