import type { Clock } from "../clock.ts";
import type { Compress, Outcome, Payload, Settled } from "../records/payload.ts";
import type { Config } from "../settings/config.ts";
import { type ApiKey, cachedApiKey, readApiKey } from "./api-key.ts";
import { type BreakerPolicy, withBreaker } from "./breaker.ts";
import { type Compression, createCompression } from "./compression.ts";
import { withFreshKey } from "./fresh-key.ts";
import { entriesOf, halve, payloadOf } from "./payload.ts";
import { createPost } from "./post.ts";
import { RETRY_POLICY, withRetry } from "./retry.ts";
import type { Answer, Call, Deliver, Send } from "./send.ts";

/** How soon after a read a refused key is read again. */
const MIN_KEY_REFRESH_MS = 1_000;

export interface IntakeEdge {
  /** In the encoding that the intake takes. */
  readonly compress: Compress;
  readonly deliver: Deliver;
}

/**
 * Everything between a payload and its end, put together once per sandbox.
 * @param version of this forwarder.
 */
export function createIntake(config: Config, version: string, clock: Clock, breaker: BreakerPolicy): IntakeEdge {
  const { compress, withGzipToo, attempt } = openIntake(config, version, clock);
  const retried = withGzipToo(withRetry(attempt, RETRY_POLICY, clock));
  return { compress, deliver: withSplit(withBreaker(retried, breaker, clock), compress) };
}

/** One attempt with the current key, for whoever decides otherwise when to try again. */
export interface OpenIntake extends Compression {
  readonly attempt: Send<Attempted>;
}

export type Attempted = Exclude<Answer, { readonly status: "unauthorized" }>;

export function openIntake(config: Config, version: string, clock: Clock): OpenIntake {
  const compression = createCompression(config.compression.encoding, config.compression);
  const apiKey = startReading(
    cachedApiKey(
      () => readApiKey(config.apiKey, config.proxy),
      { ttlMs: config.apiKeyTtlMs, minRefreshMs: MIN_KEY_REFRESH_MS },
      clock,
    ),
  );
  const { intake, proxy, maxConcurrentRequests: maxConnections } = config;
  const post = createPost({ ...intake, proxy, version, maxConnections }, clock);
  return { ...compression, attempt: withFreshKey(post, apiKey, config.requestTimeoutMs, clock) };
}

/** Loading the SDK and reading the key takes as long as decoding and packing, so both start together. */
function startReading(apiKey: ApiKey): ApiKey {
  // A failure is not lost: the first send asks again, and reports it.
  apiKey.current(() => undefined).catch(() => undefined);
  return apiKey;
}

/**
 * Cuts what the intake calls too large in half, and in half again; a single entry that is too large is rejected.
 * Halves are sent one after the other, so that their order stays. Neighbours that failed alike are put together again,
 * so that an intake that calls everything too large leaves one object in the store, not one for each entry.
 */
export function withSplit(send: Send<Outcome | { status: "tooLarge"; reason: string }>, compress: Compress): Deliver {
  async function deliver(payload: Payload, call: Call): Promise<readonly Settled[]> {
    const answer = await send(payload, call);
    if (answer.status !== "tooLarge") return [{ payload, outcome: answer }];
    if (payload.entryCount === 1) return [{ payload, outcome: { status: "rejected", reason: answer.reason } }];
    const halves = halve(payload, compress);
    // A stored object that was tampered with: no part of it could be sent.
    if (!halves) return [{ payload, outcome: { status: "rejected", reason: `${answer.reason}, body unreadable` } }];
    call.note("payload halved");
    const [first, second] = halves;
    return [...(await deliver(first, call)), ...(await deliver(second, call))];
  }
  return async (payload, call) => {
    const settled = await deliver(payload, call);
    return settled.length === 1 ? settled : joinNeighbours(settled, compress);
  };
}

function joinNeighbours(settled: readonly Settled[], compress: Compress): Settled[] {
  const runs: Settled[][] = [];
  for (const one of settled) {
    const run = runs.at(-1);
    if (run?.[0] && sameEnd(run[0].outcome, one.outcome)) run.push(one);
    else runs.push([one]);
  }
  return runs.map((run) => {
    const [first] = run as [Settled, ...Settled[]];
    if (run.length === 1) return first;
    const entries = run.flatMap(({ payload }) => entriesOf(payload.body) ?? []);
    return { payload: payloadOf(entries, compress), outcome: first.outcome };
  });
}

const sameEnd = (a: Outcome, b: Outcome) =>
  a.status !== "delivered" && b.status !== "delivered" && a.status === b.status && a.reason === b.reason;
