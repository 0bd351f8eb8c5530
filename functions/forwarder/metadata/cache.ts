import { LRUCache } from "lru-cache";
import { type Clock, isOver, nextMs, type Period } from "../../clock.ts";
import type { Answer } from "./types.ts";

export interface CachePolicy {
  readonly maxEntries: number;
  /** How long an answer is good. Infinity for what never changes. */
  readonly freshMs: number;
  /** How long "there is no such thing" is believed. */
  readonly missingMs: number;
}

export interface Cache<V extends object> {
  /** What is known, however old. */
  readonly known: (key: string) => V | undefined;
  /**
   * Waits only for what is not known at all. What is known but old stays in use while it is loaded anew; nobody
   * waits for that, since a frozen sandbox may never finish it: then it begins again. Those who ask for the same key
   * share one load. Never rejects if `load` does not.
   */
  readonly fill: (key: string, load: () => Promise<Answer<V>>) => Promise<void>;
  /** Keeps a value that came another way. `freshMs` 0: in use from now on, loaded anew when next asked for. */
  readonly put: (key: string, value: V, freshMs?: number) => void;
}

/** Answers by key, kept as long as the sandbox lives, the least used ones dropped first. */
export function createCache<V extends object>(policy: CachePolicy, clock: Clock): Cache<V> {
  const entries = new LRUCache<string, { readonly value?: V; readonly fresh: Period }>({
    max: policy.maxEntries,
  });
  const loading = new Map<string, Promise<void>>();

  const keep = (key: string, value: V | undefined, freshMs: number) => {
    // Spread by a fifth either way, or all that was loaded in one burst would be asked for again in one.
    const spreadMs = Math.round(freshMs * (0.8 + 0.4 * clock.random()));
    entries.set(key, { value, fresh: nextMs(clock, spreadMs) });
  };
  const start = async (key: string, load: () => Promise<Answer<V>>) => {
    const answer = await load();
    if (answer.status === "found") keep(key, answer.value, answer.freshMs ?? policy.freshMs);
    if (answer.status !== "missing") return;
    const before = entries.get(key)?.value;
    // ECS forgets a task an hour after it stopped; what was true of it stays true.
    keep(key, before, before ? policy.freshMs : (answer.freshMs ?? policy.missingMs));
  };
  return {
    known: (key) => entries.get(key)?.value,
    fill: async (key, load) => {
      const entry = entries.get(key);
      if (entry && !isOver(clock, entry.fresh)) return;
      let running = loading.get(key);
      if (!running) {
        running = start(key, load).finally(() => loading.delete(key));
        loading.set(key, running);
      }
      if (entry?.value === undefined) await running;
    },
    put: (key, value, freshMs = policy.freshMs) => keep(key, value, freshMs),
  };
}
