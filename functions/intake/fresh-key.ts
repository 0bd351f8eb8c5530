import type { Clock } from "../clock.ts";
import { type ApiKey, ApiKeyError } from "./api-key.ts";
import type { Post } from "./post.ts";
import type { Answer, Call, Send } from "./send.ts";

/** With less time than this left, an attempt could only be cut off. */
const MIN_ATTEMPT_MS = 50;

/**
 * Posts with the current key. A refused key is read again once, and the payload sent with the new one: a key that
 * was rotated loses nothing. If it is refused still, that counts as retryable, since a person can mend it.
 */
export function withFreshKey(
  post: Post,
  apiKey: ApiKey,
  requestTimeoutMs: number,
  clock: Clock,
): Send<Exclude<Answer, { status: "unauthorized" }>> {
  const attempt = async (key: string, ...[payload, call]: Parameters<Send<Answer>>): Promise<Answer> => {
    const timeoutMs = Math.min(requestTimeoutMs, call.deadlineMs - clock.monotonicMs());
    if (timeoutMs < MIN_ATTEMPT_MS) return { status: "retryable", reason: "no time left", outOfTime: true };
    const answer = await post(payload, key, timeoutMs, call);
    const cutShort = answer.status === "retryable" && answer.reason === "timeout" && timeoutMs < requestTimeoutMs;
    return cutShort ? { ...answer, outOfTime: true } : answer;
  };
  return async (payload, call) => {
    const onStale = (reason: string) => call.note(`old key used: ${reason}`);
    try {
      const key = await inTime(apiKey.current(onStale), call, clock);
      let answer = await attempt(key, payload, call);
      if (answer.status !== "unauthorized") return answer;
      const renewed = await inTime(apiKey.renewed(key, onStale), call, clock);
      if (renewed !== key) {
        call.note("new key read");
        answer = await attempt(renewed, payload, call);
      }
      return answer.status === "unauthorized" ? { status: "retryable", reason: answer.reason } : answer;
    } catch (error) {
      if (!(error instanceof ApiKeyError)) throw error;
      return { status: "retryable", reason: error.reason };
    }
  };
}

/** The key's own reading has time-outs, but they may be longer than what is left of the invocation. */
async function inTime(key: Promise<string>, call: Call, clock: Clock): Promise<string> {
  const leftMs = Math.min(Math.max(0, call.deadlineMs - clock.monotonicMs()), MAX_TIMER_MS);
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const error = () => new ApiKeyError("api key late", "reading it took longer than the invocation has left.");
    timer = setTimeout(() => reject(error()), leftMs);
  });
  try {
    return await Promise.race([key, late]);
  } finally {
    clearTimeout(timer);
  }
}

const MAX_TIMER_MS = 2 ** 31 - 1;
