import { Duration, Stack, Validations } from "aws-cdk-lib";
import { Annotations, Match, Template } from "aws-cdk-lib/assertions";
import { Role } from "aws-cdk-lib/aws-iam";
import { Bucket } from "aws-cdk-lib/aws-s3";
import { AwsSolutionsChecks } from "cdk-nag";
import { describe, expect, test } from "vitest";
import { LogArchiveBucket, type LogArchiveBucketProps } from "../../infra/constructs/log-archive.ts";
import { allowedActions, appAsDeployed, readable } from "../support/templates.ts";

const access = { externalId: "0123456789abcdef" };

function archive(props: (stack: Stack) => Partial<LogArchiveBucketProps> = () => ({})): Template {
  const stack = new Stack(appAsDeployed(), "Stack", { env: { account: "111122223333", region: "us-east-1" } });
  new LogArchiveBucket(stack, "Archive", { access, ...props(stack) });
  return Template.fromStack(stack);
}

const template = archive();

describe("the bucket", () => {
  test("is encrypted and private, and outlives the stack", () => {
    template.hasResource("AWS::S3::Bucket", {
      DeletionPolicy: "Retain",
      Properties: {
        BucketEncryption: {
          ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: "AES256" } }],
        },
        PublicAccessBlockConfiguration: {
          BlockPublicAcls: true,
          BlockPublicPolicy: true,
          IgnorePublicAcls: true,
          RestrictPublicBuckets: true,
        },
      },
    });
  });

  test("takes TLS only", () => {
    template.hasResourceProperties("AWS::S3::BucketPolicy", {
      PolicyDocument: {
        Statement: [
          Match.objectLike({
            Effect: "Deny",
            Action: "s3:*",
            Principal: { AWS: "*" },
            Condition: { Bool: { "aws:SecureTransport": "false" } },
          }),
        ],
      },
    });
  });

  test("can bring back what was overwritten, for a month", () => {
    template.hasResourceProperties("AWS::S3::Bucket", {
      VersioningConfiguration: { Status: "Enabled" },
      LifecycleConfiguration: {
        Rules: [Match.objectLike({ NoncurrentVersionExpiration: { NoncurrentDays: 30 }, Status: "Enabled" })],
      },
    });
  });

  test("keeps archives for good, unless told otherwise", () => {
    template.hasResourceProperties("AWS::S3::Bucket", {
      LifecycleConfiguration: { Rules: [Match.objectLike({ ExpirationInDays: Match.absent() })] },
    });
    archive(() => ({ expireAfter: Duration.days(400) })).hasResourceProperties("AWS::S3::Bucket", {
      LifecycleConfiguration: { Rules: [Match.objectLike({ ExpirationInDays: 400 })] },
    });
  });

  test("moves archives to cheaper classes that Datadog can still read", () => {
    const transitions = [
      { to: "infrequentAccess", after: Duration.days(30) },
      { to: "glacierInstantRetrieval", after: Duration.days(90) },
    ] as const;
    archive(() => ({ transitions })).hasResourceProperties("AWS::S3::Bucket", {
      LifecycleConfiguration: {
        Rules: [
          Match.objectLike({
            Transitions: [
              { StorageClass: "STANDARD_IA", TransitionInDays: 30 },
              { StorageClass: "GLACIER_IR", TransitionInDays: 90 },
            ],
          }),
        ],
      },
    });
  });

  const days = Duration.days;
  test.each<[what: string, props: Partial<LogArchiveBucketProps>, message: string]>([
    [
      "to Standard-IA before 30 days",
      { transitions: [{ to: "infrequentAccess", after: days(29) }] },
      "S3 takes objects to infrequentAccess after 30 days or more; it is 29.",
    ],
    [
      "to One Zone-IA before 30 days",
      { transitions: [{ to: "oneZoneInfrequentAccess", after: days(1) }] },
      "to oneZoneInfrequentAccess after 30 days or more",
    ],
    [
      "back from Glacier",
      {
        transitions: [
          { to: "glacierInstantRetrieval", after: days(30) },
          { to: "infrequentAccess", after: days(120) },
        ],
      },
      "from glacierInstantRetrieval objects can't go to infrequentAccess",
    ],
    [
      "from Intelligent-Tiering to Standard-IA, in whatever order they are written",
      {
        transitions: [
          { to: "infrequentAccess", after: days(90) },
          { to: "intelligentTiering", after: days(1) },
        ],
      },
      "from intelligentTiering objects can't go to infrequentAccess; only to",
    ],
    [
      "on before Standard-IA's 30 days are over",
      {
        transitions: [
          { to: "infrequentAccess", after: days(30) },
          { to: "glacierInstantRetrieval", after: days(59) },
        ],
      },
      "glacierInstantRetrieval must come 30 days or more after infrequentAccess; it is 29.",
    ],
    [
      "to one class twice",
      {
        transitions: [
          { to: "intelligentTiering", after: days(1) },
          { to: "intelligentTiering", after: days(2) },
        ],
      },
      "from intelligentTiering objects can't go to intelligentTiering",
    ],
    [
      "on the day of their deletion",
      { transitions: [{ to: "infrequentAccess", after: days(30) }], expireAfter: days(30) },
      "S3 wants the transition before",
    ],
    [
      "after a day and a half",
      { transitions: [{ to: "intelligentTiering", after: Duration.hours(36) }] },
      "to intelligentTiering: S3 counts whole days",
    ],
    ["away after no day at all", { expireAfter: days(0) }, "expireAfter: S3 counts whole days, from 1"],
    ["away for half a day", { keepReplacedFor: Duration.hours(12) }, "keepReplacedFor: S3 counts whole days"],
  ])("is not made to move archives %s, which S3 refuses", (_what, props, message) => {
    expect(() => archive(() => props)).toThrow(message);
  });

  test("tells what is paid for in vain", () => {
    const stack = new Stack(appAsDeployed(), "Stack");
    const transitions = [{ to: "glacierInstantRetrieval", after: days(30) }] as const;
    new LogArchiveBucket(stack, "Archive", { access, transitions, expireAfter: days(100) });
    Annotations.fromStack(stack).hasWarning("*", Match.stringLikeRegexp("paid for 90 days at least"));
  });

  test("has its reads logged where that is wanted", () => {
    const logged = archive((stack) => ({
      accessLogs: { bucket: new Bucket(stack, "Logs"), prefix: "archive/" },
    }));
    logged.hasResourceProperties("AWS::S3::Bucket", {
      LoggingConfiguration: {
        DestinationBucketName: { Ref: Match.stringLikeRegexp("^Logs") },
        LogFilePrefix: "archive/",
      },
    });
  });
});

