import { type Duration, Stack, Token } from "aws-cdk-lib";
import type { Construct } from "constructs";
import { ConfigError, parseConfig } from "../../../functions/settings/config.ts";
import { ENV } from "../../../functions/settings/environment.ts";
import { apiKeyPlace } from "../api-key-source.ts";
import { kinesisProblems } from "../kinesis/check.ts";
import { proxyPort } from "../network.ts";
import { endpointsToMake } from "../private-endpoints.ts";
import { forwarderEnvironment } from "./environment.ts";
import type { ForwarderProps } from "./props.ts";

/**
 * Stops the synth at what AWS or the functions would refuse later, in one message with everything that is wrong. What
 * only CloudFormation will know is taken as right.
 */
export function checkForwarder(scope: Construct, props: ForwarderProps): void {
  const problems = [
    ...wrongNumbers(props),
    ...wrongLists(props),
    ...wrongStore(props),
    ...wrongFunctions(props),
    ...wrongNetwork(scope, props),
    ...kinesisProblems(props),
    ...wrongEnvironment(forwarderEnvironment(scope, props, "bucket")),
  ];
  if (problems.length === 0) return;
  const list = problems.map((problem) => `- ${problem}`).join("\n");
  throw new Error(`${scope.node.path}: ${problems.length} problem(s) in the forwarder's props:\n${list}`);
}

const MINUTE_S = 60;
const HOUR_S = 60 * MINUTE_S;
const DAY_S = 24 * HOUR_S;

/**
 * AWS's limits, but for `replayEvery`: a rule's rate is in minutes, and what waits for more than an hour is late.
 * https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html ·
 * https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-configuring.html (2026-11)
 */
function wrongNumbers(props: ForwarderProps): string[] {
  const { reservedConcurrency } = props;
  return [
    count("memoryMb", props.memoryMb, 128, 10_240),
    count("retryAttempts", props.retryAttempts, 0, 2),
    reservedConcurrency === "unreserved"
      ? undefined
      : count("reservedConcurrency", reservedConcurrency, 1, 100_000, "0 would switch the forwarder off"),
    time("timeout", props.timeout, { unit: "second", unitS: 1, min: 3, max: 900 }),
    time("maxEventAge", props.maxEventAge, { unit: "second", unitS: 1, min: MINUTE_S, max: 6 * HOUR_S }),
    time("replayEvery", props.replayEvery, { unit: "minute", unitS: MINUTE_S, min: 1, max: 60 }),
    time("storedLogsExpireAfter", props.storedLogsExpireAfter, { unit: "day", unitS: DAY_S, min: 1, max: 3_650 }),
  ].filter((problem) => problem !== undefined);
}

function count(name: string, value: number | undefined, min: number, max: number, hint?: string): string | undefined {
  if (value === undefined || Token.isUnresolved(value)) return undefined;
  if (Number.isInteger(value) && value >= min && value <= max) return undefined;
  return `${name} must be a whole number from ${min} to ${max}; it is ${value}.${hint === undefined ? "" : ` (${hint}.)`}`;
}

interface Span {
  readonly unit: string;
  readonly unitS: number;
  /** In units. */
  readonly min: number;
  readonly max: number;
}

function time(name: string, value: Duration | undefined, { unit, unitS, min, max }: Span): string | undefined {
  if (value === undefined || value.isUnresolved()) return undefined;
  const units = value.toSeconds({ integral: false }) / unitS;
  if (Number.isInteger(units) && units >= min && units <= max) return undefined;
  return `${name} must be a whole number of ${unit}s from ${min} to ${max}; it is ${value.toHumanString()}.`;
}

