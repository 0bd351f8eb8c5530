import { ENV, NETWORK_ENV, RULE_ENV } from "../../functions/settings/environment.ts";
import type { VariableName } from "../../functions/settings/variables.ts";
import { becomes, settingsVerdict, settingVerdict } from "./becomes.ts";
import { judgeNoProxy, judgeProxy } from "./judge-proxy.ts";
import { judgeReplacement, judgeRule } from "./judge-rule.ts";
import { asItIs, type Environment, isTrue, type Judge, notNeeded, notTakenOver, type Verdict } from "./verdict.ts";

/** Named in the settings file where nothing else tells where the key is. */
export const NEW_SECRET = "datadog-api-key";

/** What each variable that the functions read means for a settings file. */
export const VARIABLE_JUDGES = {
  [ENV.apiKeySecretArn]: (value) =>
    settingVerdict("apiKeySecret", value, isOfDatadogsStack(value) ? GOES_WITH_STACK : undefined),
  [ENV.apiKeyField]: becomes("apiKeyField"),
  [ENV.apiKeySsmName]: (value, environment) =>
    environment[ENV.apiKeySecretArn] ? goesBefore(ENV.apiKeySecretArn) : settingVerdict("apiKeyParameter", value),
  [ENV.apiKey]: (_, environment) => {
    const other = [ENV.apiKeySecretArn, ENV.apiKeySsmName, "DD_KMS_API_KEY"].find((name) => environment[name]);
    return other ? goesBefore(other) : KEY_TO_STORE;
  },
  [ENV.site]: unless("datadoghq.com", "It is the default.", becomes("site")),
  [ENV.host]: (value, environment) =>
    value === `http-intake.logs.${environment[ENV.site] || "datadoghq.com"}`
      ? asItIs("It is the site's intake.")
      : settingVerdict("intakeHost", value),
  [ENV.port]: (value, environment) =>
    value === "443" && !isTrue(environment[ENV.noSsl])
      ? asItIs("It is the default.")
      : settingVerdict("intakePort", value),
  // Datadog's takes 443 without TLS, too.
  [ENV.noSsl]: onlyIfTrue("TLS is the default.", (_, environment) =>
    environment[ENV.port]
      ? settingsVerdict({ intakeTls: false })
      : settingsVerdict({ intakeTls: false, intakePort: 443 }, "The port is 443 there, too"),
  ),
  [ENV.tags]: becomes("tags"),
  [ENV.env]: forItself("env"),
  [ENV.service]: forItself("service"),
  [ENV.source]: becomes("source"),
  [ENV.compression]: becomes("compression"),
  [ENV.compressionLevel]: (value, environment) =>
    value !== "6" && environment[ENV.host]
      ? settingVerdict("compressionLevel", value, "Bodies go to a host that is not Datadog's as gzip, as there")
      : notNeeded("It is a level of gzip. Bodies go as zstd of level 1, which takes less time and makes them smaller."),
  [ENV.maxConcurrentRequests]: unless(
    "20",
    "It is Datadog's default. Here up to 4 requests run at once, which serves unless the intake is slow.",
    becomes("maxConcurrentRequests"),
    notNeeded,
  ),
  [ENV.bucket]: () =>
    notNeeded(
      "The stack makes a bucket of its own. Let Datadog's forwarder send what waits under failed_events/ in the old one before you remove it.",
    ),
  [ENV.requestTimeoutMs]: becomes("requestTimeoutMs"),
  [ENV.maxDecodedBytes]: becomes("maxDecodedBytes"),
  [ENV.ecsMetadata]: becomes("ecsMetadata"),
  [ENV.metadataBudgetMs]: becomes("metadataBudgetMs"),
  [ENV.ecsCluster]: becomes("ecsCluster"),
  [ENV.logGroupTags]: becomes("logGroupTags"),
  [ENV.fetchLogGroupTags]: onlyIfTrue("They are not fetched.", () =>
    notTakenOver("Name the tags of log groups to send in logGroupTags. Or let the intake add all of them, as it does."),
  ),
  [ENV.enrichCloudwatchTags]: unless("true", "The intake is asked to add the tags of log groups.", () =>
    notTakenOver(
      `There is no setting for it: the intake is asked to add the tags of log groups. Set ${ENV.enrichCloudwatchTags} to false on the deployed function.`,
    ),
  ),
  [ENV.apiKeyTtlSeconds]: becomes("apiKeyTtlSeconds"),
  [ENV.forwarder]: () => notNeeded("The stack sets it itself."),
  [RULE_ENV.include]: judgeRule(RULE_ENV.include),
  [RULE_ENV.exclude]: judgeRule(RULE_ENV.exclude),
  [RULE_ENV.redactIp]: judgeRule(RULE_ENV.redactIp),
  [RULE_ENV.redactEmail]: judgeRule(RULE_ENV.redactEmail),
  [RULE_ENV.scrubbingRule]: judgeRule(RULE_ENV.scrubbingRule),
  [RULE_ENV.scrubbingReplacement]: judgeReplacement,
  [RULE_ENV.multilinePattern]: judgeRule(RULE_ENV.multilinePattern),
  [NETWORK_ENV.httpsProxy]: judgeProxy(NETWORK_ENV.httpsProxy),
  [NETWORK_ENV.httpProxy]: judgeProxy(NETWORK_ENV.httpProxy),
  [NETWORK_ENV.noProxy]: judgeNoProxy,
  [NETWORK_ENV.extraCaCerts]: () =>
    notTakenOver("The file goes along with the function: set proxyCaFile to its path on this machine."),
} as const satisfies Readonly<Record<VariableName, Judge>>;

const KEY_TO_STORE = notTakenOver(
  `The key itself goes into no file. Put it into a secret: aws secretsmanager create-secret --name ${NEW_SECRET} --secret-string file://FILE. The settings name that one.`,
);

/** The template of Datadog's forwarder makes a secret `DdApiKeySecret`, if it is given the key. */
const isOfDatadogsStack = (arn: string) => /:secret:DdApiKeySecret-/.test(arn);
const GOES_WITH_STACK =
  "Datadog's stack made this secret and deletes it when it is deleted: copy the key to one of your own before";

const goesBefore = (name: string) => notNeeded(`${name} goes before it, there and here.`);

/** A variable that Datadog's layer reads about the function it is in, and that Datadog's forwarder does not read. */
function forItself(setting: "env" | "service"): Judge {
  return () =>
    notNeeded(
      `Datadog's forwarder does not read it: it is about the forwarder itself. Set ${setting} if every entry is to have it.`,
    );
}

function unless(standard: string, why: string, judge: Judge, verdict: (says: string) => Verdict = asItIs): Judge {
  return (value, environment) => (value.toLowerCase() === standard ? verdict(why) : judge(value, environment));
}

function onlyIfTrue(otherwise: string, judge: Judge): Judge {
  return (value, environment: Environment) => (isTrue(value) ? judge(value, environment) : asItIs(otherwise));
}
