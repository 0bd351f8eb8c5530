import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Compared } from "../../../tools/datadog/check/compare-log.ts";
import { expectedEntry, forwarderConfig } from "../../../tools/datadog/check/forward-locally.ts";
import type { Hop, HopName } from "../../../tools/datadog/check/hops.ts";
import { runCheck } from "../../../tools/datadog/commands/run-check.ts";
import { type DatadogApi, startDatadogApi } from "../../support/datadog-api/server.ts";
import { httpRequest } from "../../support/http-request.ts";
import { manualClock } from "../../support/sends.ts";
import { type AccountWithForwarder, FUNCTION_ARN, type PutEvent, startAccount } from "./account-with-forwarder.ts";

let datadog: DatadogApi;
let aws: AccountWithForwarder;
let clock: ReturnType<typeof manualClock>;
let stdout: string;
beforeEach(async () => {
  clock = manualClock();
  clock.nowMs = Date.UTC(2026, 10, 20, 10);
  datadog = await startDatadogApi({ now: () => clock.nowMs });
  aws = await startAccount(() => clock.nowMs);
  for (const [name, value] of Object.entries(aws.environment)) vi.stubEnv(name, value);
  stdout = "";
  vi.spyOn(process.stdout, "write").mockImplementation((text) => {
    stdout += text;
    return true;
  });
  vi.spyOn(process.stderr, "write").mockImplementation(() => true);
});
afterEach(async () => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  await Promise.all([aws.stop(), datadog.stop()]);
});

interface CheckRecord {
  readonly hops: readonly Hop[];
  readonly compared?: readonly Compared[];
  readonly searchableMs?: readonly [number, number];
}

async function check(args: readonly string[] = [], environment: Readonly<Record<string, string | undefined>> = {}) {
  const code = await runCheck(["--function", FUNCTION_ARN, "--json", "--timeout", "90", ...args], {
    environment: { ...datadog.environment(), ...environment },
    clock,
  });
  const record = JSON.parse(stdout) as CheckRecord;
  const hop = (name: HopName) => record.hops.find((one) => one.name === name);
  const failed = record.hops.filter(({ outcome }) => outcome === "failed");
  return {
    code,
    record,
    hop,
    failed: failed.map(({ name }) => name),
    text: failed.map(({ said, advice = [] }) => [said, ...advice].join(" ")).join(" "),
  };
}

/** The forwarder, which makes of a delivery what it makes, and reports it. */
const forwards = (group: string, stream: string, [event]: readonly PutEvent[]) => {
  aws.say(JSON.stringify({ _aws: {}, Received: 1, Delivered: 1 }));
  const config = forwarderConfig({ DD_API_KEY: "key" }, "key");
  const run = {
    config,
    functionArn: FUNCTION_ARN,
    stream: { account: "111122223333", logGroup: group, logStream: stream },
  };
  void expectedEntry({ ...run, event: event as PutEvent }, clock).then((entry) =>
    httpRequest(`${datadog.url}/api/v2/logs`, {
      method: "POST",
      headers: { "content-type": "application/json", "dd-api-key": datadog.account.apiKey },
      body: JSON.stringify([entry]),
    }),
  );
};
const groupsOfChecks = () => [...aws.groups.keys()].filter((name) => name.startsWith("/sidecarless/check-"));

