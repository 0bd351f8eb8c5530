import { INTAKE_LIMITS } from "../records/intake-limits.ts";
import { CONTROL_PATH, control } from "./control.ts";
import { entryDates } from "./entry-dates.ts";
import { type Fault, type FaultPlan, faultSource } from "./faults.ts";
import { type ArrivedEntry, type IntakeRequest, judge } from "./intake-contract.ts";
import { type Marker, readMarker } from "./marker.ts";
import { EMPTY, json, type Reply } from "./reply.ts";

/** One request to the intake. `entries` are ids, times and markers only, for measuring; no text. */
export interface Arrival {
  /** When the request was read whole, milliseconds since the epoch. */
  readonly arrivedAtMs: number;
  /** When its headers were there, if that is known: until `arrivedAtMs` it was on the network. */
  readonly headersAtMs?: number;
  readonly wireBytes: number;
  readonly rawBytes: number;
  readonly contentEncoding: string;
  readonly entries: readonly ArrivedLine[];
}

export interface ArrivedLine {
  readonly id?: string;
  readonly timestamp?: number;
  /** Of lines of the comparison's load. */
  readonly marker?: Marker;
}

export interface Summary {
  readonly requests: number;
  /** Answers by status; `reset` and `hang` stand for requests that got none. */
  readonly answers: Readonly<Record<string, number>>;
  /** Entries taken. */
  readonly entries: number;
  /** Entries whose id had been taken before. */
  readonly duplicates: number;
  /** Entries over 1 MB, which the intake would cut. */
  readonly oversized: number;
  /** Entries older than 18 hours by any date in them or in their message's JSON, which the intake would not index. */
  readonly tooOld: number;
  /** Entries more than two hours ahead by any, which it would not index either. */
  readonly tooNew: number;
  /** Requests over the documented limits that were taken all the same (lenient). */
  readonly overLimit: number;
  readonly wireBytes: number;
  readonly rawBytes: number;
  readonly firstArrivalMs?: number;
  readonly lastArrivalMs?: number;
}

export interface RecorderSettings {
  /** Undefined: any key is right. */
  readonly apiKey?: string;
  readonly lenient?: boolean;
  /** The intake's documented ones, unless set. */
  readonly limits?: { readonly maxEntries: number; readonly maxBytes: number };
  readonly faults?: FaultPlan;
  /** How many entries are kept whole. Counting goes on without end. */
  readonly keepEntries?: number;
  /** How many ids are kept, the newest ones, to tell what comes again. @default 1,000,000, some 100 MB */
  readonly keepIds?: number;
  readonly now?: () => number;
  /** Told of every request that was taken. */
  readonly onArrival?: (arrival: Arrival) => void;
}

export interface Recorder {
  /** The fault for the request whose headers have come. To be asked once a request, and handed to `reply`. */
  readonly nextFault: () => Fault | undefined;
  readonly reply: (request: IntakeRequest, fault: Fault | undefined) => Promise<Reply>;
  readonly summary: () => Summary;
  /** Entries as they arrived, the first `keepEntries` of them. */
  readonly entries: () => readonly ArrivedEntry[];
  readonly setFaults: (plan: FaultPlan | undefined) => void;
  readonly setApiKey: (apiKey: string | undefined) => void;
  readonly clear: () => void;
}

/** https://docs.datadoghq.com/logs/log_configuration/processors/log_date_remapper/ (2026-11) */
const MAX_AGE_MS = 18 * 3_600_000;
const MAX_AHEAD_MS = 2 * 3_600_000;

