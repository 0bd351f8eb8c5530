import { readFileSync } from "node:fs";
import { type App, Stack, Validations } from "aws-cdk-lib";
import { Match, Template, Annotations as Warnings } from "aws-cdk-lib/assertions";
import { AwsSolutionsChecks } from "cdk-nag";
import { describe, expect, test } from "vitest";
import { Forwarder } from "../../infra/constructs/forwarder.ts";
import { ComparisonStack } from "../../infra/stacks/comparison-stack.ts";
import { FirelensStack } from "../../infra/stacks/firelens-stack.ts";
import { ELSEWHERE, FORWARDER_VARIANTS, type ForwarderVariant, HOME, KMS_KEY } from "../support/forwarder-variants.ts";
import { linesOf, rightsOf } from "../support/role-rights.ts";
import { allowedActions, appAsDeployed, forwarderStack } from "../support/templates.ts";

function stackOf(variant: ForwarderVariant): Stack {
  const stack = new Stack(appAsDeployed(), "Other", { env: HOME });
  new Forwarder(stack, "Forwarder", { reservedConcurrency: 10, ...FORWARDER_VARIANTS[variant](stack) });
  return stack;
}

const kms = (account: string) => `arn:aws:kms:eu-west-1:${account}:key/${KMS_KEY}`;
const via = (service: string) => `kms:ViaService is ${service}.eu-west-1.<AWS::URLSuffix>`;
const ours = kms(HOME.account);

const own = (fn: string) => ["CreateLogStream", "PutLogEvents"].map((action) => `logs:${action} on <${fn}Logs.Arn>`);
const objects = (action: string, bucket: string, prefixes: readonly string[]) =>
  prefixes.map((prefix) => `s3:${action}Object on ${bucket}/${prefix}/*`);

const STORE = "<ForwarderStore.Arn>";
const inStore = (bucket = STORE) => ({
  forwarder: [
    `s3:ListBucket on ${bucket}`,
    ...objects("Put", bucket, ["undelivered", "rejected", "unreadable", "aws/lambda/async"]),
  ],
  replayer: [
    `s3:ListBucket on ${bucket}`,
    ...objects("Put", bucket, ["undelivered", "rejected", "replayer"]),
    ...objects("Get", bucket, ["undelivered", "aws/lambda", "replayer"]),
    ...objects("Delete", bucket, ["undelivered", "aws/lambda", "replayer"]),
  ],
});
const encrypted = (key: string, bucket = STORE) => {
  const condition = `${via("s3")}, if kms:EncryptionContext:aws:s3:arn is ${bucket} or ${bucket}/*`;
  const write = `kms:GenerateDataKey on ${key}, if ${condition}`;
  const read = `kms:Decrypt on ${key}, if ${condition}`;
  return { forwarder: [write], replayer: [write, read] };
};

const FORWARDER = "<ForwarderFunction.Arn>";
const STREAM = "<ForwarderKinesisStream.Arn>";
const ofStream = (bucket = STORE) => [
  ...["DescribeStream", "DescribeStreamSummary", "GetRecords", "GetShardIterator", "ListShards"].map(
    (action) => `kinesis:${action} on ${STREAM}`,
  ),
  ...objects("Put", bucket, ["aws/lambda"]),
];
const ofStreamKey = (action: string, key: string) =>
  `kms:${action} on ${key}, if ${via("kinesis")}, if kms:EncryptionContext:aws:kinesis:arn is ${STREAM}`;

const secret = (account: string, name: string) => `arn:aws:secretsmanager:eu-west-1:${account}:secret:${name}`;
const BY_NAME = [`secretsmanager:GetSecretValue on ${secret(HOME.account, "dd-key-??????")}`];
const decryptSecret = (key: string, arn: string) =>
  `kms:Decrypt on ${key}, if ${via("secretsmanager")}, if kms:EncryptionContext:SecretARN is ${arn}`;
const parameter = (account: string) => `arn:aws:ssm:eu-west-1:${account}:parameter/dd/key`;

const ECS = [
  "ecs:ListClusters on *",
  "ecs:DescribeTaskDefinition on *",
  "ecs:DescribeTasks on arn:aws:ecs:eu-west-1:111122223333:task/*",
];
const LOG_GROUP_TAGS = ["logs:ListTagsForResource on arn:aws:logs:eu-west-1:111122223333:log-group:*"];

