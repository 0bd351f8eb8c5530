// biome-ignore-all lint/suspicious/noTemplateCurlyInString: they are CloudFormation's
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { STACK_NAME_PLACEHOLDER } from "../../infra/packaged/packaged-stack.ts";
import { PARAMETER_NAMES, PARAMETERS, type ParameterRow } from "../../infra/packaged/parameters.ts";
import { portable, type Template } from "../../infra/packaged/portable-template.ts";
import { terraformModule, variableName } from "../../infra/packaged/terraform.ts";
import { ForwarderStack } from "../../infra/stacks/forwarder-stack.ts";
import { endCommands, runCommand } from "../support/command.ts";
import { appAsDeployed, settingsOf } from "../support/templates.ts";

const SCRIPT = "tools/package/package.ts";
let folder: string;
let template: Template;
let text: string;

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), "sidecarless-"));
  const { code, stdout, stderr } = await runCommand(SCRIPT, ["--out", path.join(folder, "made")]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout).toContain("template.yaml");
  text = readFileSync(path.join(folder, "made/template.yaml"), "utf8");
  template = parse(text);
});
afterAll(async () => {
  await endCommands();
  rmSync(folder, { recursive: true });
});

const INTERFACE = "AWS::CloudFormation::Interface";
interface Interface {
  readonly ParameterGroups: readonly { readonly Parameters: readonly string[] }[];
  readonly ParameterLabels: Readonly<Record<string, unknown>>;
}

const referencesIn = (value: unknown): string[] =>
  [...JSON.stringify(value).matchAll(/"Ref":"(\w+)"/g)].map(([, name = ""]) => name);
const kindsIn = ({ Resources }: Template) =>
  Object.values(Resources)
    .map(({ Type }) => Type)
    .toSorted();

describe("the template", () => {
  test("has the resources that the CDK deploys for log groups by rule, and no others", () => {
    const settings = settingsOf({ apiKeySecret: "dd-key", includeLogGroups: "/ecs/*" });
    const app = appAsDeployed();
    new ForwarderStack(app, "sidecarless-forwarder", { settings });
    const deployed = app.synth().getStackByName("sidecarless-forwarder").template;
    expect(kindsIn(template)).toEqual(kindsIn(deployed));
  });

  test("uses every parameter, and has them all in the console's groups", () => {
    const used = new Set(referencesIn([template.Resources, template.Conditions]));
    expect(PARAMETER_NAMES.filter((name) => !used.has(name))).toEqual([]);
    expect(Object.keys(template.Parameters as object)).toEqual(PARAMETER_NAMES);
    const { ParameterGroups, ParameterLabels } = (template.Metadata as Record<string, Interface>)[
      INTERFACE
    ] as Interface;
    expect(ParameterGroups.flatMap(({ Parameters }) => Parameters)).toEqual(PARAMETER_NAMES);
    expect(Object.keys(ParameterLabels)).toEqual(PARAMETER_NAMES);
  });

  test("needs neither CDK's bootstrap nor one name of the stack", () => {
    expect(text).not.toMatch(/cdk|bootstrap|assets?-/i);
    expect(text).not.toContain(STACK_NAME_PLACEHOLDER);
    expect(text).toContain("/sidecarless/${AWS::StackName}/forwarder");
  });

  test("fits into what CloudFormation takes", () => {
    // https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html (2026-11)
    expect(Buffer.byteLength(text)).toBeLessThan(1_000_000);
    // Terraform hands it over as compact JSON, without a bucket.
    expect(Buffer.byteLength(JSON.stringify(template))).toBeLessThan(51_200);
    for (const row of Object.values<ParameterRow>(PARAMETERS)) expect(row.description.length).toBeLessThan(4_000);
  });

  test("has its functions beside it, as they are built", () => {
    const functions = Object.values(template.Resources).filter(({ Type }) => Type === "AWS::Lambda::Function");
    const folders = functions.map(({ Properties }) => String(Properties?.Code)).toSorted();
    expect(folders).toEqual(["./forwarder", "./replayer", "./subscriber"]);
    for (const name of folders) {
      const [made, built] = [path.join(folder, "made", name), path.join("dist", name)];
      expect(readdirSync(made)).toEqual(readdirSync(built));
      expect(readFileSync(path.join(made, "index.mjs"))).toEqual(readFileSync(path.join(built, "index.mjs")));
    }
  });
});

test("what a template says with the stack's name in it is made of the deployed stack's", () => {
  const made = {
    Resources: {
      Logs: { Type: "AWS::Logs::LogGroup", Properties: { LogGroupName: "/sidecarless/name/forwarder" } },
      Other: { Type: "Other", Properties: { Text: ["a name ${x}", "${y}"] }, Metadata: { "aws:cdk:path": "p" } },
    },
    Outputs: { A: { Value: 1 }, B: { Value: 2, Export: { Name: "b" } } },
    Rules: { CheckBootstrapVersion: {} },
  };
  expect(portable(made, "name", (bundle) => bundle)).toEqual({
    Resources: {
      Logs: {
        Type: "AWS::Logs::LogGroup",
        Properties: { LogGroupName: { "Fn::Sub": "/sidecarless/${AWS::StackName}/forwarder" } },
      },
      Other: { Type: "Other", Properties: { Text: [{ "Fn::Sub": "a ${AWS::StackName} ${!x}" }, "${y}"] } },
    },
    Outputs: { A: { Value: 1 } },
  });
});

test("the Terraform module has a variable for each parameter, with its default, and passes it on", () => {
  const module = terraformModule(["forwarder"], "1.2.3");
  for (const name of PARAMETER_NAMES) {
    const row: ParameterRow = PARAMETERS[name];
    expect(module).toContain(`variable "${variableName(name)}" {`);
    expect(module).toContain(`    ${name} = var.${variableName(name)}\n`);
    if (row.default !== undefined) expect(module).toContain(`  default     = ${JSON.stringify(row.default)}\n`);
  }
});

describe("called", () => {
  test.each([
    ["without a folder", [], /--out FOLDER is missing/],
    ["with an unknown option", ["--where", "x"], /Unknown option '--where'/],
  ])("%s exits 2 and says what is wrong", async (_what, args, message) => {
    const { code, stdout, stderr } = await runCommand(SCRIPT, args);
    expect(stderr).toMatch(message);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  });

  test("with a folder that holds something leaves it alone, unless it is told to write", async () => {
    const full = path.join(folder, "full");
    mkdirSync(full);
    writeFileSync(path.join(full, "template.yaml"), "mine");
    const { code, stderr } = await runCommand(SCRIPT, ["--out", full]);
    expect(code).toBe(2);
    expect(stderr).toContain("is not empty");
    expect(readFileSync(path.join(full, "template.yaml"), "utf8")).toBe("mine");
    const environment = { CDK_VALIDATION: "false" };
    expect((await runCommand(SCRIPT, ["--out", full, "--force"], { environment })).code).toBe(0);
    expect(readFileSync(path.join(full, "template.yaml"), "utf8")).toBe(text);
  });
});