/** A stand-in for Datadog's intake: keeps its contract, and keeps account of what arrived. */
export function createRecorder(settings: RecorderSettings = {}): Recorder {
  const { keepEntries = 100_000, keepIds = 1_000_000, lenient = false, limits = INTAKE_LIMITS, onArrival } = settings;
  let apiKey = settings.apiKey;
  let nextFault = faultSource(settings.faults);
  let counts = emptyCounts();
  let kept: ArrivedEntry[] = [];
  let seen = new Set<string>();

  const take = (entries: readonly ArrivedEntry[], rawBytes: number, request: IntakeRequest) => {
    // Not when it has been unpacked and read: that is this program's own time.
    const arrivedAtMs = settings.now?.() ?? request.arrivedAtMs ?? Date.now();
    counts.entries += entries.length;
    counts.rawBytes += rawBytes;
    counts.firstArrivalMs ??= arrivedAtMs;
    counts.lastArrivalMs = arrivedAtMs;
    for (const entry of entries) {
      const { id } = entry;
      if (typeof id === "string") {
        if (seen.has(id)) counts.duplicates += 1;
        seen.add(id);
        if (seen.size > keepIds) forgetOldest(seen);
      }
      const dates = entryDates(entry, arrivedAtMs);
      if (dates.some((date) => arrivedAtMs - date > MAX_AGE_MS)) counts.tooOld += 1;
      if (dates.some((date) => date - arrivedAtMs > MAX_AHEAD_MS)) counts.tooNew += 1;
      if (rawBytes > INTAKE_LIMITS.maxEntryBytes && isOversized(entry)) counts.oversized += 1;
      if (kept.length < keepEntries) kept.push(entry);
    }
    onArrival?.({
      arrivedAtMs,
      wireBytes: request.body.length,
      rawBytes,
      contentEncoding: String(request.headers["content-encoding"] ?? "identity"),
      ...(request.headersAtMs !== undefined && { headersAtMs: request.headersAtMs }),
      entries: entries.map(arrivedLine),
    });
  };

  const recorder: Recorder = {
    nextFault: () => nextFault(),
    async reply(request, fault) {
      if (request.path.startsWith(CONTROL_PATH)) return control(request, recorder, apiKey);
      counts.requests += 1;
      counts.wireBytes += request.body.length;
      if (fault?.kind === "reset" || fault?.kind === "hang") {
        tally(counts.answers, fault.kind);
        return { ...EMPTY, delivery: fault.kind };
      }
      if (fault?.kind === "status") {
        tally(counts.answers, String(fault.status));
        return json(
          fault.status,
          { errors: [{ status: String(fault.status), title: "fault" }] },
          {
            ...(fault.retryAfter !== undefined && { "retry-after": fault.retryAfter }),
          },
        );
      }
      const delayMs = fault?.kind === "delay" ? fault.ms : 0;
      const verdict = await judge(request, { apiKey, lenient, limits });
      if (verdict.status !== 202) {
        tally(counts.answers, String(verdict.status));
        return {
          ...json(verdict.status, { errors: [{ status: String(verdict.status), title: verdict.error }] }),
          delayMs,
        };
      }
      take(verdict.entries, verdict.rawBytes, request);
      if (verdict.overLimit) counts.overLimit += 1;
      tally(counts.answers, fault?.kind === "lostAnswer" ? "reset" : "202");
      if (fault?.kind === "lostAnswer") return { ...EMPTY, delivery: "reset" };
      return { ...json(202, {}), delayMs };
    },
    summary: () => ({ ...counts, answers: { ...counts.answers } }),
    entries: () => kept,
    setFaults: (plan) => {
      nextFault = faultSource(plan);
    },
    setApiKey: (key) => {
      apiKey = key;
    },
    clear: () => {
      counts = emptyCounts();
      kept = [];
      seen = new Set();
    },
  };
  return recorder;
}

/** A set keeps the order in which its members came. */
function forgetOldest(ids: Set<string>): void {
  const [oldest = ""] = ids;
  ids.delete(oldest);
}

function arrivedLine({ id, timestamp, message, log }: ArrivedEntry): ArrivedLine {
  // FireLens sends the text as `log`, unless told otherwise.
  const marker = readMarker(message ?? log);
  return {
    ...(typeof id === "string" && { id }),
    ...(typeof timestamp === "number" && { timestamp }),
    ...(marker && { marker }),
  };
}

const emptyCounts = () => ({
  requests: 0,
  answers: {} as Record<string, number>,
  entries: 0,
  duplicates: 0,
  oversized: 0,
  tooOld: 0,
  tooNew: 0,
  overLimit: 0,
  wireBytes: 0,
  rawBytes: 0,
  firstArrivalMs: undefined as number | undefined,
  lastArrivalMs: undefined as number | undefined,
});

const tally = (counts: Record<string, number>, name: string) => {
  counts[name] = (counts[name] ?? 0) + 1;
};

const isOversized = (entry: ArrivedEntry) => Buffer.byteLength(JSON.stringify(entry)) > INTAKE_LIMITS.maxEntryBytes;
