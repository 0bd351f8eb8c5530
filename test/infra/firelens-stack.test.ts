import { App, Validations } from "aws-cdk-lib";
import { Match, Template } from "aws-cdk-lib/assertions";
import { AwsSolutionsChecks } from "cdk-nag";
import { expect, test } from "vitest";
import { addStacks } from "../../infra/stacks/all-stacks.ts";
import { FirelensStack, type FirelensStackProps } from "../../infra/stacks/firelens-stack.ts";
import { containersOf } from "../support/containers.ts";
import { allowedActions, appAsDeployed, readable, settingsOf } from "../support/templates.ts";

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

test("takes the field of a secret that is JSON, and the customer's key that it is encrypted with", () => {
  const kmsKeyArn = "arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";
  const json = stackWith({ apiKey: { secret: "dd-key", field: "apiKey", kmsKeyArn } });
  const [option] = containersOf(json).app?.LogConfiguration.SecretOptions ?? [];
  expect(readable(option?.ValueFrom)).toMatch(/:secret:dd-key:apiKey::$/);
  expect(allowedActions(Template.fromStack(json), /ExecutionRole/)).toMatchObject({ "kms:Decrypt": [kmsKeyArn] });
});

test("leaves nothing behind, and two of them have two log groups", () => {
  const groups = [
    template,
    Template.fromStack(new FirelensStack(appAsDeployed(), "other", { apiKey: { secret: "k" } })),
  ];
  const [one, other] = groups.map((template) => Object.values(template.findResources("AWS::Logs::LogGroup")));
  for (const { DeletionPolicy } of one ?? []) expect(DeletionPolicy).toBe("Delete");
  const names = [one, other].map((found) => found?.map(({ Properties }) => Properties.LogGroupName).filter(Boolean));
  expect(names).toEqual([["/ecs/sidecarless-firelens/sidecarless-sample"], ["/ecs/other/sidecarless-sample"]]);
});

test("with a secret that ECS can't find by its name it is left out, so that the forwarder can be deployed", () => {
  const added = (apiKeySecret: string) => {
    const app = new App({ analyticsReporting: false });
    const notes = addStacks(app, settingsOf({ apiKeySecret, logGroups: "/ecs/a" }));
    return { notes, stacks: app.node.children.map(({ node }) => node.id) };
  };
  expect(added("dd-apikey")).toEqual({
    notes: [
      expect.stringMatching(/^sidecarless-firelens and sidecarless-comparison are left out\. .*"dd-apikey" ends in/),
    ],
    stacks: ["sidecarless-forwarder"],
  });
  const arn = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:dd-apikey-AbCdEf";
  expect(added(arn)).toMatchObject({ notes: [], stacks: { length: 3 } });
});
