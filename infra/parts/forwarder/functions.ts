import { Duration } from "aws-cdk-lib";
import type { IStream } from "aws-cdk-lib/aws-kinesis";
import type { Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import { RetentionDays } from "aws-cdk-lib/aws-logs";
import { Construct } from "constructs";
import { parseRules, RulesError } from "../../../functions/forwarder/stages/rules/parse.ts";
import type { RulesFile } from "../../../functions/forwarder/stages/rules/types.ts";
import { ENV, RULES_FILE } from "../../../functions/settings/environment.ts";
import { functionsGroup, proxyFiles, proxyPort } from "../network.ts";
import { allowCloudWatchLogs, ownFunction, type Placement } from "../own-function.ts";
import { endpointsToMake, privateEndpoints } from "../private-endpoints.ts";
import type { Store } from "../store-bucket.ts";
import { forwarderEnvironment } from "./environment.ts";
import type { ForwarderProps } from "./props.ts";
import { functionRights } from "./rights.ts";

/**
 * A run of the replayer lasts as long as there is something to send. Longer than this Lambda lets no function run.
 * https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html (2026-11)
 */
const MAX_TIMEOUT = Duration.minutes(15);

export interface ForwarderFunctionsProps extends ForwarderProps {
  readonly replayEvery: Duration;
}

/** The forwarder and the replayer, which share all but what they do. */
export function forwarderFunctions(
  scope: Construct,
  props: ForwarderFunctionsProps,
  store: Store,
  stream?: IStream,
): { readonly forwarder: LambdaFunction; readonly replayer: LambdaFunction; readonly placement?: Placement } {
  const { roles, roleNames, ...functions } = props.functions ?? {};
  if (functions.logEncryptionKey) allowCloudWatchLogs(scope, functions.logEncryptionKey);
  const placement = placementOf(scope, props);
  const common = (which: "forwarder" | "replayer", forwarderArn = "") => ({
    ...functions,
    bundle: which,
    environment: forwarderEnvironment(scope, props, store.bucket.bucketName),
    memoryMb: props.memoryMb ?? 512,
    logRetention: props.logRetention ?? RetentionDays.TWO_WEEKS,
    placement,
    role: roles?.[which],
    roleName: roleNames?.[which],
    rights: (logGroupArn: string) => {
      const { bucket, encryptionKey } = store;
      const places = {
        logGroupArn,
        bucketArn: bucket.bucketArn,
        encryptionKeyArn: encryptionKey?.keyArn,
        streamArn: stream?.streamArn,
        forwarderArn,
      };
      return functionRights(scope, which, props, places);
    },
  });
  const { rules, network, reservedConcurrency } = props;
  const forwarder = ownFunction(scope, "Function", {
    ...common("forwarder"),
    files: { ...proxyFiles(network?.proxy), ...(rules && { [RULES_FILE]: checkedRules(rules) }) },
    description: "Delivers CloudWatch Logs subscriptions to Datadog",
    timeout: props.timeout ?? Duration.seconds(60),
    reservedConcurrency: reservedConcurrency === "unreserved" ? undefined : reservedConcurrency,
  });
  const { environment, ...replayerProps } = common("replayer", forwarder.functionArn);
  const replayer = ownFunction(scope, "Replayer", {
    ...replayerProps,
    environment: { ...environment, [ENV.forwarder]: forwarder.functionArn },
    files: proxyFiles(network?.proxy),
    description: "Sends again what the forwarder could not deliver",
    timeout: MAX_TIMEOUT,
    // Who limits the forwarder has an account in which that can be had. Elsewhere the lock in the bucket is enough.
    reservedConcurrency: typeof reservedConcurrency === "number" ? 1 : undefined,
  });
  return { forwarder, replayer, placement };
}

/** @throws RulesError with everything that is wrong, before anything is deployed. */
function checkedRules(rules: RulesFile): string {
  const parsed = parseRules(rules);
  if (parsed instanceof RulesError) throw parsed;
  return JSON.stringify(parsed);
}

function placementOf(scope: Construct, { network = {}, intake = {} }: ForwarderProps): Placement | undefined {
  const { vpc, vpcSubnets, securityGroups, proxy } = network;
  if (!vpc) return undefined;
  const ports = [intake.port ?? (intake.tls === false ? 80 : 443), proxy ? proxyPort(proxy) : undefined];
  const own = () => [
    functionsGroup(
      scope,
      "SecurityGroup",
      vpc,
      ports.filter((port) => port !== undefined),
    ),
  ];
  return { vpc, vpcSubnets, securityGroups: securityGroups ?? own() };
}

/** The endpoints in the functions' network that are to be made, by name. */
export function forwarderEndpoints(scope: Construct, props: ForwarderProps, placement: Placement | undefined) {
  const { network = {}, apiKey } = props;
  const create = endpointsToMake(network, props);
  if (!placement || create.length === 0) return {};
  const { subnets, securityGroups } = network.endpoints || {};
  return privateEndpoints(new Construct(scope, "Endpoints"), {
    create,
    vpc: placement.vpc,
    vpcSubnets: placement.vpcSubnets,
    clients: placement.securityGroups,
    subnets,
    securityGroups,
    apiKey,
    datadogEndpointService: network.datadogEndpointService,
    datadogEndpointRegion: network.datadogEndpointRegion,
  });
}
