import { Annotations, Stack, Token } from "aws-cdk-lib";
import type { Construct } from "constructs";
import { apiKeyPlace } from "../api-key-source.ts";
import type { ForwarderProps } from "./props.ts";

/** What is no mistake for certain, once each at synth. `Annotations.of(forwarder).acknowledgeWarning(id)` silences one. */
export const WARNINGS = {
  concurrency: "sidecarless:concurrency",
  foreignSecretWithoutKey: "sidecarless:foreign-key-without-kms-key",
  existingRoles: "sidecarless:existing-roles",
  proxyPassword: "sidecarless:proxy-password",
} as const;

export function warnForwarder(scope: Construct, props: ForwarderProps): void {
  const warn = (name: keyof typeof WARNINGS, text: string) => Annotations.of(scope).addWarningV2(WARNINGS[name], text);
  if (props.reservedConcurrency === undefined) {
    warn(
      "concurrency",
      'Nothing limits how many forwarders run at once: an outage of the intake can use up the concurrency that all functions of the account share. Set reservedConcurrency to a number, such as 50, or to "unreserved" if that may be. docs/deploying.md tells how many are needed.',
    );
  }
  const { account, encryptionKey, arn } = apiKeyPlace(scope, props.apiKey);
  const own = Stack.of(scope).account;
  const isForeign = !Token.isUnresolved(account) && !Token.isUnresolved(own) && account !== own;
  if (isForeign && encryptionKey === undefined) {
    warn(
      "foreignSecretWithoutKey",
      `${arn} is of another account: AWS lets others read it only if it is encrypted with a customer's KMS key, and the functions may use that key only if it is given. Give it with the API key's place, as kmsKeyArn or encryptionKey.`,
    );
  }
  if (props.functions?.roles) {
    warn(
      "existingRoles",
      "Nothing is added to the roles in functions.roles. Forwarder.rolePolicies returns what they must allow; without that, no log is delivered.",
    );
  }
  const proxy = props.network?.proxy?.url;
  if (proxy !== undefined && !Token.isUnresolved(proxy) && URL.parse(proxy)?.password) {
    warn(
      "proxyPassword",
      "The URL of network.proxy holds a password: everyone who may see the functions' settings, or the template, sees it.",
    );
  }
}
