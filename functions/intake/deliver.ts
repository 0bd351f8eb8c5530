import type { Config } from "../forwarder/config.ts";
import type { Clock, Outcome, Payload, Settled } from "../forwarder/types.ts";
import { type ApiKey, cachedApiKey, readApiKey } from "./api-key.ts";
import { BREAKER_POLICY, withBreaker } from "./breaker.ts";
import { withFreshKey } from "./fresh-key.ts";
import { halve } from "./payload.ts";
import { createPost } from "./post.ts";
import { RETRY_POLICY, withRetry } from "./retry.ts";
import type { Call, Deliver, Send } from "./send.ts";

/** How soon after a read a refused key is read again. */
const MIN_KEY_REFRESH_MS = 1_000;

/** Everything between a payload and its end, put together once per sandbox. `version`: of this forwarder. */
export function createDeliver(config: Config, version: string, clock: Clock): Deliver {
  const apiKey = startReading(
    cachedApiKey(
      () => readApiKey(config.apiKey),
      { ttlMs: config.apiKeyTtlMs, minRefreshMs: MIN_KEY_REFRESH_MS },
      clock.now,
    ),
  );
  const post = createPost({ ...config.intake, version, maxConnections: config.maxConcurrentRequests }, clock.now);
  const attempt = withFreshKey(post, apiKey, config.requestTimeoutMs, clock);
  const send = withBreaker(withRetry(attempt, RETRY_POLICY, clock), BREAKER_POLICY, clock);
  return withSplit(send, config.compressionLevel);
}

/** Loading the SDK and reading the key takes as long as decoding and packing, so both start together. */
function startReading(apiKey: ApiKey): ApiKey {
  // A failure is not lost: the first send asks again, and reports it.
  apiKey.current(() => undefined).catch(() => undefined);
  return apiKey;
}

/**
 * Cuts what the intake calls too large in half, and in half again; a single entry that is too large is rejected.
 * Halves are sent one after the other, so that their order stays.
 */
export function withSplit(send: Send<Outcome | { status: "tooLarge"; reason: string }>, level: number): Deliver {
  return async function deliver(payload: Payload, call: Call): Promise<readonly Settled[]> {
    const answer = await send(payload, call);
    if (answer.status !== "tooLarge") return [{ payload, outcome: answer }];
    if (payload.entryCount === 1) return [{ payload, outcome: { status: "rejected", reason: answer.reason } }];
    const halves = halve(payload, level);
    // A stored object that was tampered with: no part of it could be sent.
    if (!halves) return [{ payload, outcome: { status: "rejected", reason: `${answer.reason}, body unreadable` } }];
    call.note("payload halved");
    const [first, second] = halves;
    return [...(await deliver(first, call)), ...(await deliver(second, call))];
  };
}
