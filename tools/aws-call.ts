/** A call that nobody answers ends by then: without it the SDK waits for good. A page of log events takes seconds. */
export const REQUEST_HANDLER = { connectionTimeout: 5_000, requestTimeout: 20_000, throwOnRequestTimeout: true };

/** AWS did not do what it was asked. The message says what that was, why, and what to do. */
export class AwsCallError extends Error {
  override readonly name = "AwsCallError";
}

/** The answer of a call. @param action as in policies, such as `ecs:RunTask`. @throws AwsCallError, or what aborted it. */
export async function asked<T>(action: string, answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    if ((error as Error).name === "AbortError") throw error;
    throw new AwsCallError(explain(action, error as Error), { cause: error });
  }
}

function explain(action: string, { name, message, code }: NodeJS.ErrnoException): string {
  if (/^AccessDenied|NotAuthorized|UnauthorizedOperation/.test(name)) {
    // What is missing may be another right than that to the call, such as iam:PassRole.
    const refused = /perform: ([\w-]+:\w+)/.exec(message)?.[1] ?? action;
    return `AWS refuses ${refused}: allow it to the user or role that runs this (${message}).`;
  }
  if (/Credentials|ExpiredToken|UnrecognizedClient|InvalidClientToken|InvalidSignature/.test(name)) {
    return `No AWS credentials that are valid (${message}). Set AWS_PROFILE, or log in; then "aws sts get-caller-identity" tells who you are.`;
  }
  if (/^Region is missing/.test(message)) return "No region: give --region, or set AWS_REGION.";
  if (/ResourceNotFound|ClusterNotFound|ServiceNotFound/.test(name)) {
    return `${action}: what is named is not there (${message}). Is it the right region, and is the stack still deployed?`;
  }
  if (name === "TimeoutError") return `${action} was not answered in time: ${message}. Is AWS within reach from here?`;
  // Of the network: what names it is its code.
  return `${action} failed: ${[code ?? name, message].filter(Boolean).join(": ")}`;
}
