import { readFileSync } from "node:fs";
import { UsageError } from "../../tools/arguments.ts";
import { whyOf } from "../../tools/file-error.ts";

/** What the deployed comparison stack says about itself. */
export interface StackOutputs {
  readonly clusterName: string;
  readonly lambdaServiceName: string;
  readonly firelensServiceName: string;
  /** Of a stack that sends to it. */
  readonly recorder?: { readonly logGroup: string; readonly serviceName: string };
  readonly forwarderLogGroup: string;
  readonly forwarderName: string;
  readonly firelensProfile: "asDocumented" | "hardened";
  readonly intake: "recorder" | "datadog";
}

const NAMES = {
  clusterName: "ClusterName",
  lambdaServiceName: "LambdaServiceName",
  firelensServiceName: "FirelensServiceName",
  forwarderLogGroup: "ForwarderLogGroup",
  forwarderName: "ForwarderName",
  firelensProfile: "FirelensProfile",
  intake: "Intake",
} as const;

const RECORDER_NAMES = { logGroup: "RecorderLogGroup", serviceName: "RecorderServiceName" } as const;

/**
 * Reads what `cdk deploy --outputs-file` wrote.
 * @throws UsageError if it is not there, or lacks the stack or an output.
 */
export function readStackOutputs(file: string, stack: string): StackOutputs {
  const deploy = `Deploy it with: npx cdk deploy ${stack} --outputs-file ${file} -c apiKeySecret=NAME`;
  const stacks = parsed(file, deploy);
  const outputs = stacks[stack];
  if (!outputs) {
    const there = Object.keys(stacks).join(", ") || "no stack";
    throw new UsageError(`${file} has no stack "${stack}", but ${there}; choose with --stack. ${deploy}`);
  }
  const hasRecorder = outputs[NAMES.intake] === "recorder";
  const needed = [...Object.values(NAMES), ...(hasRecorder ? Object.values(RECORDER_NAMES) : [])];
  const missing = needed.filter((name) => typeof outputs[name] !== "string" || outputs[name] === "");
  if (missing.length > 0) {
    throw new UsageError(
      `${file}: the stack "${stack}" has no output ${missing.join(", ")}. It is of another version. ${deploy}`,
    );
  }
  const read = (names: Readonly<Record<string, string>>) =>
    Object.fromEntries(Object.entries(names).map(([field, name]) => [field, outputs[name]]));
  return { ...read(NAMES), ...(hasRecorder && { recorder: read(RECORDER_NAMES) }) } as unknown as StackOutputs;
}

function parsed(file: string, deploy: string): Record<string, Record<string, string> | undefined> {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    throw new UsageError(`${file} can't be read: ${whyOf(error)}. ${deploy}`);
  }
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null) return value as Record<string, Record<string, string>>;
  } catch {
    // Told below, with the other things that it may be.
  }
  throw new UsageError(`${file} is not what cdk deploy writes with --outputs-file. ${deploy}`);
}
