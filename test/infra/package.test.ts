import { App, Stack } from "aws-cdk-lib";
import { Template } from "aws-cdk-lib/assertions";
import { Secret } from "aws-cdk-lib/aws-secretsmanager";
// As another CDK app imports it: the built package, by its name.
import { Forwarder } from "sidecarless/infra/forwarder";
import { expect, test } from "vitest";

test("another CDK app can use the built constructs", () => {
  const stack = new Stack(new App(), "Other");
  const secret = Secret.fromSecretNameV2(stack, "Key", "dd-key");
  new Forwarder(stack, "Forwarder", { apiKey: { secret } });
  expect(Object.keys(Template.fromStack(stack).findResources("AWS::Lambda::Function"))).toHaveLength(2);
});
