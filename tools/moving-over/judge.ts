import { ENV, NETWORK_ENV } from "../../functions/settings/environment.ts";
import { NOT_TAKEN_OVER } from "../../functions/settings/not-taken-over.ts";
import { similarName } from "../../functions/settings/similar-name.ts";
import { VARIABLES } from "../../functions/settings/variables.ts";
import { VARIABLE_JUDGES } from "./judge-variable.ts";
import { isWithoutEffect, judgeWithoutEffect } from "./judge-without-effect.ts";
import { parameterOf, TEMPLATE_PARAMETERS } from "./template-parameters.ts";
import { type Environment, type Judge, notNeeded, notTakenOver, type Verdict } from "./verdict.ts";

export interface Judged extends Verdict {
  /** As it was given. */
  readonly name: string;
}

/**
 * What each variable, or parameter of Datadog's template, means here, in the order in which they are given.
 * @param given names and values, as they were found
 */
export function judgeAll(given: Environment): Judged[] {
  const entries = Object.entries(given).map(([name, value]) => [variableOf(name), set(name, value)] as const);
  const environment = Object.fromEntries(entries.filter(([, value]) => value !== ""));
  return Object.entries(given).map(([name, value]) => {
    const text = set(name, value);
    return { name, ...(text === "" ? notNeeded("It is not set.") : judgeOne(name, text, environment)) };
  });
}

function judgeOne(name: string, value: string, environment: Environment): Verdict {
  const judge = judgeOf(name);
  if (!judge) return unknown(name);
  if (!HOLD_KEYS.has(name) && LIKE_A_KEY.test(value)) return notTakenOver(WITH_KEY);
  return judge(value, environment);
}

/** Undefined: nobody knows the name. */
function judgeOf(name: string): Judge | undefined {
  const own = parameterOf(name)?.judge;
  if (own) return own;
  const variable = variableOf(name);
  if (isRead(variable)) return VARIABLE_JUDGES[variable];
  if (isWithoutEffect(variable)) return (value, environment) => judgeWithoutEffect(variable, value, environment);
  if (OF_LAMBDA.test(name)) return () => notNeeded("Lambda or Python reads it, and no forwarder.");
  if (OF_DATADOGS_LAYER.test(name)) {
    return () => notNeeded("Datadog's layer reads it, to trace the forwarder itself, which is not done here.");
  }
  return undefined;
}

function unknown(name: string): Verdict {
  const meant = similarName(name, [
    ...Object.keys(VARIABLES),
    ...Object.keys(NOT_TAKEN_OVER),
    ...Object.keys(TEMPLATE_PARAMETERS),
  ]);
  return { fate: "unknown", says: meant ? `Did you mean ${meant}?` : "Nothing reads it." };
}

const isRead = (name: string): name is keyof typeof VARIABLE_JUDGES => Object.hasOwn(VARIABLE_JUDGES, name);

/** Proxies' names are read in lower case, too. */
const variableOf = (name: string): string => {
  const upper = name.toUpperCase();
  const isProxy = [NETWORK_ENV.httpsProxy, NETWORK_ENV.httpProxy, NETWORK_ENV.noProxy].some((each) => each === upper);
  return isProxy ? upper : (parameterOf(name)?.variable ?? name);
};

const set = (name: string, value = ""): string => {
  const text = value.trim();
  return text === parameterOf(name)?.unset ? "" : text;
};

/** https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html (2026-11) */
const OF_LAMBDA =
  /^(?:AWS_|LAMBDA_|PYTHON|_HANDLER$|_X_AMZN_TRACE_ID$|TZ$|LANG$|PATH$|LD_LIBRARY_PATH$|HOME$|PWD$|SHLVL$)/;
/** https://github.com/DataDog/datadog-lambda-python#environment-variables, and those of its tracer (2026-11) */
const OF_DATADOGS_LAYER =
  /^DD_(?:VERSION$|LAMBDA_|EXTENSION_|TRACE_|PROFILING_|APPSEC_|IAST_|REMOTE_|INSTRUMENTATION_|SERVERLESS_|CAPTURE_|MERGE_XRAY_|LOGS_INJECTION$|FLUSH_TO_LOG$|CUSTOM_METRICS_)/;

/** An API key, or an application key. */
const LIKE_A_KEY = /(?<![0-9a-zA-Z-])(?:[0-9a-fA-F]{32}|[0-9a-fA-F]{40})(?![0-9a-zA-Z])/;
const WITH_KEY = "It holds what looks like a key, which goes into no file. If it is none, set it in the settings file.";

/** Their judges never show the value. */
const HOLD_KEYS: ReadonlySet<string> = new Set([ENV.apiKey, "DD_KMS_API_KEY", "DdApiKey"]);
