import { setTimeout } from "node:timers/promises";
import {
  GetFunctionConfigurationCommand,
  LambdaClient,
  UpdateFunctionConfigurationCommand,
} from "@aws-sdk/client-lambda";
import type { Compared } from "../../tools/datadog/check/compare-log.ts";
import type { Hop, HopName } from "../../tools/datadog/check/hops.ts";
import { LINES_BEFORE_MS } from "../../tools/datadog/check/through-function/check-through-function.ts";
import type { Deployed } from "../../tools/embedded-aws/deployment.ts";
import { API_KEY, type Environment, SECRET } from "../../tools/embedded-aws/environment.ts";
import { runProgram } from "../../tools/embedded-aws/programs.ts";
import { PROJECT } from "../../tools/embedded-aws/python-program.ts";
import { startCommand } from "../support/command.ts";
import { type DatadogApi, startDatadogApi } from "../support/datadog-api/server.ts";
import { eventually, expect, type Step } from "./steps.ts";

const NAME = "checked";
const GROUP = "/checked/app";
const FULL_WAY: readonly HopName[] = [
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
];

/** `datadog check --function` against the forwarder as deployed, with a stand-in for Datadog behind it. */
export const checkSteps = (environment: Environment): Step[] => {
  const scene = checkScene(environment);
  return [
    ["a forwarder to check", scene.deploy],
    ["check: all is well", scene.allIsWell],
    ["check: a log group that is subscribed already", scene.givenGroup],
    ["check: no application key", scene.noAppKey],
    ["check: the function's key is refused", scene.keyRefused],
    ["check: the intake is down", scene.intakeDown],
    ["check: a rule drops it", scene.ruleDrops],
    ["check: the function's settings are wrong", scene.wrongSettings],
    ["check: an exclusion filter", scene.excluded],
    ["check: no such function", scene.noFunction],
    ["check: Ctrl-C", scene.interrupted],
    ["check: the forwarder goes", scene.destroy],
  ];
};

interface CheckRecord {
  readonly ok: boolean;
  readonly hops: readonly Hop[];
  readonly searchableMs?: readonly [number, number];
  readonly compared?: readonly Compared[];
}

