import { Annotations, Duration } from "aws-cdk-lib";
import { type IVpc, SecurityGroup, Subnet, type SubnetSelection, Vpc } from "aws-cdk-lib/aws-ec2";
import { ManagedPolicy, Role } from "aws-cdk-lib/aws-iam";
import { type IKey, Key } from "aws-cdk-lib/aws-kms";
import { Architecture } from "aws-cdk-lib/aws-lambda";
import { Bucket } from "aws-cdk-lib/aws-s3";
import type { Construct } from "constructs";
import { existingApiKey } from "../parts/api-key-source.ts";
import type { ForwarderProps } from "../parts/forwarder/props.ts";
import type { FunctionsProps } from "../parts/own-function.ts";
import type { StackSettings } from "../settings/load-settings.ts";

/** The props of a forwarder for settings. What they name by id or ARN is there already, and is not looked up at synth. */
export function forwarderPropsOf(scope: Construct, settings: StackSettings): ForwarderProps {
  const { env, service, source, tags, ecsMetadata, ecsCluster, taskEvents, logGroupTags } = settings;
  return {
    apiKey: existingApiKey(scope, "ApiKey", settings.apiKey),
    intake: {
      site: settings.site,
      host: settings.intakeHost,
      port: settings.intakePort,
      tls: settings.intakeTls,
    },
    entries: { env, service, source, tags },
    rules: settings.rules,
    via: settings.via,
    kinesis: kinesisOf(scope, settings),
    metadata: { ecs: ecsMetadata, cluster: ecsCluster, taskEvents, logGroupTags },
    memoryMb: settings.memoryMb,
    timeout: inSeconds(settings.timeoutSeconds),
    reservedConcurrency: settings.reservedConcurrency,
    logRetention: settings.logRetentionDays,
    retryAttempts: settings.retryAttempts,
    maxEventAge: inSeconds(settings.maxEventAgeSeconds),
    replayEvery: inMinutes(settings.replayEveryMinutes),
    storedLogsExpireAfter:
      settings.storedLogsExpireAfterDays === undefined ? undefined : Duration.days(settings.storedLogsExpireAfterDays),
    functions: functionsOf(scope, settings),
    network: networkOf(scope, settings),
    store: storeOf(scope, settings),
    tuning: tuningOf(settings),
  };
}

export const inMinutes = (minutes: number | undefined) =>
  minutes === undefined ? undefined : Duration.minutes(minutes);
const inSeconds = (seconds: number | undefined) => (seconds === undefined ? undefined : Duration.seconds(seconds));

function functionsOf(scope: Construct, settings: StackSettings): ForwarderProps["functions"] {
  const { forwarderRoleArn, replayerRoleArn, forwarderRoleName, replayerRoleName } = settings;
  return {
    ...anyFunctionOf(scope, settings),
    ...(forwarderRoleArn &&
      replayerRoleArn && {
        roles: {
          // Nothing is added to them: whoever made them says what they allow.
          forwarder: Role.fromRoleArn(scope, "ForwarderRole", forwarderRoleArn, { mutable: false }),
          replayer: Role.fromRoleArn(scope, "ReplayerRole", replayerRoleArn, { mutable: false }),
        },
      }),
    ...(forwarderRoleName &&
      replayerRoleName && { roleNames: { forwarder: forwarderRoleName, replayer: replayerRoleName } }),
  };
}

/** What holds for all functions alike. */
export function anyFunctionOf(scope: Construct, settings: StackSettings): Omit<FunctionsProps, "roles" | "roleNames"> {
  const { permissionsBoundaryArn } = settings;
  return {
    architecture: settings.architecture && ARCHITECTURES[settings.architecture],
    rolePath: settings.rolePath,
    ...(permissionsBoundaryArn && {
      permissionsBoundary: ManagedPolicy.fromManagedPolicyArn(scope, "PermissionsBoundary", permissionsBoundaryArn),
    }),
    logEncryptionKey: keyOf(scope, "LogKey", settings.logKmsKeyArn),
    environmentEncryptionKey: keyOf(scope, "EnvironmentKey", settings.environmentKmsKeyArn),
    reportLines: settings.reportLines,
  };
}

const ARCHITECTURES = { arm64: Architecture.ARM_64, x86_64: Architecture.X86_64 };

const keyOf = (scope: Construct, id: string, arn: string | undefined): IKey | undefined =>
  arn === undefined ? undefined : Key.fromKeyArn(scope, id, arn);

