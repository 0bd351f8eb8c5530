import type { Clock } from "../../functions/clock.ts";
import { type Counts, countsFrom, NO_COUNTS, sum } from "./counts.ts";
import { deliveryEvent, isBatchFull, takeBatch } from "./delivery-batches.ts";
import { eventsIn, type HeldEvent, type ReadPage, type Slice, slicesOf } from "./held-events.ts";
import type { InvokeForwarder } from "./invoke-forwarder.ts";
import type { Gap } from "./options.ts";
import { openPace } from "./pace.ts";
import { patiently } from "./patience.ts";
import { hashOf, type ProgressFile } from "./progress-file.ts";

export interface Backfilling {
  readonly gap: Gap;
  /** AWS account of the log group. */
  readonly account: string;
  readonly ratePerSecond: number;
  readonly readPage: ReadPage;
  /** Undefined: nothing is sent, only counted. */
  readonly invoke?: InvokeForwarder;
  readonly progress?: ProgressFile;
  readonly clock: Clock;
  /** Ends it behind the batch under way. */
  readonly signal: AbortSignal;
  /** Told after each batch, and at the end of each slice. */
  readonly onProgress: (seen: Seen) => void;
}

/** What became of a gap so far. */
export interface Seen {
  /** All before it is done, in milliseconds since the epoch. */
  readonly doneTo: number;
  /** Of this run and those before. Of a dry run, what would be sent. */
  readonly counts: Counts;
  /** Events by stream, of this run. */
  readonly streams: ReadonlyMap<string, number>;
  /** Bytes of the messages of this run. */
  readonly bytes: number;
  /** How often an event came again and was left out. */
  readonly repeated: number;
}

/**
 * Sends all events of a gap that are not sent yet, slice by slice and each once, a batch at a time. A batch counts when the forwarder
 * has answered for it, and is in the progress file before the next is sent.
 */
export async function backfill(filling: Backfilling): Promise<Seen> {
  const { gap, progress, readPage, clock, signal, onProgress } = filling;
  const before = progress?.before;
  const streams = new Map<string, number>();
  let seen: Seen = {
    doneTo: before?.doneTo ?? gap.from,
    counts: before?.counts ?? NO_COUNTS,
    streams,
    bytes: 0,
    repeated: 0,
  };
  const tell = (news: Partial<Seen>) => {
    seen = { ...seen, ...news };
    onProgress(seen);
  };
  const pace = openPace(filling.ratePerSecond, clock);
  const patientPage: ReadPage = (slice, token) => patiently(() => readPage(slice, token), clock, signal);

  const send = async (batch: readonly HeldEvent[]) => {
    const counts = await sendBatch(batch, filling);
    for (const { logStream } of batch) streams.set(logStream, (streams.get(logStream) ?? 0) + 1);
    const bytes = batch.reduce((all, { message }) => all + Buffer.byteLength(message), seen.bytes);
    progress?.sent(
      batch.map(({ id }) => hashOf(id)),
      counts,
    );
    tell({ counts: sum(seen.counts, counts), bytes });
    if (filling.invoke) await pace(batch.length, signal);
  };

  let inSlice = 0;
  for (const slice of restOf(gap, before?.slice, seen.doneTo, () => inSlice)) {
    const known = new Set(slice === before?.slice ? before.sent : []);
    if (slice !== before?.slice) progress?.begin(slice);
    const waiting: HeldEvent[] = [];
    inSlice = 0;
    for await (const page of eventsIn(slice, patientPage)) {
      for (const event of page) {
        const hash = hashOf(event.id);
        inSlice += 1;
        if (known.has(hash)) seen = { ...seen, repeated: seen.repeated + 1 };
        else waiting.push(event);
        known.add(hash);
      }
      while (isBatchFull(waiting) && !signal.aborted) await send(takeBatch(waiting));
      if (signal.aborted) return seen;
    }
    while (waiting.length > 0) {
      await send(takeBatch(waiting));
      if (signal.aborted) return seen;
    }
    progress?.done(slice);
    tell({ doneTo: slice.to });
  }
  return seen;
}

/** First the slice that an earlier run had begun. */
function* restOf(gap: Gap, begun: Slice | undefined, doneTo: number, countOf: () => number): Generator<Slice> {
  if (begun) yield begun;
  yield* slicesOf({ from: begun?.to ?? doneTo, to: gap.to }, countOf);
}

async function sendBatch(
  batch: readonly HeldEvent[],
  { gap, account, invoke, clock, signal }: Backfilling,
): Promise<Counts> {
  if (!invoke) return { ...NO_COUNTS, sent: batch.length, batches: 1 };
  const event = deliveryEvent(account, gap.logGroup, batch);
  // Not given up when it is interrupted: it may have been delivered.
  const report = await patiently(() => invoke(event), clock, signal);
  return countsFrom(batch.length, report);
}
