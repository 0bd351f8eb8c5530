import { codeOf } from "../error-code.ts";
import type { Why } from "./whys.ts";

/** What a call that failed means for a log group. */
export interface Failure {
  readonly why: Extract<Why, "gone" | "full" | "denied" | "throttled" | "refused" | "failed">;
  /** AWS's, or Node's. */
  readonly code: string;
}

/**
 * By the errors of each operation, and those that all have:
 * https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutSubscriptionFilter.html ·
 * https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/CommonErrors.html (2026-11)
 */
const KNOWN = new Map<string, Failure["why"]>([
  ["ResourceNotFoundException", "gone"],
  ["LimitExceededException", "full"],
  ["AccessDeniedException", "denied"],
  ["AccessDenied", "denied"],
  ["UnrecognizedClientException", "denied"],
  ["ExpiredTokenException", "denied"],
  ["CredentialsProviderError", "denied"],
  ["InvalidParameterException", "refused"],
  ["InvalidOperationException", "refused"],
  ["ValidationException", "refused"],
  ["ThrottlingException", "throttled"],
  ["Throttling", "throttled"],
  ["ThrottledException", "throttled"],
  ["TooManyRequestsException", "throttled"],
  ["RequestLimitExceeded", "throttled"],
]);

export function failureOf(error: unknown): Failure {
  const code = codeOf(error);
  return { why: KNOWN.get(code) ?? "failed", code };
}

/** A conflict of two changes, a service that is down, a broken connection: these may be over soon, and throttling is. */
export const mayPass = ({ why, code }: Failure): boolean =>
  why === "throttled" ||
  // Without a name it is no answer, but something like a region that is not set.
  (why === "failed" && code !== "Error" && code !== "unknown error");
