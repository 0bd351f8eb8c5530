interface Token {
  readonly getRetryCount: () => number;
  readonly getRetryDelay: () => number;
}

const token = (retries: number, delayMs: number): Token => ({
  getRetryCount: () => retries,
  getRetryDelay: () => delayMs,
});

/** A socket that died while the sandbox was frozen says so at once. */
const RETRY_MS = 20;

/**
 * How the AWS SDK is to try again: once, after a broken connection or the like. It would wait for up to a second before a
 * throttled call, longer than any log waits for its tags: whether there is time for that is the guard's to say.
 */
export const onceMoreUnlessThrottled = {
  acquireInitialRetryToken: async (): Promise<Token> => token(0, 0),
  refreshRetryTokenForRetry: async (before: Token, { errorType }: { readonly errorType: string }): Promise<Token> => {
    if (before.getRetryCount() > 0 || errorType !== "TRANSIENT") throw new Error("not to be tried again");
    return token(1, RETRY_MS);
  },
  recordSuccess: () => undefined,
};