const anyFunction = "arn:aws:lambda:eu-west-1:111122223333:function:*";
const IN_VPC = [
  "CreateNetworkInterface",
  "DescribeNetworkInterfaces",
  "DescribeSubnets",
  "DeleteNetworkInterface",
  "AssignPrivateIpAddresses",
  "UnassignPrivateIpAddresses",
].flatMap((action) => [
  `ec2:${action} on *`,
  `never ec2:${action} on *, if lambda:SourceFunctionArn is ${anyFunction}`,
]);
const environment = (key: string) =>
  `kms:Decrypt on ${key}, if ${via("lambda")}, if kms:EncryptionContext:aws:lambda:FunctionArn is ${anyFunction}`;

/** What differs from a forwarder whose key is a secret known by name; `both`: what each of its functions has. */
interface Expected {
  /** Instead of reading the secret by its name. */
  readonly apiKey?: readonly string[];
  /** Instead of the bucket of its own. */
  readonly store?: ReturnType<typeof inStore>;
  /** Instead of looking up ECS. */
  readonly metadata?: readonly string[];
  readonly both?: readonly string[];
  /** What reads a stream. */
  readonly stream?: readonly string[];
  readonly encrypted?: ReturnType<typeof encrypted>;
}

const EXPECTED: Readonly<Record<Exclude<ForwarderVariant, "existing roles">, Expected>> = {
  "secret by name": {},
  "secret by ARN, a field of it": {
    apiKey: [`secretsmanager:GetSecretValue on ${secret(HOME.account, "dd-key-AbCdEf")}`],
  },
  "secret of another account, with its KMS key": {
    apiKey: [
      `secretsmanager:GetSecretValue on ${secret(ELSEWHERE, "dd-key-AbCdEf")}`,
      decryptSecret(kms(ELSEWHERE), secret(ELSEWHERE, "dd-key-AbCdEf")),
    ],
  },
  "secret of another account, by an ARN without suffix": {
    apiKey: [
      `secretsmanager:GetSecretValue on ${secret(ELSEWHERE, "dd/key-??????")}`,
      decryptSecret(kms(ELSEWHERE), secret(ELSEWHERE, "dd/key-??????")),
    ],
  },
  "secret imported with its KMS key": {
    apiKey: [
      `secretsmanager:GetSecretValue on ${secret(HOME.account, "dd-key-AbCdEf")}`,
      decryptSecret(ours, secret(HOME.account, "dd-key-AbCdEf")),
    ],
  },
  "secret of the same app": {
    apiKey: ["secretsmanager:GetSecretValue on <Key>", decryptSecret("<Kms.Arn>", "<Key>")],
  },
  "parameter by name": { apiKey: [`ssm:GetParameter on ${parameter(HOME.account)}`] },
  "parameter of another account, with its KMS key": {
    apiKey: [
      `ssm:GetParameter on ${parameter(ELSEWHERE)}`,
      `kms:Decrypt on ${kms(ELSEWHERE)}, if ${via("ssm")}, if kms:EncryptionContext:PARAMETER_ARN is ${parameter(ELSEWHERE)}`,
    ],
  },
  "nothing looked up": { metadata: [] },
  "all looked up": { metadata: [...ECS, ...LOG_GROUP_TAGS] },
  "KMS keys for everything": { encrypted: encrypted(ours), both: [environment(ours)] },
  "KMS key of the same app for everything": { encrypted: encrypted("<Kms.Arn>"), both: [environment("<Kms.Arn>")] },
  "existing bucket, with its KMS key": {
    store: inStore("arn:aws:s3:::kept-logs"),
    encrypted: encrypted(ours, "arn:aws:s3:::kept-logs"),
  },
  "in a VPC without a way out": { metadata: [...ECS, ...LOG_GROUP_TAGS], both: IN_VPC },
  "in an existing VPC, through a proxy": { both: IN_VPC },
  "roles as an organisation wants them, on x86": {},
  "through a stream": { stream: ofStream() },
  "through a stream, also of an organisation, with KMS keys": {
    stream: [...ofStream(), ofStreamKey("Decrypt", ours)],
    encrypted: encrypted(ours),
  },
};

