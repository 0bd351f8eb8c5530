import type { Clock } from "../clock.ts";
import { type Listed, type ReplayStore, StoreError } from "../undelivered/store.ts";

/** What a run remembers of an object that it could not bring to its end. */
export interface Remembered {
  /** Of the content that this is about: other content under the same key is another object. */
  readonly etag: string;
  readonly reason: string;
  /** In how many runs it failed although others did not: it is its own fault then, not an outage's. */
  readonly failures: number;
  readonly failedAtMs: number;
  /** Not tried again before. */
  readonly untilMs: number;
  /** The intake has all of it, or it was copied to `rejected/`: it only has to be removed. */
  readonly sent?: true;
  /** It failed too often and could not be moved either. */
  readonly setAside?: true;
  /** What of a part-sent object must not be sent again: entries by their position, each range as start and end. */
  readonly taken?: readonly number[];
}

/**
 * An object is tried in so many runs in which others got through. With the pauses between them this takes four hours:
 * time to mend a proxy's filter, and far less than the 30 days after which the object expires.
 */
export const MAX_FAILURES = 10;
const FIRST_PAUSE_MS = 60_000;
const MAX_PAUSE_MS = 3_600_000;
/** What was set aside where it is gets another chance as often: somebody may have given back a right. */
const ASIDE_PAUSE_MS = 24 * 3_600_000;
/** At about 200 bytes each the whole stays small enough to be read and written in every run. */
const MAX_REMEMBERED = 2_000;
/** Beyond, a part-sent object is not remembered as such. */
const MAX_TAKEN = 400;

/** The memory of one run: what the last one left, and what this one adds. */
export type Memory = ReturnType<typeof openMemory>;

export function openMemory(records: Map<string, Remembered>, clock: Clock) {
  const failed: { readonly key: string; readonly ownFault: OwnFault }[] = [];
  const seen = new Set<string>();
  let removals = [...records.values()].filter(({ sent }) => sent).length;

  const put = (key: string, record: Remembered) => {
    removals += Number(record.sent ?? false) - Number(records.get(key)?.sent ?? false);
    records.set(key, record);
  };
  const forget = (key: string) => {
    removals -= Number(records.get(key)?.sent ?? false);
    records.delete(key);
  };
  return {
    records,
    /** What is remembered of a listed object. */
    of: ({ key, etag }: Listed): Remembered | undefined => {
      seen.add(key);
      const record = records.get(key);
      if (record?.etag === etag) return record;
      forget(key);
      return undefined;
    },
    isDue: ({ untilMs }: Remembered): boolean => {
      const waitMs = untilMs - clock.now();
      // The clock may have been set back.
      return waitMs <= 0 || waitMs > ASIDE_PAUSE_MS;
    },
    forget,
    failed: ({ key, etag }: Listed, reason: string, ownFault: OwnFault, taken?: readonly number[]) => {
      const failures = records.get(key)?.failures ?? 0;
      const now = clock.now();
      const kept = taken && taken.length > 0 && taken.length <= MAX_TAKEN ? { taken } : {};
      put(key, { etag, reason, failures, failedAtMs: now, untilMs: now, ...kept });
      failed.push({ key, ownFault });
    },
    sent: ({ key, etag }: Listed, reason: string) => {
      put(key, { etag, reason, failures: 0, failedAtMs: clock.now(), untilMs: 0, sent: true });
    },
    /** One failure less than it takes, so that the next one sets it aside again. */
    setAside: ({ key, etag }: Listed, reason: string) => {
      const now = clock.now();
      const untilMs = now + ASIDE_PAUSE_MS;
      const { taken } = records.get(key) ?? {};
      const kept = taken ? { taken } : {};
      put(key, { etag, reason, failures: MAX_FAILURES - 1, failedAtMs: now, untilMs, setAside: true, ...kept });
    },
    /** Sending more would mean sending it twice: no more can be remembered. */
    isFull: (): boolean => removals >= MAX_REMEMBERED,
    /** At the end of a run, when it is known whether others got through. */
    close: (run: Met & { readonly listedAll: boolean }) => {
      for (const { key, ownFault } of failed) {
        const record = records.get(key);
        if (record && OWN_IF[ownFault](run)) records.set(key, counted(record));
      }
      if (run.listedAll) for (const key of records.keys()) if (!seen.has(key)) forget(key);
      for (const [key] of leastWorth(records, records.size - MAX_REMEMBERED)) forget(key);
    },
  };
}

/** When a failure is the object's own: if others got through, if others could be read, always, or never. */
export type OwnFault = "others accepted" | "others forwarded" | "others read" | "always" | "never";

