import { Peer, Port, SecurityGroup, type SubnetSelection, SubnetType, Vpc } from "aws-cdk-lib/aws-ec2";
import type { Construct } from "constructs";
import { acknowledge } from "./acknowledge.ts";

export interface ComparisonNetwork {
  readonly vpc: Vpc;
  /** For tasks, which have a way out and take no connections from there. No NAT: it would cost more than they do. */
  readonly publicSubnets: SubnetSelection;
  /** For what has no business with the internet. */
  readonly privateSubnets: SubnetSelection;
  /** Of the tasks that write the load: HTTPS out, nothing in. */
  readonly tasks: SecurityGroup;
}

/**
 * One zone for everything: both paths have the same way to the recorder, and no line is paid for between zones. What runs
 * for minutes need not outlive a zone.
 */
export function comparisonNetwork(scope: Construct): ComparisonNetwork {
  const vpc = new Vpc(scope, "Vpc", {
    maxAzs: 1,
    natGateways: 0,
    // Nothing uses the default group, and to empty it CDK would deploy a Lambda.
    restrictDefaultSecurityGroup: false,
    subnetConfiguration: [
      { name: "public", subnetType: SubnetType.PUBLIC, cidrMask: 26 },
      { name: "private", subnetType: SubnetType.PRIVATE_ISOLATED, cidrMask: 26 },
    ],
  });
  acknowledge(vpc, {
    id: "AwsSolutions::AwsSolutions-VPC7",
    reason: "Lines that were made up, for the length of a run. Flow logs would cost more than it does.",
  });
  return {
    vpc,
    publicSubnets: { subnetType: SubnetType.PUBLIC },
    privateSubnets: { subnetType: SubnetType.PRIVATE_ISOLATED },
    tasks: httpsOut(scope, "Tasks", vpc, "Tasks that write the load"),
  };
}

/** A group that lets HTTPS out and nothing in. Rules for whom it talks to besides are added by who knows them. */
export function httpsOut(scope: Construct, id: string, vpc: Vpc, description: string): SecurityGroup {
  const group = new SecurityGroup(scope, id, { vpc, allowAllOutbound: false, description });
  group.addEgressRule(Peer.anyIpv4(), Port.tcp(443), "Images, secrets, CloudWatch Logs, S3, Datadog");
  return group;
}