function expectedRights(expected: Expected, which: "forwarder" | "replayer"): string[] {
  const { apiKey = BY_NAME, store = inStore(), metadata = ECS, both = [], stream = [] } = expected;
  return [
    ...own(which === "forwarder" ? "ForwarderFunction" : "ForwarderReplayer"),
    ...apiKey,
    ...store[which],
    ...(which === "forwarder" ? [...metadata, ...stream] : [`lambda:InvokeFunction on ${FORWARDER}`]),
    ...both,
    ...(expected.encrypted?.[which] ?? []),
  ].toSorted();
}

describe.each(Object.entries(EXPECTED))("%s", (variant, expected) => {
  const template = Template.fromStack(stackOf(variant as ForwarderVariant));

  test("the forwarder may do this, and nothing else", () => {
    expect(rightsOf(template, /ForwarderFunctionRole/)).toEqual(expectedRights(expected, "forwarder"));
  });

  test("the replayer may do this, and nothing else", () => {
    expect(rightsOf(template, /ForwarderReplayerRole/)).toEqual(expectedRights(expected, "replayer"));
  });

  test("no other role is made, and none has a managed policy or one in itself", () => {
    const roles = Object.values(template.findResources("AWS::IAM::Role"));
    // With a stream there is that in which CloudWatch Logs writes to it.
    expect(roles).toHaveLength(expected.stream ? 3 : 2);
    for (const { Properties } of roles) {
      expect(Properties).not.toHaveProperty("ManagedPolicyArns");
      expect(Properties).not.toHaveProperty("Policies");
    }
  });
});

test.each(Object.keys(FORWARDER_VARIANTS) as ForwarderVariant[])(
  "cdk-nag has no finding without a reason: %s",
  (variant) => {
    const stack = stackOf(variant);
    const app = stack.node.root as App;
    // What the variant brings along is not ours to justify.
    for (const id of ["Vpc", "Key", "Kms"]) {
      const construct = stack.node.tryFindChild(id);
      const reason = "Not the forwarder's.";
      const ids = [
        "AwsSolutions::AwsSolutions-VPC7",
        "AwsSolutions::AwsSolutions-SMG4",
        "AwsSolutions::AwsSolutions-KMS5",
      ];
      if (construct) Validations.of(construct).acknowledge(...ids.map((id) => ({ id, reason })));
    }
    Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
    expect(() => app.synth()).not.toThrow();
  },
);

test("docs/deploying.md names every action, and no other", () => {
  const docs = readFileSync(new URL("../../docs/deploying.md", import.meta.url), "utf8");
  const table = docs.slice(docs.indexOf("## Rights"), docs.indexOf("`ecs:DescribeTaskDefinition` shows"));
  const named = table.match(/(?<=`)(?:[a-z0-9]+:[A-Z]\w+)(?=`)/g) ?? [];
  const held = Object.values(EXPECTED).flatMap((expected) =>
    (["forwarder", "replayer"] as const).flatMap((which) => expectedRights(expected, which)),
  );
  const actions = held.map((line) => line.replace(/^never /, "").replace(/ on .*/, ""));
  expect([...new Set(named)].toSorted()).toEqual([...new Set(actions)].toSorted());
});

describe("existing roles", () => {
  const stack = stackOf("existing roles");
  const template = Template.fromStack(stack);

  test("are used as they are: nothing is made, attached or changed", () => {
    template.resourceCountIs("AWS::IAM::Role", 0);
    template.resourceCountIs("AWS::IAM::Policy", 0);
    template.resourceCountIs("AWS::IAM::ManagedPolicy", 0);
    for (const role of ["log-forwarder", "log-replayer"]) {
      template.hasResourceProperties("AWS::Lambda::Function", { Role: `arn:aws:iam::111122223333:role/${role}` });
    }
  });

  test("come with a warning that they must allow everything themselves", () => {
    Warnings.fromStack(stack).hasWarning("/Other/Forwarder", Match.stringLikeRegexp("Nothing is added to the roles"));
  });

  test.each(["forwarder", "replayer"] as const)("of the %s must allow what its own role would", (which) => {
    for (const [name, expected] of Object.entries(EXPECTED)) {
      const scope = new Stack(appAsDeployed(), "Other", { env: HOME });
      const props = FORWARDER_VARIANTS[name as ForwarderVariant](scope);
      const { [which]: policy } = Forwarder.rolePolicies(scope, props);
      const { Statement } = scope.resolve(policy.toJSON());
      const group = which === "forwarder" ? "ForwarderFunction" : "ForwarderReplayer";
      const wanted = expectedRights(expected, which).map((line) =>
        line
          .replaceAll("<ForwarderStore.Arn>", "arn:aws:s3:::other-*")
          .replaceAll(FORWARDER, "arn:aws:lambda:eu-west-1:111122223333:function:Other-*")
          .replaceAll(STREAM, "arn:aws:kinesis:eu-west-1:111122223333:stream/Other-*")
          .replaceAll(`<${group}Logs.Arn>`, "arn:aws:logs:eu-west-1:111122223333:log-group:/sidecarless/Other/*"),
      );
      expect(Statement.flatMap(linesOf).toSorted(), name).toEqual(wanted.toSorted());
    }
  });
});

