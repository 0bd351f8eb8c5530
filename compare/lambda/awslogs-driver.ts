import { EVENT_OVERHEAD_BYTES } from "../../tools/cloudwatch.ts";
import type { Model } from "../modelled.ts";

/** What the driver has to know of a line. */
export interface Sized {
  /** Text, UTF-8; of several, with 26 more for each beyond the first. */
  readonly bytes: number;
  /** As one stands for so many. @default 1 */
  readonly events?: number;
}

/** One PutLogEvents call. Times in ms, of the caller's clock. */
export interface Call<Line> {
  readonly lines: readonly Line[];
  readonly cutAtMs: number;
  /** When it has been answered. */
  readonly ingestedAtMs: number;
  /** By the flush interval, from 0: calls of one interval have the same. */
  readonly interval: number;
}

export interface AwslogsDriver<Line> {
  /** @returns false if the line was dropped, as the buffer is full. */
  readonly write: (line: Line, nowMs: number) => boolean;
  /** Does what was due until now. */
  readonly advance: (nowMs: number) => void;
  /** When something is to be done next. */
  readonly nextMs: () => number;
  /** What the driver does when the container ends: sends all that it has. */
  readonly close: (nowMs: number) => void;
}

/**
 * The awslogs driver in non-blocking mode, as far as its time and its losses go. Lines are collected into a batch, which
 * goes out at each tick of the flush interval, and before it would be over 1 MiB or 10,000 events. The driver does nothing
 * else while a call is under way: lines then wait in a channel of 4,096, behind it in a ring of so many bytes, and what
 * does not fit there is dropped. It has no clock of its own, so that days of it can be drawn in no time.
 * https://github.com/moby/moby/blob/master/daemon/logger/awslogs/cloudwatchlogs.go and ring.go beside it (2026-11)
 * @param firstTickMs when the ticks begin: the container's start, by which they have no relation to the lines
 */
export function awslogsDriver<Line extends Sized>(
  model: Model,
  firstTickMs: number,
  put: (call: Call<Line>) => void,
): AwslogsDriver<Line> {
  const [maxBytes, maxEvents] = [model.get("driver.maxCallBytes"), model.get("driver.maxCallEvents")];
  const [intervalMs, callMs] = [model.get("driver.flushIntervalMs"), model.get("ingestion.delayMs")];
  const [channelLines, ringBytes] = [model.get("driver.channelLines"), model.get("driver.bufferBytes")];
  let batch: Line[] = [];
  let [batchBytes, batchEvents] = [0, 0];
  let interval = 0;
  let busyUntilMs = Number.NEGATIVE_INFINITY;
  /** A ticker keeps one tick for who is busy. */
  let isTickKept = false;
  let waiting: Line[] = [];
  let taken = 0;
  let ringHeldBytes = 0;

  const waitingCount = () => waiting.length - taken;
  const publish = (nowMs: number) => {
    if (batch.length === 0) return;
    busyUntilMs = nowMs + callMs;
    put({ lines: batch, cutAtMs: nowMs, ingestedAtMs: busyUntilMs, interval });
    batch = [];
    [batchBytes, batchEvents] = [0, 0];
  };
  const collect = (line: Line, nowMs: number) => {
    const size = line.bytes + EVENT_OVERHEAD_BYTES;
    const { events = 1 } = line;
    if (batchEvents + events > maxEvents || batchBytes + size > maxBytes) publish(nowMs);
    batch.push(line);
    batchBytes += size;
    batchEvents += events;
  };
  const takeNext = (): Line => {
    const line = waiting[taken] as Line;
    // One moves up from the ring into the channel.
    ringHeldBytes -= waiting[taken + channelLines]?.bytes ?? 0;
    taken += 1;
    if (taken > 4_096 && taken * 2 > waiting.length) {
      waiting = waiting.slice(taken);
      taken = 0;
    }
    return line;
  };
  /** Once a call has ended: what waited meanwhile, until the next call. */
  const resume = () => {
    const nowMs = busyUntilMs;
    if (isTickKept) publish(nowMs);
    isTickKept = false;
    while (waitingCount() > 0 && busyUntilMs <= nowMs) collect(takeNext(), nowMs);
  };
  const nextTickMs = () => firstTickMs + interval * intervalMs;
  const hasWaiting = () => waitingCount() > 0 || isTickKept;
  const nextMs = () => (hasWaiting() ? Math.min(busyUntilMs, nextTickMs()) : nextTickMs());
  const advance = (nowMs: number) => {
    for (let atMs = nextMs(); atMs <= nowMs; atMs = nextMs()) {
      if (hasWaiting() && busyUntilMs <= nextTickMs()) {
        resume();
        continue;
      }
      if (atMs < busyUntilMs) isTickKept = true;
      else publish(atMs);
      interval += 1;
    }
  };

  return {
    advance,
    nextMs,
    write: (line, nowMs) => {
      advance(nowMs);
      if (nowMs >= busyUntilMs && !hasWaiting()) {
        collect(line, nowMs);
        return true;
      }
      if (waitingCount() >= channelLines) {
        // One that is too long for an empty ring is taken all the same.
        if (ringHeldBytes > 0 && ringHeldBytes + line.bytes > ringBytes) return false;
        ringHeldBytes += line.bytes;
      }
      waiting.push(line);
      return true;
    },
    close: (nowMs) => {
      advance(nowMs);
      let atMs = Math.max(nowMs, busyUntilMs);
      while (waitingCount() > 0) {
        const line = takeNext();
        collect(line, atMs);
        atMs = Math.max(atMs, busyUntilMs);
      }
      publish(atMs);
    },
  };
}