describe("the whole way", () => {
  test("each hop is told, what arrived is what should have, and nothing is left", async () => {
    aws.onDelivery = forwards;
    const { code, record, hop } = await check();
    expect(record.hops.map(({ name, outcome }) => `${name} ${outcome}`)).toEqual(
      [
        "apiKey",
        "clock",
        "appKey",
        "function",
        "logGroup",
        "subscription",
        "put",
        "invoked",
        "forwarded",
        "found",
        "arrived",
        "cleanup",
      ].map((name) => `${name} ok`),
    );
    expect(code).toBe(0);
    expect(hop("forwarded")?.said).toBe("1 delivered");
    expect(record.compared?.map(({ verdict }) => verdict)).not.toContain("changed");
    expect(record.compared).toContainEqual(
      expect.objectContaining({ name: "aws.invoked_function_arn", arrived: FUNCTION_ARN }),
    );
    expect(groupsOfChecks()).toEqual([]);
    expect(aws.operations.filter((name) => name.startsWith("Delete"))).toEqual([
      "DeleteSubscriptionFilter",
      "DeleteLogGroup",
    ]);
  });

  test("into a log group that is there: its filter is used, and it is kept", async () => {
    aws.onDelivery = forwards;
    aws.groups.set("/ecs/shop", new Map());
    aws.filters.set("/ecs/shop", new Map([["mine", FUNCTION_ARN]]));
    const { code, hop } = await check(["--log-group", "/ecs/shop"]);
    expect(code).toBe(0);
    expect(hop("subscription")?.said).toBe("the filter mine that is there");
    expect([...(aws.groups.get("/ecs/shop")?.keys() ?? [])]).toEqual([]);
    expect([...(aws.filters.get("/ecs/shop")?.keys() ?? [])]).toEqual(["mine"]);
  });

  test("a new filter that missed the first log: it is put again, and the time counts from that", async () => {
    let deliveries = 0;
    aws.onDelivery = (...delivery) => {
      deliveries += 1;
      if (deliveries > 1) forwards(...delivery);
    };
    const { code, hop, record } = await check();
    expect(code).toBe(0);
    expect(hop("put")?.outcome).toBe("ok");
    expect(record.hops.find(({ name, outcome }) => name === "put" && outcome === "warning")?.said).toContain(
      "put again",
    );
    expect(record.searchableMs?.[1]).toBeLessThan(15_000);
  });

  test("without an application key it is followed as far as the forwarder's own report", async () => {
    aws.onDelivery = forwards;
    const { failed, hop } = await check([], { DD_APP_KEY: undefined });
    expect(failed).toEqual(["appKey"]);
    expect(hop("forwarded")?.said).toBe("1 delivered");
    expect(hop("found")).toMatchObject({ outcome: "skipped" });
    expect(groupsOfChecks()).toEqual([]);
  });
});

