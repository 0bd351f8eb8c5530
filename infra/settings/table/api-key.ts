import { kmsKeyArn, parameterPlace, secretPlace } from "./formats.ts";
import type { SettingRows } from "./setting-row.ts";
import { text } from "./shapes.ts";

export const API_KEY_SETTINGS = {
  apiKeySecret: {
    shape: secretPlace,
    means: "Name or ARN of an existing Secrets Manager secret. Either this or `apiKeyParameter`.",
    example: "datadog-api-key",
    question: "Name or ARN of that secret",
    hidden: true,
  },
  apiKeyParameter: {
    shape: parameterPlace,
    means: "Name or ARN of an existing SSM SecureString parameter. Either this or `apiKeySecret`.",
    example: "/datadog/api-key",
    question: "Name or ARN of that parameter",
    hidden: true,
  },
  apiKeyField: {
    shape: text,
    otherwise: "`apiKey`, `api_key` or `DD_API_KEY`; for the sidecar the whole secret is the key",
    means: "Field of a secret that is JSON.",
    example: "datadog",
  },
  apiKeyKmsKeyArn: {
    shape: kmsKeyArn,
    otherwise: "AWS's own key",
    means: "Customer's KMS key that secret or parameter is encrypted with. A secret of another account must have one.",
    example: "arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab",
  },
} as const satisfies SettingRows;
