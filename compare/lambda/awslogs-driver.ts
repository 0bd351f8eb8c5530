import { EVENT_OVERHEAD_BYTES } from "../../tools/cloudwatch.ts";
import type { Model } from "../modelled.ts";

export interface DriverLine {
  readonly seq: number;
  readonly text: string;
  /** When the driver read it, Unix time in ms: the log event's time. */
  readonly readAtMs: number;
}

export interface AwslogsDriver {
  /** Never waits. */
  readonly write: (line: DriverLine) => void;
  /** What the driver does when the container ends: sends what it has. */
  readonly close: () => void;
}

/**
 * The awslogs driver's batching, in real time: a call to PutLogEvents at each tick of the flush interval, and before
 * one that would be over 1 MiB or 10,000 events. It reads long lines whole, other than the driver of FireLens.
 * https://github.com/moby/moby/blob/master/daemon/logger/awslogs/cloudwatchlogs.go (2026-11)
 */
export function openAwslogsDriver(
  model: Model,
  put: (lines: readonly DriverLine[], cutAtMs: number) => void,
): AwslogsDriver {
  const maxBytes = model.get("driver.maxCallBytes");
  const maxEvents = model.get("driver.maxCallEvents");
  let lines: DriverLine[] = [];
  let bytes = 0;
  const flush = () => {
    if (lines.length > 0) put(lines, Date.now());
    lines = [];
    bytes = 0;
  };
  const ticker = setInterval(flush, model.get("driver.flushIntervalMs"));
  return {
    write: (line) => {
      const size = Buffer.byteLength(line.text) + EVENT_OVERHEAD_BYTES;
      if (lines.length >= maxEvents || bytes + size > maxBytes) flush();
      lines.push(line);
      bytes += size;
    },
    close: () => {
      clearInterval(ticker);
      flush();
    },
  };
}
