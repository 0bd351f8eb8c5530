import { Stack } from "aws-cdk-lib";
import { type IKey, Key } from "aws-cdk-lib/aws-kms";
import { type ISecret, Secret } from "aws-cdk-lib/aws-secretsmanager";
import { StringParameter } from "aws-cdk-lib/aws-ssm";
import type { Construct } from "constructs";
import { ENV } from "../../functions/settings/environment.ts";
import type { Right } from "./rights.ts";

/** An SSM parameter, such as CDK's `StringParameter`. */
export interface ApiKeyParameter {
  readonly parameterArn: string;
  /** Or the ARN, which a parameter of another account needs. */
  readonly parameterName: string;
  readonly encryptionKey?: IKey;
}

/**
 * Where the Datadog API key lies: a secret, or a SecureString parameter. `encryptionKey`: the customer's KMS key that it
 * is encrypted with, if the construct does not tell; AWS's own keys need no mention.
 */
export type ApiKeySource =
  | {
      readonly secret: ISecret;
      /** Name of the field that holds the key, if the secret is JSON. @default `apiKey`, `api_key` or `DD_API_KEY` */
      readonly field?: string;
      readonly encryptionKey?: IKey;
    }
  | { readonly parameter: ApiKeyParameter; readonly encryptionKey?: IKey };

/** An existing place, by name or ARN. */
export type ExistingApiKey = ({ readonly secret: string; readonly field?: string } | { readonly parameter: string }) & {
  /** Of the customer's KMS key that it is encrypted with. An alias does not do: policies don't know aliases. */
  readonly kmsKeyArn?: string;
};

const KMS_KEY_ARN = /^arn:[^:]+:kms:[^:]+:\d{12}:key\/[^/]+$/;
const PARAMETER_ARN = /^arn:[^:]+:ssm:[^:]+:\d{12}:parameter\/.+$/;
const SECRET_ARN = /^arn:[^:]+:secretsmanager:[^:]+:\d{12}:secret:.+$/;

/** @throws if an ARN is of something else. */
export function existingApiKey(scope: Construct, id: string, place: ExistingApiKey): ApiKeySource {
  const { kmsKeyArn } = place;
  if (kmsKeyArn !== undefined) mustBe(kmsKeyArn, KMS_KEY_ARN, "a KMS key, and no alias");
  const encryptionKey = kmsKeyArn === undefined ? undefined : Key.fromKeyArn(scope, `${id}Kms`, kmsKeyArn);
  if ("parameter" in place) return { parameter: existingParameter(scope, id, place.parameter), encryptionKey };
  const { secret, field } = place;
  if (!secret.startsWith("arn:")) return { secret: Secret.fromSecretNameV2(scope, id, secret), field, encryptionKey };
  mustBe(secret, SECRET_ARN, "a secret of Secrets Manager");
  return { secret: Secret.fromSecretAttributes(scope, id, arnOfSecret(secret)), field, encryptionKey };
}

function existingParameter(scope: Construct, id: string, parameter: string): ApiKeyParameter {
  if (parameter.startsWith("arn:")) {
    mustBe(parameter, PARAMETER_ARN, "a parameter of SSM");
    return { parameterArn: parameter, parameterName: parameter };
  }
  return StringParameter.fromSecureStringParameterAttributes(scope, id, { parameterName: parameter });
}

function mustBe(arn: string, pattern: RegExp, what: string): void {
  if (!pattern.test(arn)) throw new Error(`"${arn}" must be the ARN of ${what}.`);
}

/** Secrets Manager adds a hyphen and six characters to a name; without them the ARN is a partial one. */
const arnOfSecret = (arn: string) =>
  /-[A-Za-z0-9]{6}$/.test(arn) ? { secretCompleteArn: arn } : { secretPartialArn: arn };

/** The settings that name the place to a function. */
export function apiKeyEnvironment(scope: Construct, source: ApiKeySource): Record<string, string> {
  if ("parameter" in source) return { [ENV.apiKeySsmName]: source.parameter.parameterName };
  const { secret, field } = source;
  const { account, region } = Stack.of(scope);
  const isHere = secret.env.account === account && secret.env.region === region;
  // Here a name serves, and is never taken for more than it is. Elsewhere only an ARN does, be it without its suffix.
  const id = secret.secretFullArn ?? (isHere ? secret.secretName : secret.secretArn);
  return { [ENV.apiKeySecretArn]: id, ...(field !== undefined && { [ENV.apiKeyField]: field }) };
}

/** What there is to know of a place, whichever service it is of. */
export interface ApiKeyPlace {
  readonly service: "secretsmanager" | "ssm";
  readonly arn: string;
  readonly account: string;
  readonly region: string;
  readonly encryptionKey?: IKey;
}

/** @param scope of the function that reads it */
export function apiKeyPlace(scope: Construct, source: ApiKeySource): ApiKeyPlace {
  if ("parameter" in source) {
    const { parameterArn: arn, encryptionKey } = source.parameter;
    const { account, region } = Stack.of(scope);
    // An ARN that CloudFormation fills in is of the same stack.
    const [, , , itsRegion = region, itsAccount = account] = arn.split(":");
    const key = source.encryptionKey ?? encryptionKey;
    return { service: "ssm", arn, account: itsAccount, region: itsRegion, encryptionKey: key };
  }
  const { secret, encryptionKey = secret.encryptionKey } = source;
  const arn = secret.secretFullArn ?? `${secret.secretArn}-??????`;
  return { service: "secretsmanager", arn, ...secret.env, encryptionKey };
}

/** The right to read that one place, and to have it decrypted if its KMS key is the customer's own. */
export function apiKeyRights(scope: Construct, source: ApiKeySource): Right[] {
  const place = apiKeyPlace(scope, source);
  const read: Right = {
    sid: "ReadApiKey",
    actions: [READ[place.service]],
    resources: [place.arn],
    why: "The API key. Of a secret known by name, only Secrets Manager knows the last six characters of the ARN.",
  };
  return place.encryptionKey === undefined ? [read] : [read, decrypt(scope, place, place.encryptionKey)];
}

const READ = { secretsmanager: "secretsmanager:GetSecretValue", ssm: "ssm:GetParameter" } as const;

/**
 * Under this name each service tells KMS the ARN of what is to be decrypted.
 * https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html ·
 * https://docs.aws.amazon.com/systems-manager/latest/userguide/secure-string-parameter-kms-encryption.html (2026-11)
 */
const CONTEXT = { secretsmanager: "SecretARN", ssm: "PARAMETER_ARN" } as const;

const decrypt = (scope: Construct, { service, arn, region }: ApiKeyPlace, key: IKey): Right => ({
  sid: "DecryptApiKey",
  actions: ["kms:Decrypt"],
  resources: [key.keyArn],
  conditions: {
    StringEquals: { "kms:ViaService": `${service}.${region}.${Stack.of(scope).urlSuffix}` },
    StringLike: { [`kms:EncryptionContext:${CONTEXT[service]}`]: arn },
  },
  why: "The API key is encrypted with this key: only for that one place, and only through its service.",
});
