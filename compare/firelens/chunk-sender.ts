import { setMaxListeners } from "node:events";
import http from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import type { Model } from "../modelled.ts";
import { type FirelensProfile, PROFILES } from "./agent-config.ts";
import { postChunk } from "./post-chunk.ts";

export interface Chunk {
  /** As JSON. */
  readonly entries: string[];
  /** In Fluent Bit's memory. */
  bytes: number;
}

export interface ChunkSender {
  /** Never waits. Tried again as the profile says, then given up. */
  readonly send: (chunk: Chunk) => void;
  /** Of chunks that are on their way or wait to be tried again. */
  readonly heldBytes: () => number;
  /** Tries what is left at once, and gives up after so long. Resolves when nothing is under way. */
  readonly finish: (graceMs: number) => Promise<void>;
}

export interface SenderSettings {
  readonly profile: FirelensProfile;
  readonly recorder: { readonly host: string; readonly port: number };
  readonly apiKey: string;
  readonly model: Model;
}

/** Between attempts when it is stopping. */
const STOPPING_RETRY_MS = 1_000;

/** Fluent Bit's engine as a model: chunks go out at the same time, each with its retries. */
export function chunkSender({ profile, recorder, apiKey, model }: SenderSettings): ChunkSender {
  const { retryLimit, ioTimeoutMs, compress } = PROFILES[profile];
  const deliveryMs = model.get("firelens.deliveryMs");
  const backoffMs = backoff(model);
  const stopping = new AbortController();
  const ended = new AbortController();
  // One for each chunk.
  setMaxListeners(0, stopping.signal, ended.signal);
  const agent = new http.Agent({ keepAlive: true });
  const underWay = new Set<Promise<void>>();
  let held = 0;

  const deliver = async ({ entries }: Chunk) => {
    const json = `[${entries.join(",")}]`;
    for (let retries = 0; ; retries++) {
      await pause(deliveryMs, ended.signal);
      if (ended.signal.aborted) return;
      const status = await postChunk(json, { recorder, apiKey, agent, compress, ioTimeoutMs, signal: ended.signal });
      if (isTaken(status) || retries >= retryLimit) return;
      await pause(backoffMs(retries + 1), stopping.signal);
      if (stopping.signal.aborted) await pause(STOPPING_RETRY_MS, ended.signal);
    }
  };
  return {
    send: (chunk) => {
      held += chunk.bytes;
      const delivery = deliver(chunk).finally(() => {
        held -= chunk.bytes;
        underWay.delete(delivery);
      });
      underWay.add(delivery);
    },
    heldBytes: () => held,
    finish: async (graceMs) => {
      const timer = setTimeout(() => ended.abort(), graceMs);
      stopping.abort();
      await Promise.all(underWay);
      clearTimeout(timer);
      ended.abort();
      agent.destroy();
    },
  };
}

/** Every other answer is tried again, 400 and 403 included. */
const isTaken = (status: number | undefined) => status !== undefined && status >= 200 && status <= 205;

/**
 * Uniform between the base and base × 2ⁿ, and one second.
 * https://docs.fluentbit.io/manual/administration/scheduling-and-retries (2026-11)
 */
function backoff(model: Model): (retry: number) => number {
  const baseMs = model.get("firelens.retryBaseMs");
  const capMs = model.get("firelens.retryCapMs");
  const random = xoroshiro128plus(1);
  return (retry) => {
    const mostMs = Math.max(baseMs, Math.min(capMs, baseMs * 2 ** retry));
    return baseMs + uniformFloat64(random) * (mostMs - baseMs) + 1_000;
  };
}

/** Ends early, and quietly, with the signal. */
const pause = (ms: number, signal: AbortSignal) => sleep(ms, undefined, { signal }).catch(() => undefined);
