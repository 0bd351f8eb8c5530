import type { IGrantable } from "aws-cdk-lib/aws-iam";
import type { ISecret } from "aws-cdk-lib/aws-secretsmanager";
import type { IStringParameter } from "aws-cdk-lib/aws-ssm";
import { ENV } from "../functions/forwarder/env.ts";

/** Where the Datadog API key lies: a secret (the key itself, or JSON with `apiKey`), or a SecureString parameter. */
export type ApiKeySource = { readonly secret: ISecret } | { readonly parameter: IStringParameter };

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
