import { setMaxListeners } from "node:events";
import { readFileSync } from "node:fs";
import http from "node:http";
import https from "node:https";
import { setTimeout as sleep } from "node:timers/promises";
import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import { mersenne } from "pure-rand/generator/mersenne";
import type { Model } from "../modelled.ts";
import { type FirelensProfile, type SidecarChanges, settingsOf } from "./agent-config.ts";
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
  /** What of them, and of their requests, is in memory. */
  readonly memoryBytes: () => number;
  /** Tries what is left at once, then each second, and gives up after so long. Resolves when nothing is under way. */
  readonly finish: (graceMs: number) => Promise<void>;
}

export interface SenderSettings {
  readonly profile: FirelensProfile;
  readonly changes?: SidecarChanges;
  readonly recorder: { readonly host: string; readonly port: number };
  /** What its TLS is known by; without one it speaks none. */
  readonly caFile?: string;
  readonly apiKey: string;
  readonly model: Model;
}

/**
 * Fluent Bit's engine as a model: chunks go out at the same time, each with its retries. One that waits to be tried
 * again is on disk alone, if there is one.
 * https://github.com/fluent/fluent-bit/blob/v5.0.9/src/flb_engine.c (2026-11)
 */
export function chunkSender({ profile, changes, recorder, caFile, apiKey, model }: SenderSettings): ChunkSender {
  const { retryLimit, ioTimeoutMs, compress, diskBufferMib } = settingsOf(profile, changes);
  const retryLeastMs = model.get("firelens.retryLeastMs");
  const backoffMs = backoff(model);
  const stopping = new AbortController();
  const ended = new AbortController();
  // One for each chunk.
  setMaxListeners(0, stopping.signal, ended.signal);
  const agent =
    caFile === undefined
      ? new http.Agent({ keepAlive: true })
      : new https.Agent({ keepAlive: true, ca: readFileSync(caFile) });
  const underWay = new Set<Promise<void>>();
  let [heldBytes, sendingBytes, requestBytes] = [0, 0, 0];

  const attempt = async (bytes: number, json: string) => {
    sendingBytes += bytes;
    requestBytes += json.length;
    const status = await postChunk(json, { recorder, apiKey, agent, compress, ioTimeoutMs, signal: ended.signal });
    sendingBytes -= bytes;
    requestBytes -= json.length;
    return isTaken(status);
  };
  const deliver = async ({ entries, bytes }: Chunk) => {
    const json = `[${entries.join(",")}]`;
    for (let retries = 0; !(await attempt(bytes, json)) && retries < retryLimit; retries++) {
      if (stopping.signal.aborted) await pause(retryLeastMs, ended.signal);
      else await pause(retryLeastMs + backoffMs(retries + 1), stopping.signal);
      if (ended.signal.aborted) return;
    }
  };
  return {
    send: (chunk) => {
      heldBytes += chunk.bytes;
      const delivery = deliver(chunk).finally(() => {
        heldBytes -= chunk.bytes;
        underWay.delete(delivery);
      });
      underWay.add(delivery);
    },
    heldBytes: () => heldBytes,
    memoryBytes: () => (diskBufferMib > 0 ? sendingBytes : heldBytes) + requestBytes,
    finish: async (graceMs) => {
      const timer = setTimeout(() => ended.abort(), graceMs);
      // Without grace not even what was about to be tried again goes out.
      if (graceMs <= 0) ended.abort();
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
 * Uniform between the base and base × 2ⁿ; there in whole seconds, which is the same on average.
 * https://docs.fluentbit.io/manual/administration/scheduling-and-retries (2026-11)
 */
function backoff(model: Model): (retry: number) => number {
  const baseMs = model.get("firelens.retryBaseMs");
  const capMs = model.get("firelens.retryCapMs");
  const random = mersenne(1);
  return (retry) => {
    const mostMs = Math.max(baseMs, Math.min(capMs, baseMs * 2 ** retry));
    return baseMs + uniformFloat64(random) * (mostMs - baseMs);
  };
}

/** Ends early, and quietly, with the signal. */
const pause = (ms: number, signal: AbortSignal) => sleep(ms, undefined, { signal }).catch(() => undefined);