describe("the role", () => {
  const trustOf = (from: Template) => {
    const [role] = Object.values(from.findResources("AWS::IAM::Role"));
    return role?.Properties.AssumeRolePolicyDocument.Statement;
  };

  test("is for Datadog's account, with the external id", () => {
    const [statement, ...others] = trustOf(template);
    expect(others).toEqual([]);
    expect(statement).toMatchObject({
      Effect: "Allow",
      Action: "sts:AssumeRole",
      Condition: { StringEquals: { "sts:ExternalId": "0123456789abcdef" } },
    });
    expect(readable(statement.Principal.AWS)).toBe("arn:aws:iam::464622532012:root");
  });

  test.each([
    ["ap1.datadoghq.com", "417141415827"],
    ["datadoghq.eu", "464622532012"],
  ] as const)("is for the account of %s", (site, account) => {
    const [{ Principal }] = trustOf(archive(() => ({ access: { ...access, site } })));
    expect(readable(Principal.AWS)).toContain(`:${account}:`);
  });

  test("is for another account where that is given", () => {
    const [{ Principal }] = trustOf(archive(() => ({ access: { ...access, datadogAccountId: "065115117704" } })));
    expect(readable(Principal.AWS)).toContain(":065115117704:");
  });

  test("may do what Datadog documents, nothing else", () => {
    expect(allowedActions(template, /ArchiveRole/)).toEqual({
      "s3:PutObject": ["<ArchiveBucket.Arn>/*"],
      "s3:GetObject": ["<ArchiveBucket.Arn>/*"],
      "s3:ListBucket": ["<ArchiveBucket.Arn>"],
    });
  });

  test.each(["prod/logs", "/prod/logs/"])("reaches no other folder than the archive's, given as %s", (path) => {
    expect(
      allowedActions(
        archive(() => ({ path })),
        /ArchiveRole/,
      ),
    ).toMatchObject({
      "s3:PutObject": ["<ArchiveBucket.Arn>/prod/logs/*"],
      "s3:GetObject": ["<ArchiveBucket.Arn>/prod/logs/*"],
    });
  });

  test("may be the one that the AWS integration has", () => {
    const existing = archive((stack) => ({
      access: { role: Role.fromRoleName(stack, "Existing", "DatadogIntegrationRole") },
    }));
    existing.resourceCountIs("AWS::IAM::Role", 0);
    existing.hasResourceProperties("AWS::IAM::Policy", { Roles: ["DatadogIntegrationRole"] });
  });

  test("is not made without an external id", () => {
    expect(() => archive(() => ({ access: { externalId: " " } }))).toThrow("externalId is empty");
  });
});

test.each([undefined, "prod/logs"])("cdk-nag has no finding without a reason, with the path %s", (path) => {
  const app = appAsDeployed();
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  new LogArchiveBucket(new Stack(app, "Stack"), "Archive", { access, path });
  expect(() => app.synth()).not.toThrow();
});
