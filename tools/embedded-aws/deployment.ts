import { readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { adaptToMinistack, type Intake } from "./adapt-to-ministack.ts";
import type { EmbeddedAws } from "./ministack.ts";
import { runProgram } from "./programs.ts";
import { PROJECT } from "./python-program.ts";

export const STACK = "sidecarless-forwarder";
export const COMPARISON_STACK = "sidecarless-comparison";
/** CDK failed. The message has the last of what it said. */
export class DeploymentError extends Error {
  override readonly name = "DeploymentError";
}

const CDK = fileURLToPath(new URL("../../node_modules/aws-cdk/bin/cdk", import.meta.url));

/** What the stack says about itself (its outputs). */
export interface Deployed {
  readonly functionName: string;
  readonly replayerName: string;
  readonly bucketName: string;
  /** What was changed because MiniStack differs from AWS. */
  readonly adapted: readonly string[];
}

type Settings = Readonly<Record<string, string>>;

export interface Deployment {
  readonly bootstrap: () => Promise<void>;
  /** Deploys the stack, or changes the one that is there. */
  readonly deploy: (settings: Settings) => Promise<Deployed>;
  /** Deploys the comparison beside it. @returns what `cdk deploy --outputs-file` wrote of it, and where */
  readonly deployComparison: (
    settings: Settings,
    intake: Intake,
  ) => Promise<{ readonly outputs: Settings; readonly outputsFile: string }>;
  readonly destroy: () => Promise<void>;
}

/** The project's own CDK app, deployed by CDK's command line. @param folder for what that writes */
export function deployment(aws: EmbeddedAws, folder: string): Deployment {
  const assembly = path.join(folder, "cdk.out");
  const cdk = async (cwd: string, ...args: string[]) => {
    const env = { ...aws.environment, CDK_DISABLE_CLI_TELEMETRY: "1", CDK_DISABLE_VERSION_CHECK: "1" };
    const { ok, output } = await runProgram(process.execPath, [CDK, "--no-notices", ...args], { env, cwd });
    if (!ok)
      throw new DeploymentError(`cdk ${args.join(" ")} failed:\n${output.trim().split("\n").slice(-25).join("\n")}`);
  };
  const deployStack = async (stack: string, assemblyFolder: string, settings: Settings, intake?: Intake) => {
    // These alone: a settings file of whoever runs it is none of theirs.
    const context = Object.entries({ ...settings, settings: "none" }).flatMap(([name, value]) => [
      "-c",
      `${name}=${value}`,
    ]);
    await cdk(PROJECT, "synth", stack, "--quiet", "--output", assemblyFolder, ...context);
    const adapted = adaptToMinistack(assemblyFolder, stack, intake);
    const outputsFile = path.join(folder, `${stack}.json`);
    const direct = ["--method=direct", "--require-approval=never"];
    await cdk(PROJECT, "deploy", stack, "--app", assemblyFolder, ...direct, "--outputs-file", outputsFile);
    const outputs = JSON.parse(readFileSync(outputsFile, "utf8"))[stack] as Settings;
    return { adapted, outputs, outputsFile };
  };
  return {
    // Not where cdk.json is: it would run the app, which wants its settings.
    bootstrap: () => cdk(folder, "bootstrap", `aws://${aws.account}/${aws.region}`),
    async deploy(settings) {
      const { adapted, outputs } = await deployStack(STACK, assembly, settings);
      const output = (name: string) => {
        const value = outputs[name];
        if (value === undefined) throw new Error(`The stack has no output ${name}, only ${Object.keys(outputs)}.`);
        return value;
      };
      return {
        functionName: output("FunctionName"),
        replayerName: output("ReplayerName"),
        bucketName: output("BucketName"),
        adapted,
      };
    },
    deployComparison: (settings, intake) => deployStack(COMPARISON_STACK, `${assembly}-comparison`, settings, intake),
    destroy: () => cdk(PROJECT, "destroy", STACK, "--app", assembly, "--force"),
  };
}
