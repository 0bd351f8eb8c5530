import { NOT_TAKEN_OVER, type NotTakenOver } from "../../functions/settings/not-taken-over.ts";
import { inSettings } from "./becomes.ts";
import { judgeNoProxy, judgeProxy } from "./judge-proxy.ts";
import { asItIs, type Environment, isTrue, type Judge, notNeeded, notTakenOver } from "./verdict.ts";

type Name = keyof typeof NOT_TAKEN_OVER;

export const isWithoutEffect = (name: string): name is Name => Object.hasOwn(NOT_TAKEN_OVER, name);

/** Of these nothing is missed, whatever they are set to. */
const NOT_MISSED: ReadonlySet<Name> = new Set([
  "DD_USE_COMPRESSION",
  "DD_API_URL",
  "DD_TAGS_CACHE_TTL_SECONDS",
  "DD_LOG_LEVEL",
]);

/** Those that a settings file can do more about than the environment of a function. */
const JUDGES: Readonly<Partial<Record<Name, Judge>>> = {
  DD_ENRICH_S3_TAGS: () => asItIs("No logs come from S3 here."),
  DD_STORE_FAILED_EVENTS: () => notNeeded("What can't be delivered is always stored, and sent again within a minute."),
  DD_SQS_QUEUE_URL: () =>
    notNeeded(
      "What can't be delivered goes to the stack's bucket. Let Datadog's forwarder send what waits in the queue before you remove it.",
    ),
  DD_ENHANCED_METRICS: (value) =>
    isTrue(value)
      ? notTakenOver(inSettings(NOT_TAKEN_OVER.DD_ENHANCED_METRICS.instead))
      : notNeeded(
          "No metrics are made here. Datadog's forwarder makes them of Lambda's logs with false, too: docs/moving-over.md.",
        ),
  DD_USE_VPC: (value, { VpcId }) => {
    if (!isTrue(value)) return asItIs("The functions are in no VPC.");
    return VpcId
      ? notNeeded("vpcId, subnetIds and securityGroupIds say it.")
      : notTakenOver("Set vpcId, subnetIds and securityGroupIds: the input does not name the VPC.");
  },
  DD_HTTP_PROXY_URL: judgeProxy("DD_HTTP_PROXY_URL"),
  ALL_PROXY: judgeProxy("ALL_PROXY"),
  all_proxy: judgeProxy("all_proxy"),
  DD_NO_PROXY: judgeNoProxy,
};

/** What becomes of a variable of Datadog's forwarder that none of the functions here reads. */
export function judgeWithoutEffect(name: Name, value: string, environment: Environment) {
  const judge = JUDGES[name];
  if (judge) return judge(value, environment);
  const row: NotTakenOver = NOT_TAKEN_OVER[name];
  if (row.asHere?.includes(value.toLowerCase())) return asItIs(`That is how it works here. Another value ${row.does}.`);
  return (NOT_MISSED.has(name) ? notNeeded : notTakenOver)(inSettings(row.instead));
}
