import { ruleProblems } from "../../functions/subscriber/rule.ts";
import type { SettingName, SettingValues } from "./table.ts";

export interface ReadSettings {
  readonly values: SettingValues;
  /** Had a bad value: what is said of that is enough. */
  readonly refused: ReadonlySet<SettingName>;
  /** Where each setting that was given comes from. */
  readonly origins: ReadonlyMap<SettingName, string>;
  /** Path of the settings file; undefined if there is none. */
  readonly file?: string;
}

/** What is wrong between settings of which each is good. */
export function combinationProblems(settings: ReadSettings): string[] {
  return COMBINATIONS.filter(({ of }) => !of.some((name) => settings.refused.has(name)))
    .map(({ problem }) => problem(settings))
    .filter((problem) => problem !== undefined);
}

interface Combination {
  readonly of: readonly SettingName[];
  readonly problem: (settings: ReadSettings) => string | undefined;
}

const COMBINATIONS: readonly Combination[] = [
  {
    of: ["apiKeySecret", "apiKeyParameter", "destinationArn"],
    problem: ({ values, file }) => {
      if (values.apiKeySecret !== undefined || values.apiKeyParameter !== undefined) return undefined;
      if (values.destinationArn !== undefined) return undefined;
      const where =
        file === undefined ? "; `npm run init` asks and writes sidecarless.json, which is not here" : ` in ${file}`;
      return `Where is the API key? Set apiKeySecret (a secret's name or ARN) or apiKeyParameter (a SecureString parameter's name)${where}.`;
    },
  },
  excludes("apiKeySecret", "apiKeyParameter", "the key is in one place"),
  needs("apiKeyField", "apiKeySecret", "a parameter has no fields"),

  {
    of: ["logGroups", "wholeAccount"],
    problem: (settings) =>
      settings.values.wholeAccount && settings.values.logGroups?.length
        ? `${named(settings, "wholeAccount")} takes every log group; leave ${named(settings, "logGroups")} out.`
        : undefined,
  },
  {
    of: ["exceptLogGroups", "wholeAccount"],
    problem: (settings) =>
      settings.values.exceptLogGroups.length > 0 && !settings.values.wholeAccount
        ? `${named(settings, "exceptLogGroups")} says what wholeAccount leaves out; nothing is to be left out here.`
        : undefined,
  },

  ...(["apiKeySecret", "apiKeyParameter", "via", "keepStream", "organizationId"] as const).map((name) =>
    excludes(name, "destinationArn", "an account that only sends has no forwarder"),
  ),
  ...(
    [
      "organizationId",
      "streamBatchWindowSeconds",
      "streamBatchSize",
      "streamParallelization",
      "streamMaxRecordAgeSeconds",
      "streamRetryAttempts",
      "streamRetentionHours",
      "streamDistribution",
      "streamKmsKeyArn",
    ] as const
  ).map(
    (name): Combination => ({
      of: [name, "via", "keepStream"],
      problem: (settings) =>
        isSet(settings, name) && settings.values.via !== "kinesis" && !settings.values.keepStream
          ? `${named(settings, name)} means nothing without via=kinesis: there is no stream.`
          : undefined,
    }),
  ),

  {
    of: ["includeLogGroups", "wholeAccount"],
    problem: (settings) =>
      settings.values.wholeAccount && settings.values.includeLogGroups
        ? `${named(settings, "wholeAccount")} takes every log group, and ${named(settings, "includeLogGroups")} would deliver some a second time. Take one of them: includeLogGroups can be *.`
        : undefined,
  },
  {
    of: ["includeLogGroups", "excludeLogGroups"],
    problem: (settings) => {
      const { includeLogGroups: include, excludeLogGroups: exclude } = settings.values;
      const problems = include ? ruleProblems({ include, exclude }) : [];
      return problems.length > 0 ? `${named(settings, "includeLogGroups")}: ${problems.join(" ")}` : undefined;
    },
  },
  ...(
    [
      "excludeLogGroups",
      "includeLogGroupTags",
      "excludeLogGroupTags",
      "subscribeEveryMinutes",
      "subscribeDryRun",
      "subscriberRoleArn",
    ] as const
  ).map((name) => needs(name, "includeLogGroups")),

  ...together("forwarderRoleArn", "replayerRoleArn"),
  ...together("forwarderRoleName", "replayerRoleName"),
  ...(["forwarderRoleName", "rolePath", "permissionsBoundaryArn"] as const).map((name) =>
    excludes(name, "forwarderRoleArn", "of an existing role nothing is changed"),
  ),

  ...together("vpcId", "subnetIds"),
  ...(["routeTableIds", "securityGroupIds", "datadogEndpointService", "endpoints"] as const).map((name) =>
    needs(name, "vpcId"),
  ),
  ...(["endpointSubnetIds", "endpointSecurityGroupIds"] as const).map(
    (name): Combination => ({
      of: [name, "endpoints", "datadogEndpointService"],
      problem: (settings) => {
        const { endpoints, datadogEndpointService } = settings.values;
        const makesAny = endpoints ? endpoints.length > 0 : datadogEndpointService !== undefined;
        return isSet(settings, name) && !makesAny ? `${named(settings, name)}: no endpoint is made.` : undefined;
      },
    }),
  ),
  needs("datadogEndpointRegion", "datadogEndpointService"),
  {
    of: ["endpoints", "datadogEndpointService"],
    problem: (settings) =>
      settings.values.endpoints?.includes("datadog") && !settings.values.datadogEndpointService
        ? `${named(settings, "endpoints")} names datadog: set datadogEndpointService, too.`
        : undefined,
  },
  {
    of: ["endpoints", "datadogEndpointService", "routeTableIds", "vpcId"],
    problem: (settings) => {
      const { endpoints, datadogEndpointService, routeTableIds, vpcId } = settings.values;
      const makesStore = endpoints ? endpoints.includes("store") : datadogEndpointService !== undefined;
      if (!vpcId || !makesStore || routeTableIds?.length) return undefined;
      return "An endpoint for S3 is made: set routeTableIds, those of the subnets, or leave store out of endpoints.";
    },
  },
  {
    of: ["routeTableIds", "subnetIds"],
    problem: (settings) =>
      (settings.values.routeTableIds?.length ?? 0) > (settings.values.subnetIds?.length ?? Number.POSITIVE_INFINITY)
        ? `${named(settings, "routeTableIds")} are more than subnetIds, each of which has one.`
        : undefined,
  },
  ...(["noProxy", "proxyCaFile"] as const).map((name) => needs(name, "proxyUrl")),

  ...(["storedLogsExpireAfterDays", "accessLogsBucketName"] as const).map((name) =>
    excludes(name, "bucketName", "of an existing bucket nothing is changed"),
  ),
  needs("accessLogsPrefix", "accessLogsBucketName"),
];

function excludes(one: SettingName, other: SettingName, why: string): Combination {
  return {
    of: [one, other],
    problem: (settings) =>
      isSet(settings, one) && isSet(settings, other)
        ? `${named(settings, one)} and ${named(settings, other)} exclude each other: ${why}.`
        : undefined,
  };
}

function needs(one: SettingName, other: SettingName, why?: string): Combination {
  return {
    of: [one, other],
    problem: (settings) =>
      isSet(settings, one) && !isSet(settings, other)
        ? `${named(settings, one)} means nothing without ${other}${why === undefined ? "" : `: ${why}`}.`
        : undefined,
  };
}

function together(one: SettingName, other: SettingName): Combination[] {
  return [needs(one, other), needs(other, one)];
}

const isSet = ({ origins }: ReadSettings, name: SettingName) => origins.has(name);

const named = ({ origins }: ReadSettings, name: SettingName) => `${name} (${origins.get(name) ?? "default"})`;
