import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { checkLoad, HELP, parseAwsOptions } from "../../../compare/aws/options.ts";
import { readStackOutputs } from "../../../compare/aws/stack-outputs.ts";
import { UsageError } from "../../../tools/arguments.ts";

describe("parseAwsOptions", () => {
  test("leaves the load to the stack", () => {
    expect(parseAwsOptions([])).toEqual({
      outputsFile: "outputs.json",
      stack: "sidecarless-comparison",
      load: {},
      tailSeconds: 120,
      lateSeconds: 120,
      datadog: false,
      failIf: [],
    });
  });

  test("takes every option", () => {
    const args =
      "--outputs o.json --stack s --region eu-west-1 --out d --seconds 60 --rate 20 --line-bytes 300 --seed 7";
    expect(parseAwsOptions([...args.split(" "), "--tail-seconds", "0", "--late-seconds", "5", "--datadog"])).toEqual({
      outputsFile: "o.json",
      stack: "s",
      region: "eu-west-1",
      directory: "d",
      load: { seconds: 60, linesPerSecond: 20, lineBytes: 300, seed: 7 },
      tailSeconds: 0,
      lateSeconds: 5,
      datadog: true,
      failIf: [],
    });
  });

  test("tells every problem at once", () => {
    const parse = () => parseAwsOptions(["--seconds", "0", "--rate", "1e3", "--line-bytes", "5", "--seed", "0.5"]);
    expect(parse).toThrow(UsageError);
    for (const name of ["seconds", "rate", "line-bytes", "seed"]) expect(parse).toThrow(`--${name} must be`);
  });

  test.each([["--outputs"], ["--speed", "1"], ["result.json"]])("refuses %s %s", (...args) => {
    expect(() => parseAwsOptions(args)).toThrow(UsageError);
  });

  test("helps, whatever else there is, and the help names every option", () => {
    expect(parseAwsOptions(["--seconds", "0", "-h"])).toBe("help");
    for (const option of ["outputs", "stack", "region", "out", "seconds", "rate", "line-bytes", "seed", "datadog"]) {
      expect(HELP).toContain(`--${option}`);
    }
  });

  test("refuses a load that no record holds, and one that is too large to be read back", () => {
    expect(() => parseAwsOptions(["--rate", "1000", "--seconds", "600"])).toThrow("600000 lines a path");
    expect(() => checkLoad({ linesPerSecond: 100, seconds: 600 }, true)).not.toThrow();
    expect(() => checkLoad({ linesPerSecond: 200, seconds: 600 }, true)).toThrow("Datadog's limit on searches");
    expect(() => checkLoad({ linesPerSecond: 200, seconds: 600 }, false)).not.toThrow();
  });
});

describe("readStackOutputs", () => {
  const outputs = {
    ClusterName: "c",
    LambdaServiceName: "l",
    FirelensServiceName: "f",
    RecorderLogGroup: "/recorder",
    ForwarderLogGroup: "/forwarder",
    ForwarderName: "forwarder",
    FirelensProfile: "hardened",
    Intake: "recorder",
    RecorderServiceName: "r",
  };
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), "outputs-"));
  });
  afterAll(() => rmSync(folder, { recursive: true }));
  const file = (text: string) => {
    const name = path.join(folder, "outputs.json");
    writeFileSync(name, text);
    return name;
  };

  test("reads what cdk wrote of the stack", () => {
    const name = file(JSON.stringify({ "sidecarless-forwarder": {}, mine: outputs }));
    expect(readStackOutputs(name, "mine")).toEqual({
      clusterName: "c",
      lambdaServiceName: "l",
      firelensServiceName: "f",
      recorder: { logGroup: "/recorder", serviceName: "r" },
      forwarderLogGroup: "/forwarder",
      forwarderName: "forwarder",
      firelensProfile: "hardened",
      intake: "recorder",
    });
  });

  test("needs no recorder of a stack that sends to Datadog", () => {
    const { RecorderLogGroup: _, RecorderServiceName: __, ...others } = outputs;
    const name = file(JSON.stringify({ mine: { ...others, Intake: "datadog" } }));
    expect(readStackOutputs(name, "mine")).not.toHaveProperty("recorder");
  });

  test.each([
    ["no such file", undefined, "can't be read: there is no such file or folder."],
    ["no JSON", "{", "is not what cdk deploy writes"],
    ["another JSON", "7", "is not what cdk deploy writes"],
    ["another stack", '{"sidecarless-forwarder":{}}', 'has no stack "mine", but sidecarless-forwarder'],
    ["no stack", "{}", 'has no stack "mine", but no stack'],
    [
      "no recorder's log group",
      JSON.stringify({ mine: { ...outputs, RecorderLogGroup: "" } }),
      "no output RecorderLogGroup",
    ],
    ["an older stack", '{"mine":{"ClusterName":"c","ForwarderName":""}}', "no output LambdaServiceName"],
  ])("tells how to deploy, given %s", (_, text, problem) => {
    const name = text === undefined ? path.join(folder, "missing.json") : file(text);
    const read = () => readStackOutputs(name, "mine");
    expect(read).toThrow(UsageError);
    expect(read).toThrow(problem);
    expect(read).toThrow("npx cdk deploy mine --outputs-file");
  });
});
