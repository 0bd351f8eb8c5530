import { mkdtempSync, readFileSync } from "node:fs";
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
  readonly functionArn: string;
  readonly filterName: string;
  readonly replayerName: string;
  readonly bucketName: string;
  /** If it reads one. */
  readonly streamArn?: string;
  /** If log groups are subscribed by a rule. */
  readonly subscriberName?: string;
  /** What was changed because MiniStack differs from AWS. */
  readonly adapted: readonly string[];
}

type Settings = Readonly<Record<string, string>>;

/** A stack that can be deployed again and again, over whatever is there. */
export interface Synthesized {
  /** @returns its outputs */
  readonly deploy: () => Promise<Settings>;
  readonly destroy: () => Promise<void>;
}

export interface Deployment {
  readonly bootstrap: () => Promise<void>;
  /** Deploys the stack, or changes the one that is there. */
  readonly deploy: (settings: Settings) => Promise<Deployed>;
  /** Deploys the comparison beside it. @returns what `cdk deploy --outputs-file` wrote of it, and where */
  readonly deployComparison: (
    settings: Settings,
    intake: Intake,
  ) => Promise<{ readonly outputs: Settings; readonly outputsFile: string }>;
  /** The same stack from another folder with this project, such as an earlier version's. */
  readonly synthesize: (project: string, settings: Settings) => Promise<Synthesized>;
  /** Deploys a stack of another CDK app, whose file takes its context with `-c` alike. @returns its outputs */
  readonly deployOther: (appFile: string, stack: string, context: Settings) => Promise<Settings>;
  /** @default the stack of `deploy` without a name */
  readonly destroy: (stack?: string) => Promise<void>;
}

/** The project's own CDK app, deployed by CDK's command line. @param folder for what that writes */
export function deployment(aws: EmbeddedAws, folder: string): Deployment {
  const assemblyOf = (stack: string) => path.join(folder, `cdk.out-${stack}`);
  const cdk = async (cwd: string, ...args: string[]) => {
    const env = { ...aws.environment, CDK_DISABLE_CLI_TELEMETRY: "1", CDK_DISABLE_VERSION_CHECK: "1" };
    const { ok, output } = await runProgram(process.execPath, [CDK, "--no-notices", ...args], { env, cwd });
    if (!ok)
      throw new DeploymentError(`cdk ${args.join(" ")} failed:\n${output.trim().split("\n").slice(-25).join("\n")}`);
  };
  const synth = async (project: string, stack: string, assembly: string, settings: Settings, app: string[] = []) => {
    // These alone: a settings file of whoever runs it is none of theirs. Other folders have none, and older versions
    // know no such name.
    const all = project === PROJECT ? { ...settings, settings: "none" } : settings;
    const context = Object.entries(all).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
    await cdk(project, "synth", stack, "--quiet", ...app, "--output", assembly, ...context);
  };
  const deployAssembly = async (stack: string, assembly: string) => {
    const outputsFile = path.join(folder, `${stack}.json`);
    const direct = ["--method=direct", "--require-approval=never"];
    await cdk(PROJECT, "deploy", stack, "--app", assembly, ...direct, "--outputs-file", outputsFile);
    const outputs = JSON.parse(readFileSync(outputsFile, "utf8"))[stack] as Settings;
    return { outputs, outputsFile };
  };
  const destroy = (stack: string, assembly: string) => cdk(PROJECT, "destroy", stack, "--app", assembly, "--force");
  const deployStack = async (
    stack: string,
    settings: Settings,
    options: { intake?: Intake; appFile?: string } = {},
  ) => {
    const { intake, appFile } = options;
    const assembly = assemblyOf(stack);
    const app = appFile === undefined ? [] : ["--app", `node ${path.relative(PROJECT, appFile)}`];
    await synth(PROJECT, stack, assembly, settings, app);
    const adapted = adaptToMinistack(assembly, stack, intake);
    return { adapted, ...(await deployAssembly(stack, assembly)) };
  };
  return {
    // Not where cdk.json is: it would run the app, which wants its settings.
    bootstrap: () => cdk(folder, "bootstrap", `aws://${aws.account}/${aws.region}`),
    async deploy(settings) {
      const stack = settings.name === undefined ? STACK : `sidecarless-${settings.name}-forwarder`;
      const { adapted, outputs } = await deployStack(stack, settings);
      const output = (name: string) => {
        const value = outputs[name];
        if (value === undefined) throw new Error(`The stack has no output ${name}, only ${Object.keys(outputs)}.`);
        return value;
      };
      return {
        functionName: output("FunctionName"),
        functionArn: output("FunctionArn"),
        filterName: output("FilterName"),
        replayerName: output("ReplayerName"),
        bucketName: output("BucketName"),
        streamArn: outputs.StreamArn,
        subscriberName: outputs.SubscriberName,
        adapted,
      };
    },
    deployComparison: (settings, intake) => deployStack(COMPARISON_STACK, settings, { intake }),
    async synthesize(project, settings) {
      const assembly = mkdtempSync(path.join(folder, "cdk.out-"));
      await synth(project, STACK, assembly, settings);
      adaptToMinistack(assembly, STACK);
      return {
        deploy: async () => (await deployAssembly(STACK, assembly)).outputs,
        destroy: () => destroy(STACK, assembly),
      };
    },
    deployOther: async (appFile, stack, context) => (await deployStack(stack, context, { appFile })).outputs ?? {},
    destroy: (stack = STACK) => destroy(stack, assemblyOf(stack)),
  };
}
