import { gzipSync } from "node:zlib";
import type { PlainEvent } from "../functions/records/event.ts";

/** What CloudWatch Logs would do on the way to a subscribed function, for running without an account. */

export interface StreamName {
  readonly account: string;
  readonly logGroup: string;
  readonly logStream: string;
}

export interface SubscriptionEvent {
  readonly awslogs: { readonly data: string };
}

/** A subscription event as Lambda receives it. https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/SubscriptionFilters.html */
export function subscriptionEvent(
  { account, logGroup, logStream }: StreamName,
  events: readonly PlainEvent[],
  extra: Readonly<Record<string, unknown>> = {},
): SubscriptionEvent {
  const message = {
    messageType: "DATA_MESSAGE",
    owner: account,
    logGroup,
    logStream,
    subscriptionFilters: ["sidecarless"],
    logEvents: events,
    ...extra,
  };
  return { awslogs: { data: gzipSync(JSON.stringify(message)).toString("base64") } };
}

/**
 * How the awslogs driver cuts its calls to PutPlainEvents, which is how deliveries come about: 1 MiB, counting 26
 * bytes an event besides its text, or 10,000 events.
 * https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutPlainEvents.html (2026-11)
 */
export const MAX_CALL_BYTES = 1_048_576;
export const MAX_CALL_EVENTS = 10_000;
export const EVENT_OVERHEAD_BYTES = 26;

/** Events in calls as the driver would make them, in order. `nextId` gives ids of CloudWatch's form. */
export async function* cutIntoCalls(
  lines: AsyncIterable<string>,
  now: () => number,
  nextId: () => string,
): AsyncGenerator<PlainEvent[]> {
  let events: PlainEvent[] = [];
  let bytes = 0;
  for await (const line of lines) {
    for (const message of cutLongLine(line)) {
      const size = Buffer.byteLength(message) + EVENT_OVERHEAD_BYTES;
      if (events.length === MAX_CALL_EVENTS || bytes + size > MAX_CALL_BYTES) {
        yield events;
        events = [];
        bytes = 0;
      }
      events.push({ id: nextId(), timestamp: now(), message });
      bytes += size;
    }
  }
  if (events.length > 0) yield events;
}

/** A line that is longer than an event may be becomes several, cut at a character's border. */
export function cutLongLine(line: string): string[] {
  const limit = MAX_CALL_BYTES - EVENT_OVERHEAD_BYTES;
  // Three bytes of UTF-8 at most for each unit of a string: most lines need no counting.
  if (line.length * 3 <= limit || Buffer.byteLength(line) <= limit) return [line];
  const bytes = Buffer.from(line);
  const pieces: string[] = [];
  for (let start = 0; start < bytes.length; ) {
    let end = Math.min(start + limit, bytes.length);
    while (end < bytes.length && isContinuation(bytes[end])) end -= 1;
    pieces.push(bytes.toString("utf8", start, end));
    start = end;
  }
  return pieces;
}

const isContinuation = (byte = 0) => (byte & 0xc0) === 0x80;

/** Ids of the length that CloudWatch's have, in ascending order. */
export function eventIds(startMs: number): () => string {
  let next = 0;
  return () => `${startMs}${String(next++).padStart(56 - String(startMs).length, "0")}`;
}

/** The lines of a text in UTF-8, however it is cut into chunks. Only `\n` and `\r\n` end a line. */
export async function* linesOf(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  let rest = "";
  for await (const chunk of chunks) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) yield line.endsWith("\r") ? line.slice(0, -1) : line;
  }
  rest += decoder.decode();
  if (rest !== "") yield rest;
}
