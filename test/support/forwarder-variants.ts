import type { Stack } from "aws-cdk-lib";
import { SecurityGroup, Vpc } from "aws-cdk-lib/aws-ec2";
import { ManagedPolicy, Role } from "aws-cdk-lib/aws-iam";
import { Key } from "aws-cdk-lib/aws-kms";
import { Architecture } from "aws-cdk-lib/aws-lambda";
import { Bucket } from "aws-cdk-lib/aws-s3";
import { Secret } from "aws-cdk-lib/aws-secretsmanager";
import type { ForwarderProps } from "../../infra/constructs/forwarder.ts";
import { existingApiKey } from "../../infra/parts/api-key-source.ts";

/** Where the variants are deployed to, and another account whose things they use. */
export const HOME = { account: "111122223333", region: "eu-west-1" };
export const ELSEWHERE = "444455556666";
export const KMS_KEY = "1234abcd-12ab-34cd-56ef-1234567890ab";

const kmsKeyArn = (account: string) => `arn:aws:kms:${HOME.region}:${account}:key/${KMS_KEY}`;
const secretOf = (account: string, name: string) => `arn:aws:secretsmanager:${HOME.region}:${account}:secret:${name}`;
const byName = (stack: Stack) => existingApiKey(stack, "Key", { secret: "dd-key" });
const importedVpc = (stack: Stack) =>
  Vpc.fromVpcAttributes(stack, "Vpc", {
    vpcId: "vpc-0123456789abcdef0",
    availabilityZones: ["a", "b"],
    privateSubnetIds: ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"],
    privateSubnetRouteTableIds: ["rtb-0123456789abcdef0", "rtb-0123456789abcdef1"],
  });
const key = (stack: Stack, id: string) => Key.fromKeyArn(stack, id, kmsKeyArn(HOME.account));

/** Forwarders as people have them: all that changes rights or resources is in one of them. */
export const FORWARDER_VARIANTS = {
  "secret by name": (stack) => ({ apiKey: byName(stack) }),
  "secret by ARN, a field of it": (stack) => ({
    apiKey: existingApiKey(stack, "Key", { secret: secretOf(HOME.account, "dd-key-AbCdEf"), field: "datadog" }),
  }),
  "secret of another account, with its KMS key": (stack) => ({
    apiKey: existingApiKey(stack, "Key", {
      secret: secretOf(ELSEWHERE, "dd-key-AbCdEf"),
      kmsKeyArn: kmsKeyArn(ELSEWHERE),
    }),
  }),
  "secret of another account, by an ARN without suffix": (stack) => ({
    apiKey: existingApiKey(stack, "Key", { secret: secretOf(ELSEWHERE, "dd/key"), kmsKeyArn: kmsKeyArn(ELSEWHERE) }),
  }),
  "secret imported with its KMS key": (stack) => ({
    apiKey: {
      secret: Secret.fromSecretAttributes(stack, "Key", {
        secretCompleteArn: secretOf(HOME.account, "dd-key-AbCdEf"),
        encryptionKey: key(stack, "Kms"),
      }),
    },
  }),
  "secret of the same app": (stack) => ({
    apiKey: { secret: new Secret(stack, "Key", { encryptionKey: new Key(stack, "Kms") }) },
  }),
  "parameter by name": (stack) => ({ apiKey: existingApiKey(stack, "Key", { parameter: "/dd/key" }) }),
  "parameter of another account, with its KMS key": (stack) => ({
    apiKey: existingApiKey(stack, "Key", {
      parameter: `arn:aws:ssm:${HOME.region}:${ELSEWHERE}:parameter/dd/key`,
      kmsKeyArn: kmsKeyArn(ELSEWHERE),
    }),
  }),
  "nothing looked up": (stack) => ({ apiKey: byName(stack), metadata: { ecs: false } }),
  "all looked up": (stack) => ({
    apiKey: byName(stack),
    metadata: { logGroupTags: { team: "team" }, taskEvents: true, cluster: "prod" },
  }),
  "KMS keys for everything": (stack) => ({
    apiKey: byName(stack),
    store: {
      encryptionKey: key(stack, "StoreKey"),
      serverAccessLogs: { bucket: Bucket.fromBucketName(stack, "Logs", "s3-logs"), prefix: "dd/" },
    },
    functions: { logEncryptionKey: key(stack, "LogKey"), environmentEncryptionKey: key(stack, "EnvironmentKey") },
  }),
  "KMS key of the same app for everything": (stack) => {
    const own = new Key(stack, "Kms");
    return {
      apiKey: byName(stack),
      store: { encryptionKey: own },
      functions: { logEncryptionKey: own, environmentEncryptionKey: own },
    };
  },
  "existing bucket, with its KMS key": (stack) => ({
    apiKey: byName(stack),
    store: { bucket: Bucket.fromBucketName(stack, "Kept", "kept-logs"), encryptionKey: key(stack, "Kms") },
  }),
  "in a VPC without a way out": (stack) => ({
    apiKey: byName(stack),
    metadata: { logGroupTags: { team: "team" } },
    network: {
      vpc: new Vpc(stack, "Vpc", { natGateways: 0, restrictDefaultSecurityGroup: false }),
      datadogEndpointService: "com.amazonaws.vpce.us-east-1.vpce-svc-0123456789abcdef0",
    },
  }),
  "in an existing VPC, through a proxy": (stack) => ({
    apiKey: byName(stack),
    network: {
      vpc: importedVpc(stack),
      securityGroups: [SecurityGroup.fromSecurityGroupId(stack, "Group", "sg-0123456789abcdef0", { mutable: false })],
      proxy: { url: "http://proxy.example.com:3128", noProxy: [".amazonaws.com"] },
    },
  }),
  "existing roles": (stack) => ({
    apiKey: byName(stack),
    functions: {
      roles: {
        forwarder: Role.fromRoleName(stack, "Its", "log-forwarder"),
        replayer: Role.fromRoleName(stack, "Other", "log-replayer"),
      },
    },
  }),
  "roles as an organisation wants them, on x86": (stack) => ({
    apiKey: byName(stack),
    functions: {
      architecture: Architecture.X86_64,
      rolePath: "/logging/",
      roleNames: { forwarder: "dd-forwarder", replayer: "dd-replayer" },
      permissionsBoundary: ManagedPolicy.fromManagedPolicyName(stack, "Boundary", "boundary"),
    },
  }),
  "through a stream": (stack) => ({ apiKey: byName(stack), via: "kinesis" }),
  "through a stream, also of an organisation, with KMS keys": (stack) => ({
    apiKey: byName(stack),
    via: "kinesis",
    kinesis: { encryptionKey: key(stack, "StreamKey"), organizationId: "o-a1b2c3d4e5" },
    store: { encryptionKey: key(stack, "StoreKey") },
  }),
} as const satisfies Readonly<Record<string, (stack: Stack) => ForwarderProps>>;

export type ForwarderVariant = keyof typeof FORWARDER_VARIANTS;
