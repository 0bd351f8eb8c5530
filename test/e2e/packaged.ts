import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { parse, stringify } from "yaml";
import { adaptTemplate, type Template } from "../../tools/embedded-aws/adapt-to-ministack.ts";
import { API_KEY, type Environment, SECRET, taskStream } from "../../tools/embedded-aws/environment.ts";
import { runProgram } from "../../tools/embedded-aws/programs.ts";
import { PROJECT, pythonProgram } from "../../tools/embedded-aws/python-program.ts";
import { eventually, expect, type Step } from "./steps.ts";

const STACK = "packaged";
const [WANTED, LEFT_OUT, LATER] = ["/packaged/wanted", "/packaged/left-out", "/packaged-later/a"] as const;
const BUCKET = "packaged-code";
/** https://pypi.org/project/awscli/ The first one of AWS's own, since pip has the second one not. */
const AWS_CLI = { name: "awscli", version: "1.46.3", program: "aws" };

/** Without CDK: the folder of `npm run package`, deployed by AWS's own command line. Each step starts from what the one before left. */
export const packagedSteps = (environment: Environment, say: (line: string) => void): Step[] => {
  const scene = packagedScene(environment, say);
  return [
    ["the package, deployed by the aws CLI", () => scene.deploy()],
    ["its parameters are changed", () => scene.change()],
    ["its stack is deleted", () => scene.remove()],
  ];
};

function packagedScene({ aws, cloud, folder, recorder, settings }: Environment, say: (line: string) => void) {
  const out = path.join(folder, "package");

  const run = async (program: string, args: readonly string[]): Promise<string> => {
    const env = {
      ...process.env,
      ...aws.environment,
      AWS_REGION: aws.region,
      AWS_DEFAULT_REGION: aws.region,
      AWS_PAGER: "",
    };
    const { ok, output } = await runProgram(program, args, { env, cwd: out });
    if (!ok) throw new Error(`${path.basename(program)} ${args.slice(0, 2).join(" ")} failed: ${output.trim()}`);
    return output;
  };
  const cli = async (...args: string[]) => run(await pythonProgram(AWS_CLI, say), args);

  const deploy = async (parameters: Readonly<Record<string, string>>) => {
    const arn = JSON.parse(await cli("secretsmanager", "describe-secret", "--secret-id", SECRET)).ARN as string;
    const all = { ApiKeySecretArn: arn, Env: "packaged", Tags: "team:logs", ...parameters };
    const given = Object.entries(all).map(([name, value]) => `${name}=${value}`);
    const [template, packaged] = ["template.yaml", "packaged.yaml"];
    await cli(
      "cloudformation",
      "package",
      "--template-file",
      template,
      "--s3-bucket",
      BUCKET,
      "--output-template-file",
      packaged,
    );
    await cli(
      ...["cloudformation", "deploy", "--template-file", packaged, "--s3-bucket", BUCKET, "--stack-name", STACK],
      ...["--capabilities", "CAPABILITY_IAM", "--parameter-overrides", ...given],
    );
  };

  /** As the emulator and the intake here need it. */
  const adapt = () => {
    const file = path.join(out, "template.yaml");
    const template = parse(readFileSync(file, "utf8")) as Template;
    adaptTemplate(template);
    for (const { Type, Properties } of Object.values(template.Resources)) {
      if (Type !== "AWS::Lambda::Function") continue;
      const { Variables } = Properties.Environment as { Variables: Record<string, unknown> };
      if (Variables.DD_SITE === undefined) continue;
      Object.assign(Variables, { DD_URL: settings.intakeHost, DD_PORT: settings.intakePort, DD_NO_SSL: "true" });
    }
    writeFileSync(file, stringify(template, { lineWidth: 0 }));
  };

  const filtersAre = (logGroup: string, expected: readonly string[]) =>
    eventually(
      () => cloud.subscriptions(logGroup),
      (names) => JSON.stringify(names) === JSON.stringify(expected),
      (names) => `${logGroup} has the filters ${JSON.stringify(names)} instead of ${JSON.stringify(expected)}`,
    );

  const arrives = async (logGroup: string, lines: readonly string[]) => {
    recorder.clear();
    await cloud.putLogs(logGroup, taskStream(1), lines);
    await eventually(
      () => recorder.summary().entries,
      (count) => count === lines.length,
      (count) => `${count} of ${lines.length} lines arrived`,
    );
    return recorder.entries();
  };

  const FILTER = `sidecarless-${STACK}@rule`;

  return {
    async deploy(): Promise<string> {
      recorder.setFaults(undefined);
      recorder.setApiKey(API_KEY);
      await cloud.setSecret(SECRET, API_KEY);
      for (const name of [WANTED, LEFT_OUT, LATER]) await cloud.createLogGroup(name);
      const script = fileURLToPath(new URL("../../tools/package/package.ts", import.meta.url));
      const made = await runProgram(process.execPath, [script, "--out", out], { env: process.env, cwd: PROJECT });
      expect(made.ok, `package.ts failed: ${made.output}`);
      adapt();
      await cli("s3", "mb", `s3://${BUCKET}`);
      await deploy({ IncludeLogGroups: "/packaged/*", ExcludeLogGroups: LEFT_OUT });
      await filtersAre(WANTED, [FILTER]);
      await filtersAre(LEFT_OUT, []);
      const [entry] = await arrives(WANTED, ["packaged 1", "packaged 2"]);
      expect(String(entry?.ddtags).includes("env:packaged"), `the tags are ${entry?.ddtags}`);
      return "one of two log groups is subscribed by the parameters; its lines arrive, tagged as they say";
    },

    async change(): Promise<string> {
      // What is not named keeps its value.
      await deploy({ IncludeLogGroups: "/packaged/*,/packaged-later/*", ExcludeLogGroups: "", Env: "changed" });
      await filtersAre(LATER, [FILTER]);
      await filtersAre(LEFT_OUT, [FILTER]);
      const [entry] = await arrives(LATER, ["packaged 3"]);
      expect(String(entry?.ddtags).includes("env:changed"), `the tags are ${entry?.ddtags}`);
      return "two more log groups are subscribed, and lines have the new tag";
    },

    async remove(): Promise<string> {
      await cli("cloudformation", "delete-stack", "--stack-name", STACK);
      for (const name of [WANTED, LEFT_OUT, LATER]) await filtersAre(name, []);
      return "no filter is left";
    },
  };
}
