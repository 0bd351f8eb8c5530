/** Credentials that no AWS would take; the stand-ins do not check the signature. */
export const AWS_CREDENTIALS = {
  AWS_ACCESS_KEY_ID: "AKIDEXAMPLE",
  AWS_SECRET_ACCESS_KEY: "local",
  AWS_REGION: "eu-west-1",
} as const;
