import { readMarker } from "../../functions/recorder/marker.ts";
import type { StoredEvent } from "./log-events.ts";

/** A line of the load as CloudWatch Logs took it. Unix times, ms. */
export interface IngestedLine {
  readonly dueMs: number;
  /** When the log driver read it. */
  readonly readMs: number;
  readonly ingestedMs: number;
  /** UTF-8. */
  readonly bytes: number;
}

/** The lines of a run in the application's log group, by their number. */
export function readIngested(events: readonly StoredEvent[], run: string): Map<number, IngestedLine> {
  const lines = new Map<number, IngestedLine>();
  for (const { message, timestamp, ingestionTime } of events) {
    const marker = readMarker(message);
    if (marker?.run !== run || lines.has(marker.seq)) continue;
    const bytes = Buffer.byteLength(message);
    lines.set(marker.seq, { dueMs: marker.dueMs, readMs: timestamp, ingestedMs: ingestionTime, bytes });
  }
  return lines;
}