describe("the hop that fails is named, with what to do, and what was made is gone", () => {
  const denied = (operation: string) => ({
    name: "AccessDeniedException",
    message: `User: me is not authorized to perform: logs:${operation}`,
  });

  test.each<[string, HopName, string]>([
    ["CreateLogGroup", "logGroup", "AWS refuses logs:CreateLogGroup: allow it to the user or role"],
    ["CreateLogStream", "logGroup", "AWS refuses logs:CreateLogStream"],
    ["DescribeSubscriptionFilters", "subscription", "AWS refuses logs:DescribeSubscriptionFilters"],
    ["PutSubscriptionFilter", "subscription", "AWS refuses logs:PutSubscriptionFilter"],
    ["PutLogEvents", "put", "AWS refuses logs:PutLogEvents"],
  ])("no right to %s", async (operation, name, advice) => {
    aws.refused.set(operation, denied(operation));
    const { code, failed, text } = await check();
    expect([code, failed]).toEqual([1, [name]]);
    expect(text).toContain(advice);
    expect(groupsOfChecks()).toEqual([]);
  });

  test("CloudWatch Logs may not invoke the function", async () => {
    const message =
      "Could not execute the lambda function. Make sure you have given CloudWatch Logs permission to execute your function.";
    aws.refused.set("PutSubscriptionFilter", { name: "InvalidParameterException", message });
    const { failed, text } = await check();
    expect(failed).toEqual(["subscription"]);
    expect(text).toContain("must allow lambda:InvokeFunction to logs.amazonaws.com");
  });

  test("the given log group has two filters", async () => {
    aws.groups.set("/ecs/shop", new Map());
    aws.filters.set(
      "/ecs/shop",
      new Map([
        ["a", "arn:a"],
        ["b", "arn:b"],
      ]),
    );
    const { failed, text } = await check(["--log-group", "/ecs/shop"]);
    expect(failed).toEqual(["subscription"]);
    expect(text).toContain("can have two subscription filters");
    expect([...(aws.filters.get("/ecs/shop")?.keys() ?? [])]).toEqual(["a", "b"]);
  });

  test("the given log group is not there", async () => {
    const { failed, text } = await check(["--log-group", "/ecs/gone"]);
    expect(failed).toEqual(["logGroup"]);
    expect(text).toContain("what is named is not there");
  });

  test("the clock is so far off that CloudWatch Logs drops the log", async () => {
    aws.rejected = { tooNewLogEventStartIndex: 0 };
    const { failed, text } = await check();
    expect(failed).toEqual(["put"]);
    expect(text).toContain("finds its time too far ahead Set this machine's clock");
  });

  test("nothing is seen of the function", async () => {
    const { failed, text, hop, record } = await check();
    expect(failed).toEqual(["invoked"]);
    expect(text).toContain("no sign of forwarder within");
    expect(text).toContain("DeliveryErrors");
    expect(hop("found")).toMatchObject({ outcome: "skipped" });
    expect(record.hops.filter(({ name }) => name === "put")).toHaveLength(3);
    expect(groupsOfChecks()).toEqual([]);
  });

  test("the function's lines may not be read: the search alone tells", async () => {
    aws.refused.set("FilterLogEvents", denied("FilterLogEvents"));
    aws.onDelivery = forwards;
    const { code, hop } = await check();
    expect(code).toBe(0);
    expect(hop("invoked")).toMatchObject({
      outcome: "skipped",
      advice: [expect.stringContaining("AWS refuses logs:FilterLogEvents")],
    });
    expect(hop("found")?.outcome).toBe("ok");
  });

  test("the function fails", async () => {
    aws.onDelivery = () => aws.say("2026-11-20T10:00:30.000Z 1 Task timed out after 30.03 seconds");
    const { failed, text } = await check();
    expect(failed).toEqual(["forwarded"]);
    expect(text).toContain("the function fails: Task timed out after 30.03 seconds");
  });

  test("Datadog took it, and an exclusion filter keeps it out", async () => {
    aws.onDelivery = forwards;
    datadog.indexes.indexes.splice(0, 1, {
      name: "main",
      filter: { query: "" },
      exclusion_filters: [{ name: "all", filter: { query: "*", sample_rate: 1 } }],
    });
    const { failed, text } = await check();
    expect(failed).toEqual(["found"]);
    expect(text).toContain('The exclusion filter "all" of the index main');
  });

  test.each<[string, object, string]>([
    ["is no forwarder", { Environment: { Variables: {} } }, "Its environment names no API key"],
    ["is not ready", { State: "Failed", StateReason: "no image" }, "it is Failed no image"],
    [
      "has settings that can't be read",
      { Environment: { Error: { ErrorCode: "AccessDeniedException" } } },
      "Allow kms:Decrypt",
    ],
  ])("the function %s", async (_, changes, advice) => {
    aws.configuration = { ...aws.configuration, ...changes };
    const { failed, text } = await check();
    expect(failed).toEqual(["function"]);
    expect(text).toContain(advice);
    expect(aws.operations).toEqual(["GetFunctionConfiguration"]);
  });

  test("settings that this version does not take are told, and fail nothing: the deployed one may", async () => {
    aws.onDelivery = forwards;
    const variables = { DD_API_KEY_SECRET_ARN: "dd", DD_MAX_WORKERS: "many" };
    aws.configuration = { ...aws.configuration, Environment: { Variables: variables } };
    const { code, hop } = await check();
    expect(code).toBe(0);
    expect(hop("function")).toMatchObject({
      outcome: "warning",
      advice: [expect.stringContaining("DD_MAX_WORKERS must be")],
    });
    expect(hop("arrived")?.outcome).toBe("ok");
  });

  test("the function sends to another site than the keys are of", async () => {
    aws.configuration = {
      ...aws.configuration,
      Environment: { Variables: { DD_API_KEY_SECRET_ARN: "dd", DD_SITE: "datadoghq.eu" } },
    };
    const code = await runCheck(["--function", FUNCTION_ARN, "--json"], {
      environment: { ...datadog.environment(), DD_API_URL: undefined },
      clock,
      apiUrlOf: () => datadog.url,
    });
    expect(code).toBe(1);
    expect(stdout).toContain("it sends to datadoghq.eu, and the keys here are of datadoghq.com");
  });

  test("what can't be removed is told, with the command that does", async () => {
    aws.onDelivery = forwards;
    aws.refused.set("DeleteLogGroup", denied("DeleteLogGroup"));
    const { failed, text } = await check();
    expect(failed).toEqual(["cleanup"]);
    expect(text).toMatch(
      /left behind: the log group (\S+) aws logs delete-log-group --region eu-west-1 --log-group-name \1/,
    );
  });
});
