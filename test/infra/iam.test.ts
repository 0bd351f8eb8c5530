import { Template } from "aws-cdk-lib/assertions";
import { expect, test } from "vitest";
import { ComparisonStack } from "../../infra/stacks/comparison-stack.ts";
import { FirelensStack } from "../../infra/stacks/firelens-stack.ts";
import { allowedActions, appAsDeployed, forwarderStack } from "../support/templates.ts";

const apiKey = { secret: "dd-key" };
const stacks = {
  "sidecarless-forwarder": forwarderStack({ apiKeySecret: "dd-key", logGroups: "/ecs/a" }),
  "sidecarless-firelens": new FirelensStack(appAsDeployed(), "sidecarless-firelens", { apiKey }),
  "sidecarless-comparison": new ComparisonStack(appAsDeployed(), "sidecarless-comparison", { apiKey }),
};

/** Wildcards that can't be avoided, as `action on resource`, each with its reason. */
const JUSTIFIED: readonly (readonly [allowed: RegExp, reason: string])[] = [
  [/^s3:(Put|Get|Delete)Object on <ForwarderStore\.Arn>\/[a-z/]+\/\*$/, "objects whose names hold the time"],
  [
    /^secretsmanager:(GetSecretValue|DescribeSecret) on .*:secret:dd-key-\?{6}$/,
    "six characters that Secrets Manager adds to a name",
  ],
  [/^ecs:(ListClusters|DescribeTaskDefinition) on \*$/, "these take no resource"],
  [/^ecs:DescribeTasks on .*:task\/\*$/, "tasks come and go; any may write"],
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
