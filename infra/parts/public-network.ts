import { Peer, Port, SecurityGroup, SubnetType, Vpc } from "aws-cdk-lib/aws-ec2";
import type { Construct } from "constructs";
import { acknowledge } from "./acknowledge.ts";

/**
 * Public subnets for tasks that take no connections, and a group that lets HTTPS out and nothing in: nobody reaches
 * FireLens at port 24224. No NAT: it would cost more than the tasks.
 */
export function publicNetwork(scope: Construct): { vpc: Vpc; securityGroup: SecurityGroup } {
  const vpc = new Vpc(scope, "Vpc", {
    maxAzs: 2,
    natGateways: 0,
    // Nothing uses the default group, and to empty it CDK would deploy a Lambda.
    restrictDefaultSecurityGroup: false,
    subnetConfiguration: [{ name: "public", subnetType: SubnetType.PUBLIC, cidrMask: 26 }],
  });
  acknowledge(vpc, {
    id: "AwsSolutions::AwsSolutions-VPC7",
    reason: "Tasks that take no connections and make HTTPS ones only. Flow logs would cost more than they do.",
  });
  const securityGroup = new SecurityGroup(scope, "Tasks", {
    vpc,
    allowAllOutbound: false,
    description: "HTTPS out only",
  });
  securityGroup.addEgressRule(Peer.anyIpv4(), Port.tcp(443), "Images, secrets, CloudWatch Logs, Datadog");
  return { vpc, securityGroup };
}