/** What travels as a list in one environment variable. */
function wrongLists({ entries, metadata }: ForwarderProps): string[] {
  const tags = (entries?.tags ?? []).filter((tag) => tag.includes(","));
  const names = Object.entries(metadata?.logGroupTags ?? {}).flat();
  const parting = [...new Set(names)].filter((name) => /[,=]/.test(name));
  return [
    ...tags.map((tag) => `entries.tags: "${tag}" holds a comma, which parts tags. Give each its own item.`),
    ...parting.map((name) => `metadata.logGroupTags: "${name}" holds a comma or an equals sign, which part them.`),
  ];
}

function wrongStore({ store, storedLogsExpireAfter }: ForwarderProps): string[] {
  if (!store?.bucket) return [];
  const others = { storedLogsExpireAfter, "store.serverAccessLogs": store.serverAccessLogs };
  return Object.entries(others)
    .filter(([, value]) => value !== undefined)
    .map(([name]) => `${name} is for a new bucket; of an existing one (store.bucket) nothing is changed.`);
}

function wrongFunctions({ functions = {} }: ForwarderProps): string[] {
  const { roles, roleNames, rolePath, permissionsBoundary } = functions;
  if (!roles) return [];
  return Object.entries({ roleNames, rolePath, permissionsBoundary })
    .filter(([, value]) => value !== undefined)
    .map(([name]) => `functions.${name} is for new roles; of existing ones (functions.roles) nothing is changed.`);
}

function wrongNetwork(scope: Construct, props: ForwarderProps): string[] {
  const { network = {}, apiKey, metadata } = props;
  const { vpc, vpcSubnets, securityGroups, datadogEndpointService, endpoints, proxy } = network;
  const problems: string[] = [];
  if (!vpc) {
    const inVpc = { vpcSubnets, securityGroups, datadogEndpointService, endpoints: endpoints || undefined };
    const given = Object.entries(inVpc).filter(([, value]) => value !== undefined);
    problems.push(...given.map(([name]) => `network.${name} means nothing without network.vpc.`));
  }
  if (securityGroups?.length === 0) problems.push("network.securityGroups is empty: leave it out for a new one.");
  const create = endpointsToMake(network, { metadata });
  if (create.includes("datadog") && datadogEndpointService === undefined) {
    problems.push("network.endpoints.create names datadog: give the service, too, as network.datadogEndpointService.");
  }
  if (new Set(create).size < create.length) problems.push("network.endpoints.create names an endpoint twice.");
  const { region, service } = apiKeyPlace(scope, apiKey);
  const own = Stack.of(scope).region;
  if (create.includes("apiKey") && !Token.isUnresolved(region) && !Token.isUnresolved(own) && region !== own) {
    problems.push(
      `The API key is in ${region}: an endpoint for ${service} reaches ${own} only. Replicate the secret, or leave apiKey out of network.endpoints.create and give the functions another way there.`,
    );
  }
  if (proxy && !Token.isUnresolved(proxy.url) && (proxyPort(proxy) === undefined || !/^https?:\/\//.test(proxy.url))) {
    problems.push("network.proxy.url must be a URL with http:// or https://, such as http://proxy.example.com:3128.");
  }
  return problems;
}

/** Lambda's limit. https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html (2026-11) */
const MAX_ENVIRONMENT_BYTES = 4_096;

/** As the functions themselves read it, so that they take at run time what was taken here. */
function wrongEnvironment(environment: Readonly<Record<string, string>>): string[] {
  const known = Object.entries(environment).filter(([, value]) => !Token.isUnresolved(value));
  // Where the key is may be known to CloudFormation only.
  const config = parseConfig({ ...Object.fromEntries(known), [ENV.apiKeySecretArn]: "a-secret" });
  const problems = config instanceof ConfigError ? [...config.problems] : [];
  const bytes = Buffer.byteLength(known.flat().join(""));
  if (bytes > MAX_ENVIRONMENT_BYTES) {
    problems.push(
      `The environment variables take ${bytes} bytes, and Lambda allows ${MAX_ENVIRONMENT_BYTES}: shorten entries.tags, metadata.logGroupTags or network.proxy.noProxy.`,
    );
  }
  return problems;
}
