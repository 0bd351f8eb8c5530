import { UsageError } from "../arguments.ts";
import { readDotenv } from "./read-dotenv.ts";
import type { Environment } from "./verdict.ts";

/** What was found, and what kind of text it was in. */
export interface Found {
  readonly kind: string;
  readonly environment: Environment;
}

type Json = Readonly<Record<string, unknown>>;

/**
 * The environment of a function, or the parameters of its stack, in any text in which people have it at hand.
 * @throws UsageError that never quotes the text: there may be a key in it
 */
export function readEnvironment(text: string): Found {
  const trimmed = text.replace(/^\uFEFF/, "").trim();
  if (trimmed === "") throw new UsageError("The input is empty.");
  if (!/^[[{]/.test(trimmed)) return { kind: "lines NAME=value", environment: readDotenv(trimmed) };
  let json: unknown;
  try {
    json = JSON.parse(trimmed);
  } catch {
    throw new UsageError("The input begins like JSON, but is not valid JSON.");
  }
  return found(json);
}

function found(json: unknown): Found {
  if (Array.isArray(json)) return { kind: "stack parameters", environment: parametersIn(json) };
  const object = json as Json;
  if (Array.isArray(object.Stacks)) {
    return { kind: "a stack, from describe-stacks", environment: parametersIn(onlyStack(object.Stacks)) };
  }
  if (Array.isArray(object.Parameters))
    return { kind: "stack parameters", environment: parametersIn(object.Parameters) };
  // `get-function` has what `get-function-configuration` has, a level deeper.
  const configuration = isObject(object.Configuration) ? object.Configuration : object;
  if (isObject(configuration.Environment)) {
    const concurrency = isObject(object.Concurrency) ? object.Concurrency.ReservedConcurrentExecutions : undefined;
    return {
      kind: "a function's configuration",
      environment: { ...variablesIn(configuration.Environment), ...configurationOf(configuration, concurrency) },
    };
  }
  if (isObject(object.Variables)) return { kind: "a function's environment", environment: textsIn(object.Variables) };
  return { kind: "a JSON object", environment: textsIn(object) };
}

function onlyStack(stacks: readonly unknown[]): readonly unknown[] {
  const parameters = stacks
    .filter(isObject)
    .flatMap((stack) => (Array.isArray(stack.Parameters) ? [stack.Parameters] : []));
  if (parameters.length === 1) return parameters[0] as readonly unknown[];
  throw new UsageError(
    `The input has ${parameters.length} stacks with parameters: give one, by describe-stacks --stack-name NAME.`,
  );
}

function parametersIn(list: readonly unknown[]): Environment {
  const pairs = list.map((item) => {
    const { ParameterKey: name, ParameterValue: value = "", ResolvedValue: resolved } = isObject(item) ? item : {};
    if (typeof name !== "string") throw new UsageError('The input is a list, and not of {"ParameterKey": …}.');
    return [name, resolved ?? value];
  });
  return textsIn(Object.fromEntries(pairs));
}

/** AWS tells an error in its place if whoever asks may not use the key that the variables are encrypted with. */
function variablesIn(environment: Json): Environment {
  if (isObject(environment.Variables)) return textsIn(environment.Variables);
  if (!isObject(environment.Error)) return {};
  throw new UsageError("AWS did not give the function's variables: ask as somebody who may use their KMS key.");
}

/** By the names that the template's parameters have. */
function configurationOf(configuration: Json, concurrency: unknown): Environment {
  const { MemorySize, Timeout, KMSKeyArn, VpcConfig } = configuration;
  const { VpcId, SubnetIds, SecurityGroupIds } = isObject(VpcConfig) ? VpcConfig : {};
  const list = (value: unknown) => (Array.isArray(value) && value.length > 0 ? value.join(",") : undefined);
  const all = {
    MemorySize,
    Timeout,
    ReservedConcurrency: concurrency,
    KMSKeyArn,
    VpcId: VpcId || undefined,
    VPCSubnetIds: list(SubnetIds),
    VPCSecurityGroupIds: list(SecurityGroupIds),
  };
  return textsIn(Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined && value !== null)));
}

function textsIn(object: Json): Environment {
  return Object.fromEntries(
    Object.entries(object).map(([name, value]) => {
      if (value === null) return [name, ""];
      if (typeof value === "object") throw new UsageError(`${name} is no text: the input must be names and texts.`);
      return [name, String(value)];
    }),
  );
}

const isObject = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value);
