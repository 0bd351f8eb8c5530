import { Annotations, RemovalPolicy, Stack } from "aws-cdk-lib";
import { AccountPrincipal, type IRole, Policy, PolicyStatement, Role } from "aws-cdk-lib/aws-iam";
import { BlockPublicAccess, Bucket, BucketEncryption, type CfnBucket, type IBucket } from "aws-cdk-lib/aws-s3";
import { Construct } from "constructs";
import { acknowledge } from "../parts/acknowledge.ts";
import {
  type ArchiveLifecycleProps,
  archiveLifecycle,
  lifecycleProblems,
  wastefulTransitions,
} from "../parts/archive-lifecycle.ts";

/**
 * The AWS accounts from which Datadog assumes roles in commercial accounts, by site. From an AWS GovCloud account
 * others apply; give that as `datadogAccountId`.
 * https://github.com/DataDog/cloudformation-template/blob/master/aws_quickstart/main_extended.yaml, DdAccountIdBySite (2026-06-26)
 */
export const DATADOG_ACCOUNT_IDS = {
  "datadoghq.com": "464622532012",
  "us3.datadoghq.com": "464622532012",
  "us5.datadoghq.com": "464622532012",
  "datadoghq.eu": "464622532012",
  "ap1.datadoghq.com": "417141415827",
  "ap2.datadoghq.com": "412381753143",
  "uk1.datadoghq.com": "117348461845",
  "ddog-gov.com": "392588925713",
  "us2.ddog-gov.com": "382742775718",
} as const;

/** A role to be made, or the one that Datadog's AWS integration already has: there is one per account. */
export type ArchiveAccess =
  | {
      /** From the AWS integration page in Datadog: it keeps other customers of Datadog from naming this role. */
      readonly externalId: string;
      /** @default "datadoghq.com" */
      readonly site?: keyof typeof DATADOG_ACCOUNT_IDS;
      /** @default the site's */
      readonly datadogAccountId?: string;
    }
  | { readonly role: IRole };

export interface LogArchiveBucketProps extends ArchiveLifecycleProps {
  readonly access: ArchiveAccess;
  /** @default named by CloudFormation. No dots: Datadog's FIPS sites can't reach such a bucket. */
  readonly bucketName?: string;
  /** Folder of the archive, as entered in Datadog. @default the whole bucket */
  readonly path?: string;
  /** Where S3 logs who reads the archives. @default nowhere */
  readonly accessLogs?: { readonly bucket: IBucket; readonly prefix?: string };
}

/**
 * Where Datadog archives logs, and its right to do so. In Datadog an archive with the bucket's name, the path, and the
 * role's name remains to be made: `npm run datadog -- apply` does. It outlives the stack.
 *
 * Versioned, since Datadog's role may overwrite; not locked, since Datadog at times writes an archive again.
 * Encrypted with S3's own keys: a KMS key would need a policy for the role.
 * https://docs.datadoghq.com/logs/log_configuration/archives/ (2026-11)
 */
export class LogArchiveBucket extends Construct {
  readonly bucket: Bucket;
  readonly role: IRole;

  /** @throws if the external id is empty, or if S3 would refuse the lifecycle. */
  constructor(scope: Construct, id: string, props: LogArchiveBucketProps) {
    super(scope, id);
    this.checkLifecycle(props);
    this.bucket = new Bucket(this, "Bucket", {
      bucketName: props.bucketName,
      encryption: BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      versioned: true,
      removalPolicy: RemovalPolicy.RETAIN,
      serverAccessLogsBucket: props.accessLogs?.bucket,
      serverAccessLogsPrefix: props.accessLogs?.prefix,
      lifecycleRules: [archiveLifecycle(props)],
    });
    this.role = "role" in props.access ? props.access.role : this.roleFor(props.access);
    // A policy of its own, so that a role from elsewhere can take it as well.
    const objects = objectsUnder(props.path);
    const policy = new Policy(this, "Policy", { roles: [this.role], statements: this.statements(objects) });
    const bucketId = Stack.of(this).getLogicalId(this.bucket.node.defaultChild as CfnBucket);
    acknowledge(policy, {
      id: `AwsSolutions::AwsSolutions-IAM5[Resource::<${bucketId}.Arn>/${objects}]`,
      reason: "Objects of the one bucket, as Datadog documents; it names them by time.",
    });
    if (!props.accessLogs) {
      acknowledge(this.bucket, {
        id: "AwsSolutions::AwsSolutions-S1",
        reason: "A choice of who uses it: accessLogs, or CloudTrail's data events.",
      });
    }
  }

  private checkLifecycle(props: LogArchiveBucketProps): void {
    const problems = lifecycleProblems(props);
    if (problems.length > 0) {
      const list = problems.map((problem) => `- ${problem}`).join("\n");
      throw new Error(`${this.node.path}: S3 would refuse this lifecycle, for ${problems.length} reason(s):\n${list}`);
    }
    const wasteful = wastefulTransitions(props);
    if (wasteful.length > 0) Annotations.of(this).addWarningV2("sidecarless:early-deletion", wasteful.join(" "));
  }

  private roleFor({ externalId, site = "datadoghq.com", datadogAccountId }: Exclude<ArchiveAccess, { role: IRole }>) {
    if (externalId.trim() === "") {
      throw new Error(`${this.node.path}: externalId is empty; with it anyone's Datadog account could use the role.`);
    }
    return new Role(this, "Role", {
      description: "Datadog archives logs and reads them back",
      assumedBy: new AccountPrincipal(datadogAccountId ?? DATADOG_ACCOUNT_IDS[site]),
      externalIds: [externalId],
    });
  }

  /** As documented, by these names. */
  private statements(objects: string): PolicyStatement[] {
    return [
      new PolicyStatement({
        sid: "DatadogUploadAndRehydrateLogArchives",
        actions: ["s3:PutObject", "s3:GetObject"],
        resources: [this.bucket.arnForObjects(objects)],
      }),
      new PolicyStatement({
        sid: "DatadogRehydrateLogArchivesListBucket",
        actions: ["s3:ListBucket"],
        resources: [this.bucket.bucketArn],
      }),
    ];
  }
}

/** `path` as entered in Datadog, with or without slashes around it. */
function objectsUnder(path = ""): string {
  const folder = path.replace(/^\/+|\/+$/g, "");
  return folder === "" ? "*" : `${folder}/*`;
}
