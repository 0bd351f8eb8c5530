import { Validations } from "aws-cdk-lib";
import { Match, Template } from "aws-cdk-lib/assertions";
import { AwsSolutionsChecks } from "cdk-nag";
import { expect, test } from "vitest";
import { FirelensStack, type FirelensStackProps } from "../../infra/stacks/firelens-stack.ts";
import { containersOf } from "../support/containers.ts";
import { allowedActions, appAsDeployed } from "../support/templates.ts";

const stackWith = (props: Partial<FirelensStackProps> = {}) =>
  new FirelensStack(appAsDeployed(), "sidecarless-firelens", { apiKey: { secret: "dd-key" }, ...props });
const stack = stackWith();
const template = Template.fromStack(stack);

test("runs one task whose container logs through FireLens, with tags", () => {
  template.hasResourceProperties("AWS::ECS::Service", { LaunchType: "FARGATE", DesiredCount: 1 });
  expect(containersOf(stack).app?.LogConfiguration.Options).toMatchObject({
    dd_service: "sidecarless-sample",
    dd_tags: "env:development",
  });
});

test("has no NAT gateway, and public addresses in its place", () => {
  template.resourceCountIs("AWS::EC2::NatGateway", 0);
  template.hasResourceProperties("AWS::ECS::Service", {
    NetworkConfiguration: { AwsvpcConfiguration: { AssignPublicIp: "ENABLED" } },
  });
});

test("lets nothing in, and only HTTPS out", () => {
  template.hasResourceProperties("AWS::EC2::SecurityGroup", {
    SecurityGroupIngress: Match.absent(),
    SecurityGroupEgress: [Match.objectLike({ FromPort: 443, ToPort: 443, IpProtocol: "tcp" })],
  });
});

test("fails the deployment when the router can't start", () => {
  template.hasResourceProperties("AWS::ECS::Service", {
    DeploymentConfiguration: { DeploymentCircuitBreaker: { Enable: true, Rollback: true } },
  });
});

test("measures each container", () => {
  template.hasResourceProperties("AWS::ECS::Cluster", {
    ClusterSettings: [{ Name: "containerInsights", Value: "enhanced" }],
  });
});

test("looks nothing up, even for a known account", () => {
  const app = appAsDeployed();
  new FirelensStack(app, "sidecarless-firelens", {
    apiKey: { secret: "arn:aws:secretsmanager:ap-northeast-1:111122223333:secret:datadog-AbCdEf" },
    env: { account: "111122223333", region: "ap-northeast-1" },
  });
  expect(app.synth().manifest.missing).toBeUndefined();
});

test("takes a parameter for the key, and the documented profile", () => {
  const documented = stackWith({ apiKey: { parameter: "/dd/key" }, profile: "asDocumented" });
  expect(allowedActions(Template.fromStack(documented), /ExecutionRole/)).toHaveProperty("ssm:GetParameters");
  expect(containersOf(documented).app?.LogConfiguration.Options).not.toHaveProperty("compress");
});

test.each(["asDocumented", "hardened"] as const)("leaves cdk-nag no finding without a reason, %s", (profile) => {
  const app = appAsDeployed();
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  new FirelensStack(app, "sidecarless-firelens", { apiKey: { secret: "dd-key" }, profile });
  expect(() => app.synth()).not.toThrow();
});
