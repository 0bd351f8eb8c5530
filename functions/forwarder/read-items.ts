import type { Delivery } from "../records/delivery.ts";
import type { LogEntry } from "../records/entry.ts";
import { decompressedSize, read } from "./stages/read.ts";
import type { Item } from "./triggers/trigger.ts";

/** Items that are read, and held in memory, together. `item`: position in the event. */
export interface Batch {
  readonly deliveries: readonly { readonly item: number; readonly delivery: Delivery }[];
  readonly entries: readonly LogEntry[];
  readonly unreadable: readonly Unreadable[];
  readonly controlMessages: number;
  /** Log events in all of it. */
  readonly received: number;
  /** Bytes as Lambda received them, and as JSON. */
  readonly bytesIn: number;
  readonly rawBytesIn: number;
}

export interface Unreadable {
  readonly item: number;
  readonly whole: unknown;
  readonly reason: string;
}

/**
 * Reads items in their order, as many at once as fit into the memory: the logs of a batch are packed together.
 * @param maxBytes of decompressed JSON; an item that alone has more is unreadable.
 */
export function* readInBatches(items: readonly Item[], maxBytes: number): Generator<Batch> {
  let batch = openBatch();
  for (const [item, { whole, content }] of items.entries()) {
    if (batch.rawBytesIn > 0 && batch.rawBytesIn + likelyBytes(content) > maxBytes) {
      yield batch;
      batch = openBatch();
    }
    if (content.kind === "entries") {
      batch.entries.push(...content.entries.map((entry) => ({ ...entry, item })));
      batch.received += content.entries.length;
      continue;
    }
    if (content.kind === "unknown") {
      batch.unreadable.push({ item, whole, reason: content.reason });
      continue;
    }
    const found = read(content.data, content.field, maxBytes);
    if (found.status === "unreadable") {
      batch.unreadable.push({ item, whole, reason: found.reason });
      continue;
    }
    batch.bytesIn += found.bytes.compressed;
    batch.rawBytesIn += found.bytes.raw;
    for (const delivery of found.deliveries) {
      if (delivery.kind === "control") batch.controlMessages += 1;
      else {
        batch.deliveries.push({ item, delivery });
        batch.received += delivery.events.count;
      }
    }
  }
  yield batch;
}

const openBatch = () => ({
  deliveries: [] as { item: number; delivery: Delivery }[],
  entries: [] as LogEntry[],
  unreadable: [] as Unreadable[],
  controlMessages: 0,
  received: 0,
  bytesIn: 0,
  rawBytesIn: 0,
});

/** What the end of the gzip data says of its size. */
function likelyBytes(content: Item["content"]): number {
  return content.kind === "delivery" ? decompressedSize(Buffer.from(content.data.slice(-8), "base64")) : 0;
}
