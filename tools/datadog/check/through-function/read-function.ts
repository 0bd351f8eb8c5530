import { GetFunctionConfigurationCommand } from "@aws-sdk/client-lambda";
import { apiKeyLocation, type Config, ConfigError, parseConfig } from "../../../../functions/settings/config.ts";
import { ENV } from "../../../../functions/settings/environment.ts";
import { AwsCallError, asked } from "../../../aws-call.ts";
import { DEFAULT_SITE } from "../../sites.ts";
import type { CheckContext, Environment } from "../context.ts";
import type { Clients } from "./clients.ts";

/** The deployed forwarder, as AWS has it. */
export interface ForwarderFacts {
  readonly arn: string;
  readonly name: string;
  readonly region: string;
  readonly account: string;
  /** Where it writes its own lines. */
  readonly logGroup: string;
  /** Names of places, and settings; a key only if somebody put one there. Never shown. */
  readonly environment: Environment;
  /** Undefined: this version of the forwarder does not take them; the deployed one may. */
  readonly config?: Config;
}

/** With any key: it is not to be sent with. */
const configOf = (environment: Environment) =>
  parseConfig({
    ...environment,
    [ENV.apiKeySecretArn]: undefined,
    [ENV.apiKeySsmName]: undefined,
    [ENV.apiKey]: "none",
  });

/** Is the function there, is it the forwarder, and does it send to the site of the keys? Undefined: told why not. */
export async function checkFunction(
  { access, hops, signal }: CheckContext,
  { lambda }: Clients,
  functionArn: string,
): Promise<ForwarderFacts | undefined> {
  const [, , , region = "", account = "", , name = ""] = functionArn.split(":");
  const command = new GetFunctionConfigurationCommand({ FunctionName: functionArn });
  try {
    const found = await asked("lambda:GetFunctionConfiguration", lambda.send(command, { abortSignal: signal }));
    const { State = "Active", StateReason, LoggingConfig, Environment } = found;
    const environment = Environment?.Variables ?? {};
    if (State !== "Active" && State !== "Inactive") {
      hops.add("function", "failed", `it is ${State}`, StateReason ?? "Deploy its stack again.");
      return undefined;
    }
    if (Environment?.Error) {
      const code = Environment.Error.ErrorCode ?? "an error";
      hops.add(
        "function",
        "failed",
        `its settings can't be read (${code})`,
        "Allow kms:Decrypt for the key that encrypts them to whoever runs this.",
      );
      return undefined;
    }
    if (apiKeyLocation(environment) === undefined) {
      const advice =
        "Its environment names no API key (DD_API_KEY_SECRET_ARN). Take the output FunctionArn of the forwarder's stack.";
      hops.add("function", "failed", "it is no forwarder", advice);
      return undefined;
    }
    const site = environment.DD_SITE?.trim().toLowerCase() || DEFAULT_SITE;
    if (site !== access.site && !access.isReplaced) {
      const advice = `Set DD_SITE=${site} and the keys of that site here; or deploy the forwarder with site ${access.site}.`;
      hops.add("function", "failed", `it sends to ${site}, and the keys here are of ${access.site}`, advice);
      return undefined;
    }
    const said = `${name} in ${region} sends to ${environment.DD_URL ?? site}`;
    const config = configOf(environment);
    if (config instanceof ConfigError) {
      hops.add("function", "warning", `${said}; this version does not take its settings`, ...config.problems);
    } else hops.add("function", "ok", said);
    const logGroup = LoggingConfig?.LogGroup ?? `/aws/lambda/${name}`;
    return {
      arn: functionArn,
      name,
      region,
      account,
      logGroup,
      environment,
      ...(!(config instanceof ConfigError) && { config }),
    };
  } catch (error) {
    if (!(error instanceof AwsCallError)) throw error;
    hops.add("function", "failed", "it can't be read", error.message);
    return undefined;
  }
}
