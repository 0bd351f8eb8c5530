import type { IGrantable } from "aws-cdk-lib/aws-iam";
import { type ISecret, Secret } from "aws-cdk-lib/aws-secretsmanager";
import { type IStringParameter, StringParameter } from "aws-cdk-lib/aws-ssm";
import type { Construct } from "constructs";
import { ENV } from "../../functions/settings/environment.ts";

/** Where the Datadog API key lies: a secret (the key itself, or JSON with `apiKey`), or a SecureString parameter. */
export type ApiKeySource = { readonly secret: ISecret } | { readonly parameter: IStringParameter };

/** An existing place, by the name or ARN of a secret, or the name of a SecureString parameter. */
export function existingApiKey(
  scope: Construct,
  id: string,
  place: { readonly secret: string } | { readonly parameter: string },
): ApiKeySource {
  if ("parameter" in place) {
    const attributes = { parameterName: place.parameter };
    return { parameter: StringParameter.fromSecureStringParameterAttributes(scope, id, attributes) };
  }
  if (place.secret.startsWith("arn:")) return { secret: Secret.fromSecretCompleteArn(scope, id, place.secret) };
  return { secret: Secret.fromSecretNameV2(scope, id, place.secret) };
}

/** The setting that names the place to a function. */
export function apiKeyEnvironment(source: ApiKeySource): Record<string, string> {
  if ("parameter" in source) return { [ENV.apiKeySsmName]: source.parameter.parameterName };
  // A secret imported by name has no full ARN; the name does as well.
  return { [ENV.apiKeySecretArn]: source.secret.secretFullArn ?? source.secret.secretName };
}

/** The right to read that one place, and to decrypt it if it has a key of its own. */
export function grantReadApiKey(source: ApiKeySource, grantee: IGrantable): void {
  if ("parameter" in source) source.parameter.grantRead(grantee);
  else source.secret.grantRead(grantee);
}