describe("in the role that a stream has, CloudWatch Logs", () => {
  const rights = (variant: ForwarderVariant) => rightsOf(Template.fromStack(stackOf(variant)), /KinesisWriter/);

  test("may put records into it, and nothing else", () => {
    expect(rights("through a stream")).toEqual([`kinesis:PutRecord on ${STREAM}`]);
    expect(rights("through a stream, also of an organisation, with KMS keys")).toEqual([
      `kinesis:PutRecord on ${STREAM}`,
      ofStreamKey("GenerateDataKey", ours),
    ]);
  });
});

test("roles get the name, the path and the boundary that an organisation wants", () => {
  const template = Template.fromStack(stackOf("roles as an organisation wants them, on x86"));
  for (const RoleName of ["dd-forwarder", "dd-replayer"]) {
    template.hasResourceProperties("AWS::IAM::Role", {
      RoleName,
      Path: "/logging/",
      PermissionsBoundary: "arn:aws:iam::111122223333:policy/boundary",
    });
  }
});

const apiKey = { secret: "dd-key" };
const stacks = {
  "sidecarless-forwarder": forwarderStack({ apiKeySecret: "dd-key", logGroups: "/ecs/a" }),
  "sidecarless-firelens": new FirelensStack(appAsDeployed(), "sidecarless-firelens", { apiKey }),
  "sidecarless-comparison": new ComparisonStack(appAsDeployed(), "sidecarless-comparison", { apiKey }),
};

/** Wildcards that can't be avoided, as `action on resource`, each with its reason. */
const JUSTIFIED: readonly (readonly [allowed: RegExp, reason: string])[] = [
  [/^s3:(Put|Get|Delete)Object on <ForwarderStore\.Arn>\/[a-z/]+\/\*$/, "objects whose names hold the time"],
  [/^secretsmanager:GetSecretValue on .*:secret:dd-key-\?{6}$/, "six characters that Secrets Manager adds to a name"],
  [/^ecs:(ListClusters|DescribeTaskDefinition) on \*$/, "these take no resource"],
  [/^ecs:DescribeTasks on .*:task\/\*$/, "tasks come and go; any may write"],
  [
    /^ec2:((Create|Describe|Delete)NetworkInterfaces?|DescribeSubnets|(Una|A)ssignPrivateIpAddresses) on \*$/,
    "Lambda does it in the role's name, for functions in a VPC; these take no resource, and code of ours may not",
  ],
  [/^logs:(Create|Put)\w+ on .*:log-group:\/aws\/ecs\/[\w-]+:\*$/, "the streams of one log group"],
];

test.each(Object.entries(stacks))("no role of %s holds a wildcard that is not justified", (_name, stack) => {
  const held = Object.entries(allowedActions(Template.fromStack(stack), /./)).flatMap(([action, resources]) =>
    resources.map((resource) => `${action} on ${resource}`),
  );
  expect(held.length).toBeGreaterThan(0);
  const unjustified = held
    .filter((right) => /[*?]/.test(right))
    .filter((right) => !JUSTIFIED.some(([allowed]) => allowed.test(right)));
  expect(unjustified).toEqual([]);
});

test.each(Object.entries(stacks))("no role of %s has a managed policy", (_name, stack) => {
  for (const { Properties } of Object.values(Template.fromStack(stack).findResources("AWS::IAM::Role"))) {
    expect(Properties.ManagedPolicyArns ?? []).toEqual([]);
  }
});
