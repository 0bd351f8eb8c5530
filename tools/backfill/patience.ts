import type { Clock } from "../../functions/clock.ts";

/** How often a call is tried, and how long is waited between, in milliseconds. */
const ATTEMPTS = 10;
const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 20_000;

const PASSING =
  /Throttl|TooManyRequests|LimitExceeded|RequestLimit|ServiceUnavailable|ServiceException|InternalFailure|InternalServer|Timeout|ECONNRESET|ECONNREFUSED|EPIPE|EAI_AGAIN|ResourceNotReady/;

/** Repeats a call that fails for a reason that passes, such as throttling, each time after a longer wait. */
export async function patiently<T>(
  call: () => Promise<T>,
  { sleep, random }: Pick<Clock, "sleep" | "random">,
  signal: AbortSignal,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await call();
    } catch (error) {
      if (attempt === ATTEMPTS || signal.aborted || !passes(error as Error)) throw error;
      const longest = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (attempt - 1));
      await sleep(longest * (0.5 + random() / 2));
    }
  }
}

function passes(error: Error): boolean {
  // What AWS said is the cause of an error that says what to do.
  const { name, code, $metadata } = (error.cause ?? error) as Error & {
    code?: string;
    $metadata?: { httpStatusCode?: number };
  };
  const status = $metadata?.httpStatusCode ?? 0;
  return status === 429 || status >= 500 || PASSING.test(`${name} ${code ?? ""}`);
}