function networkOf(scope: Construct, settings: StackSettings): ForwarderProps["network"] {
  const { vpcId, subnetIds = [], routeTableIds, securityGroupIds, proxyUrl, noProxy, proxyCaFile } = settings;
  return {
    ...(vpcId !== undefined && {
      vpc: vpcOf(scope, vpcId),
      vpcSubnets: subnetsOf(scope, "Subnet", subnetIds, routeTableIds),
    }),
    securityGroups: groupsOf(scope, "SecurityGroup", securityGroupIds),
    datadogEndpointService: settings.datadogEndpointService,
    datadogEndpointRegion: settings.datadogEndpointRegion,
    endpoints: endpointsOf(scope, settings),
    ...(proxyUrl !== undefined && { proxy: { url: proxyUrl, noProxy, caFile: proxyCaFile } }),
  };
}

function endpointsOf(scope: Construct, settings: StackSettings): NonNullable<ForwarderProps["network"]>["endpoints"] {
  const { endpoints: create, endpointSubnetIds, endpointSecurityGroupIds } = settings;
  // An empty list is "none".
  if (create?.length === 0) return false;
  if (!create && !endpointSubnetIds && !endpointSecurityGroupIds) return undefined;
  return {
    create,
    subnets: endpointSubnetIds && subnetsOf(scope, "EndpointSubnet", endpointSubnetIds),
    securityGroups: groupsOf(scope, "EndpointSecurityGroup", endpointSecurityGroupIds),
  };
}

const groupsOf = (scope: Construct, id: string, groupIds: readonly string[] | undefined) =>
  groupIds?.map((groupId) => SecurityGroup.fromSecurityGroupId(scope, `${id}-${groupId}`, groupId));

/** Its subnets are named one by one, so their zones need not be known. */
const vpcOf = (scope: Construct, vpcId: string): IVpc =>
  Vpc.fromVpcAttributes(scope, "Vpc", { vpcId, availabilityZones: ["-"] });

function subnetsOf(
  scope: Construct,
  id: string,
  subnetIds: readonly string[],
  routeTableIds: readonly string[] = [],
): SubnetSelection {
  const subnets = subnetIds.map((subnetId, i) => {
    // An endpoint for S3 goes into every table that any of them has, once.
    const subnet = Subnet.fromSubnetAttributes(scope, `${id}-${subnetId}`, {
      subnetId,
      // Only to tell them apart: an endpoint has one subnet in a zone.
      availabilityZone: subnetId,
      routeTableId: routeTableIds[i],
    });
    Annotations.of(subnet).acknowledgeWarning("@aws-cdk/aws-ec2:noSubnetRouteTableId");
    return subnet;
  });
  return { subnets };
}

function kinesisOf(scope: Construct, settings: StackSettings): ForwarderProps["kinesis"] {
  const { via, keepStream, streamRetentionHours: hours } = settings;
  if (via !== "kinesis" && !keepStream) return undefined;
  return {
    encryptionKey: keyOf(scope, "StreamKey", settings.streamKmsKeyArn),
    retention: hours === undefined ? undefined : Duration.hours(hours),
    batchWindow: inSeconds(settings.streamBatchWindowSeconds),
    batchSize: settings.streamBatchSize,
    parallelization: settings.streamParallelization,
    maxRecordAge: inSeconds(settings.streamMaxRecordAgeSeconds),
    retryAttempts: settings.streamRetryAttempts,
    distribution: settings.streamDistribution,
    organizationId: settings.organizationId,
  };
}

function storeOf(scope: Construct, settings: StackSettings): ForwarderProps["store"] {
  const { bucketName, bucketKmsKeyArn, accessLogsBucketName, accessLogsPrefix } = settings;
  return {
    ...(bucketName !== undefined && { bucket: Bucket.fromBucketName(scope, "ExistingStore", bucketName) }),
    encryptionKey: keyOf(scope, "StoreKey", bucketKmsKeyArn),
    ...(accessLogsBucketName !== undefined && {
      serverAccessLogs: {
        bucket: Bucket.fromBucketName(scope, "AccessLogs", accessLogsBucketName),
        prefix: accessLogsPrefix,
      },
    }),
  };
}

const tuningOf = ({
  compression,
  compressionLevel,
  maxConcurrentRequests,
  requestTimeoutMs,
  maxDecodedBytes,
  metadataBudgetMs,
  apiKeyTtlSeconds,
}: StackSettings): ForwarderProps["tuning"] => ({
  compression,
  compressionLevel,
  maxConcurrentRequests,
  requestTimeoutMs,
  maxDecodedBytes,
  metadataBudgetMs,
  apiKeyTtlSeconds,
});
