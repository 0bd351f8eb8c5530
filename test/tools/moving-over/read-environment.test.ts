import { describe, expect, test } from "vitest";
import { readEnvironment } from "../../../tools/moving-over/read-environment.ts";

const SECRET = "hunter2";
const environmentIn = (given: unknown) =>
  readEnvironment(typeof given === "string" ? given : JSON.stringify(given)).environment;

describe("lines", () => {
  test.each([
    ["DD_SITE=datadoghq.eu", "datadoghq.eu"],
    ["export DD_SITE = datadoghq.eu ", "datadoghq.eu"],
    ["DD_SITE: datadoghq.eu", "datadoghq.eu"],
    ["DD_SITE='a \"b\" \\n' # c", 'a "b" \\n'],
    ['DD_SITE="a \\"b\\" \\\\d \\n"', 'a "b" \\d \\n'],
    ["DD_SITE=GET /x#y|a=b", "GET /x#y|a=b"],
    ["DD_SITE='it's'", "'it's'"],
    ["DD_SITE=", ""],
    ["\uFEFF# a comment\r\n\r\nDD_SITE=x\r\n", "x"],
  ])("%j", (text, value) => {
    expect(environmentIn(text)).toEqual({ DD_SITE: value });
  });

  test("that are none are told by their numbers, without their text", () => {
    const read = () => readEnvironment(`DD_SITE=x\n${SECRET}\n\n{"${SECRET}`);
    expect(read).toThrow("Line 2, 4: not NAME=value.");
    expect(read).not.toThrow(SECRET);
  });
});

const PARAMETERS = [
  { ParameterKey: "DdSite", ParameterValue: "datadoghq.eu" },
  { ParameterKey: "DdApiKeySsmParameterName", ParameterValue: "/p", ResolvedValue: "/q" },
  { ParameterKey: "DdTags" },
];
const FROM_PARAMETERS = { DdSite: "datadoghq.eu", DdApiKeySsmParameterName: "/q", DdTags: "" };

describe("JSON", () => {
  test.each([
    [
      "an object",
      { DD_SITE: "x", DD_PORT: 443, REDACT_IP: true, DD_TAGS: null },
      { DD_SITE: "x", DD_PORT: "443", REDACT_IP: "true", DD_TAGS: "" },
    ],
    ["the variables alone", { Variables: { DD_SITE: "x" } }, { DD_SITE: "x" }],
    [
      "a function's configuration",
      { FunctionName: "f", Role: "r", MemorySize: 1024, Timeout: 120, Environment: { Variables: { DD_SITE: "x" } } },
      { DD_SITE: "x", MemorySize: "1024", Timeout: "120" },
    ],
    [
      "a function, in a VPC",
      {
        Configuration: {
          Environment: { Variables: { DD_SITE: "x" } },
          VpcConfig: { VpcId: "vpc-1", SubnetIds: ["subnet-1", "subnet-2"], SecurityGroupIds: ["sg-1"] },
        },
        Concurrency: { ReservedConcurrentExecutions: 10 },
      },
      {
        DD_SITE: "x",
        VpcId: "vpc-1",
        VPCSubnetIds: "subnet-1,subnet-2",
        VPCSecurityGroupIds: "sg-1",
        ReservedConcurrency: "10",
      },
    ],
    [
      "a function outside any VPC",
      { Environment: { Variables: {} }, VpcConfig: { VpcId: "", SubnetIds: [], SecurityGroupIds: [] } },
      {},
    ],
    [
      "describe-stacks",
      { Stacks: [{ StackName: "datadog", Parameters: PARAMETERS }, { StackName: "nested" }] },
      FROM_PARAMETERS,
    ],
    ["one stack", { StackName: "datadog", Parameters: PARAMETERS }, FROM_PARAMETERS],
    ["a file of parameters", PARAMETERS, FROM_PARAMETERS],
  ])("%s", (_, given, environment) => {
    expect(environmentIn(given)).toEqual(environment);
  });

  test.each([
    ["nothing", " \n", "is empty"],
    ["half a text", `{"DD_API_KEY":"${SECRET}`, "begins like JSON"],
    ["more in it", { DD_SITE: { [SECRET]: SECRET } }, "DD_SITE is no text"],
    ["two stacks", { Stacks: [{ Parameters: PARAMETERS }, { Parameters: PARAMETERS }] }, "2 stacks"],
    ["another list", [SECRET], "is a list"],
    [
      "variables that may not be read",
      { Environment: { Error: { ErrorCode: "AccessDeniedException", Message: SECRET } } },
      "KMS key",
    ],
  ])("%s is refused, without its text", (_, given, message) => {
    expect(() => environmentIn(given)).toThrow(message);
    expect(() => environmentIn(given)).not.toThrow(SECRET);
  });
});