function checkScene({ aws, cloud, deployment, settings }: Environment) {
  let deployed: Deployed | undefined;
  let datadog: DatadogApi | undefined;
  const lambda = new LambdaClient({
    endpoint: aws.endpoint,
    region: aws.region,
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
  });
  const there = () => {
    expect(deployed !== undefined && datadog !== undefined, "it is not deployed");
    return { deployed, datadog };
  };
  const commandEnvironment = () => ({ ...aws.environment, ...there().datadog.environment() });

  /** A check takes lines of so long before it for its own: those of the check before must be older. */
  let nextMs = 0;
  const check = async (args: readonly string[] = [], changes: Readonly<Record<string, string | undefined>> = {}) => {
    await setTimeout(Math.max(0, nextMs - Date.now()));
    const target = args.includes("--function") ? [] : ["--function", there().deployed.functionArn];
    const { ok, output } = await runProgram(
      process.execPath,
      ["tools/datadog/commands/cli.ts", "check", "--json", "--timeout", "12", ...target, ...args],
      { env: { ...commandEnvironment(), ...changes }, cwd: PROJECT },
    );
    nextMs = Date.now() + LINES_BEFORE_MS;
    const start = output.indexOf("{\n");
    expect(start >= 0, `it did not write a record:\n${output}`);
    expect(!output.includes(API_KEY), "a key was shown");
    const record = JSON.parse(output.slice(start)) as CheckRecord;
    expect(ok === record.ok, `it is ${record.ok ? "well" : "not well"}, and its exit code says otherwise`);
    const left = (await cloud.logGroups()).filter((name) => name.startsWith("/sidecarless/check-"));
    expect(left.length === 0, `it left ${left} behind`);
    return record;
  };

  /** What is said of the hop that must have failed, alone. */
  const failure = ({ hops }: CheckRecord, name: HopName): string => {
    const failed = hops.filter(({ outcome }) => outcome === "failed");
    const only = failed.length === 1 && failed[0]?.name === name;
    expect(only, `${name} should have failed, and nothing else: ${JSON.stringify(hops, null, 2)}`);
    const { said = "", advice = [] } = failed[0] ?? {};
    return [said, ...advice].join(" ");
  };
  const expectSaid = (text: string, ...parts: readonly string[]) => {
    for (const part of parts) expect(text.includes(part), `"${part}" is not said: ${text}`);
    return parts.map((part) => `"${part}"`).join(", ");
  };

  /** Runs something while the function has other variables, and gives it back its own. */
  const withVariables = async (
    others: Readonly<Record<string, string>>,
    run: () => Promise<string>,
  ): Promise<string> => {
    const FunctionName = there().deployed.functionName;
    const { Environment } = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName }));
    const own = Environment?.Variables ?? {};
    const update = (Variables: Record<string, string>) =>
      lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName, Environment: { Variables } }));
    await update({ ...own, ...others });
    try {
      return await run();
    } finally {
      await update(own);
    }
  };

  return {
    async deploy(): Promise<string> {
      await cloud.setSecret(SECRET, API_KEY);
      await cloud.createLogGroup(GROUP);
      datadog = await startDatadogApi({ apiKey: API_KEY });
      deployed = await deployment.deploy({
        ...settings,
        name: NAME,
        logGroups: GROUP,
        intakePort: String(datadog.port),
      });
      return `${deployed.functionName} sends to a stand-in for Datadog`;
    },

    async allIsWell(): Promise<string> {
      const { hops, compared = [], searchableMs } = await check();
      const seen = hops.map(({ name, outcome }) => `${name} ${outcome}`);
      const wanted = FULL_WAY.map((name) => `${name} ${name === "arrived" ? "warning" : "ok"}`);
      expect(JSON.stringify(seen) === JSON.stringify(wanted), `the hops are ${JSON.stringify(hops, null, 2)}`);
      // MiniStack shows another id of an event than it delivers.
      const different = compared.filter(({ name, verdict }) => verdict !== "same" && name !== "id");
      expect(different.length === 0, `not the same arrived: ${JSON.stringify(different)}`);
      const tags = compared.filter(({ kind }) => kind === "tag").map(({ name }) => name);
      for (const tag of ["env", "team", "forwardername", "region", "aws_account"]) {
        expect(tags.includes(tag), `the tag ${tag} is not compared`);
      }
      const after = ((searchableMs?.[1] ?? 0) / 1_000).toFixed(1);
      return `${wanted.length} hops, ${compared.length} fields, tags and attributes as they were sent, after ${after} s`;
    },

    async givenGroup(): Promise<string> {
      const { hops } = await check(["--log-group", GROUP]);
      const said = (name: HopName) => hops.find((hop) => hop.name === name)?.said ?? "";
      const parts = expectSaid(said("subscription"), `the filter ${there().deployed.filterName} that is there`);
      expectSaid(said("cleanup"), "the stream sidecarless-check-");
      const filters = await cloud.subscriptions(GROUP);
      expect(filters.length === 1, `the group has the filters ${filters} now`);
      return parts;
    },

    async noAppKey(): Promise<string> {
      const record = await check([], { DD_APP_KEY: undefined });
      const forwarded = record.hops.find(({ name }) => name === "forwarded");
      expect(forwarded?.outcome === "ok", "it was not followed to the intake");
      return expectSaid(failure(record, "appKey"), "Set DD_APP_KEY");
    },

    async keyRefused(): Promise<string> {
      await cloud.setSecret(SECRET, "no-key-of-anybody");
      try {
        return await withVariables({ SIDECARLESS_API_KEY_TTL_SECONDS: "1" }, async () =>
          expectSaid(
            failure(await check(), "forwarded"),
            "not delivered (http 403), but safe",
            `s3://${there().deployed.bucketName}/undelivered/`,
            "The intake refuses the key that the function reads from the secret",
          ),
        );
      } finally {
        await cloud.setSecret(SECRET, API_KEY);
      }
    },

    async intakeDown(): Promise<string> {
      const { logs } = there().datadog;
      logs.state.answer = 503;
      try {
        const text = failure(await check(), "forwarded");
        return expectSaid(text, "not delivered (http 503), but safe: the replayer sends it", "status.datadoghq.com");
      } finally {
        logs.state.answer = undefined;
      }
    },

    ruleDrops: () =>
      withVariables({ EXCLUDE_AT_MATCH: "Test log of sidecarless" }, async () =>
        expectSaid(failure(await check(), "forwarded"), "1 filtered", "A rule of the forwarder drops it"),
      ),

    wrongSettings: () =>
      withVariables({ DD_MAX_WORKERS: "many" }, async () =>
        expectSaid(failure(await check(), "forwarded"), "the function fails: ConfigError", "Its environment is wrong"),
      ),

    async excluded(): Promise<string> {
      const { indexes } = there().datadog.indexes;
      const filter = { query: "source:cloudwatch", sample_rate: 1 };
      const main = indexes.splice(0, 1, {
        name: "main",
        filter: { query: "" },
        exclusion_filters: [{ name: "cheap", is_enabled: true, filter }],
      });
      try {
        const text = failure(await check(), "found");
        return expectSaid(text, 'The exclusion filter "cheap" of the index main excludes such logs');
      } finally {
        indexes.splice(0, 1, ...main);
      }
    },

    async noFunction(): Promise<string> {
      const arn = `arn:aws:lambda:${aws.region}:${aws.account}:function:nobody`;
      return expectSaid(
        failure(await check(["--function", arn]), "function"),
        "lambda:GetFunctionConfiguration",
        "is not there",
      );
    },

    async interrupted(): Promise<string> {
      there().datadog.account.searchesUntilFound = 1_000;
      const args = ["check", "--function", there().deployed.functionArn];
      const command = startCommand("tools/datadog/commands/cli.ts", args, { environment: commandEnvironment() });
      await command.says("log put");
      const during = (await cloud.logGroups()).filter((name) => name.startsWith("/sidecarless/check-"));
      command.signal("SIGINT");
      const { code, stdout } = await command.ended;
      there().datadog.account.searchesUntilFound = 0;
      const after = (await cloud.logGroups()).filter((name) => name.startsWith("/sidecarless/check-"));
      expect(during.length === 1 && after.length === 0, `log groups: ${during} before, ${after} after it`);
      expect(code === 130, `its exit code is ${code}`);
      return expectSaid(stdout, "cleaned up");
    },

    async destroy(): Promise<string> {
      await deployment.destroy(`sidecarless-${NAME}-forwarder`);
      await eventually(
        () => cloud.functions(),
        (names) => !names.some((name) => name.includes(NAME)),
        (names) => `functions are left: ${names}`,
      );
      await there().datadog.stop();
      return "nothing is left";
    },
  };
}