/** What a run has met. */
interface Met {
  /** The intake has taken something, or answers at least. */
  readonly accepted: boolean;
  /** The forwarder has taken an event. */
  readonly forwarded: boolean;
  readonly read: boolean;
}

const OWN_IF: Readonly<Record<OwnFault, (met: Met) => boolean>> = {
  "others accepted": ({ accepted }) => accepted,
  "others forwarded": ({ forwarded }) => forwarded,
  "others read": ({ read }) => read,
  always: () => true,
  never: () => false,
};

function counted(record: Remembered): Remembered {
  const failures = Math.min(record.failures + 1, MAX_FAILURES);
  const pauseMs = Math.min(FIRST_PAUSE_MS * 2 ** (failures - 1), MAX_PAUSE_MS);
  return { ...record, failures, untilMs: record.failedAtMs + (failures < MAX_FAILURES ? pauseMs : 0) };
}

/** Forgetting what was sent would send it twice; forgetting what failed only costs another try. */
function leastWorth(records: ReadonlyMap<string, Remembered>, count: number) {
  if (count <= 0) return [];
  const worth = ({ sent, taken, failures }: Remembered) => (sent || taken ? MAX_FAILURES + 1 : failures);
  return [...records].toSorted(([, a], [, b]) => worth(a) - worth(b) || a.failedAtMs - b.failedAtMs).slice(0, count);
}

/** Where the memory is between two runs, which may be in two sandboxes. */
export const MEMORY_KEY = "replayer/state.json";
const MAX_MEMORY_BYTES = 8 * 1024 * 1024;

export interface Keeper {
  readonly load: (timeoutMs: number, note: (what: string) => void) => Promise<Map<string, Remembered>>;
  /** If it changed. @returns why it could not be saved */
  readonly save: (records: ReadonlyMap<string, Remembered>, timeoutMs: number) => Promise<StoreError | undefined>;
}

/**
 * Keeps the memory in the store: one object, written only when there is something new, and gone when there is nothing to
 * remember. Without it, or if it is broken, a run starts from nothing. What could not be saved stays in this sandbox.
 */
export function keeperIn(store: ReplayStore): Keeper {
  let unsaved: ReadonlyMap<string, Remembered> = new Map();
  /** As it is in the store; undefined if nobody knows, and then nothing is written over it. */
  let stored: string | undefined;

  const read = async (timeoutMs: number, note: (what: string) => void) => {
    try {
      const object = await store.read(MEMORY_KEY, timeoutMs, MAX_MEMORY_BYTES);
      stored = object ? Buffer.from(object.body).toString() : "";
      return parseRecords(stored);
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      stored = undefined;
      note(`memory not read: ${error.reason}`);
      return new Map<string, Remembered>();
    }
  };
  const write = async (text: string, timeoutMs: number) => {
    if (stored === undefined) throw new StoreError("memory not read", "it is not written over.");
    if (text === "") await store.remove(MEMORY_KEY, timeoutMs);
    else await store.write({ key: MEMORY_KEY, body: text, contentType: "application/json", metadata: {} }, timeoutMs);
  };
  return {
    load: async (timeoutMs, note) => new Map([...(await read(timeoutMs, note)), ...unsaved]),
    save: async (records, timeoutMs) => {
      const text = records.size === 0 ? "" : JSON.stringify({ version: 1, objects: Object.fromEntries(records) });
      if (text === stored) return undefined;
      try {
        await write(text, timeoutMs);
        stored = text;
        unsaved = new Map();
        return undefined;
      } catch (error) {
        if (!(error instanceof StoreError)) throw error;
        unsaved = new Map(records);
        return error;
      }
    },
  };
}

function parseRecords(text: string): Map<string, Remembered> {
  try {
    const { version, objects } = JSON.parse(text) as { version?: unknown; objects?: object };
    if (version !== 1) return new Map();
    return new Map(Object.entries(objects ?? {}).filter((entry): entry is [string, Remembered] => isRecord(entry[1])));
  } catch {
    return new Map();
  }
}

function isRecord(value: unknown): value is Remembered {
  const record = value as Partial<Remembered> | null;
  if (typeof record !== "object" || record === null) return false;
  const { etag, reason, failures, failedAtMs, untilMs, taken = [] } = record;
  const texts = [etag, reason].every((text) => typeof text === "string");
  const numbers = [failures, failedAtMs, untilMs].every((number) => Number.isFinite(number));
  return texts && numbers && Array.isArray(taken) && taken.every((position) => Number.isSafeInteger(position));
}
