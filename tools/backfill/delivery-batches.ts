import { gzipSync } from "node:zlib";
import { BACKFILL_FILTER } from "../../functions/records/delivery.ts";
import { EVENT_OVERHEAD_BYTES, MAX_CALL_BYTES, MAX_CALL_EVENTS, type SubscriptionEvent } from "../cloudwatch.ts";
import type { HeldEvent } from "./held-events.ts";

/** Takes from the front as many events as go into one delivery of CloudWatch Logs. One always goes. */
export function takeBatch(events: HeldEvent[]): HeldEvent[] {
  let count = 0;
  for (let bytes = 0; count < Math.min(events.length, MAX_CALL_EVENTS); count++) {
    bytes += Buffer.byteLength(events[count]?.message ?? "") + EVENT_OVERHEAD_BYTES;
    if (count > 0 && bytes > MAX_CALL_BYTES) break;
  }
  return events.splice(0, count);
}

/** Whether there is enough for a whole batch. */
export const isBatchFull = (events: readonly HeldEvent[]): boolean =>
  events.length >= MAX_CALL_EVENTS ||
  events.reduce((bytes, { message }) => bytes + Buffer.byteLength(message) + EVENT_OVERHEAD_BYTES, 0) >= MAX_CALL_BYTES;

/**
 * The event that a subscription of the log group would send, with one delivery behind the other for each stream. Its filter's name
 * tells the forwarder what it is.
 */
export function deliveryEvent(account: string, logGroup: string, events: readonly HeldEvent[]): SubscriptionEvent {
  const streams = Map.groupBy(events, ({ logStream }) => logStream);
  const deliveries = [...streams].map(([logStream, own]) =>
    JSON.stringify({
      messageType: "DATA_MESSAGE",
      owner: account,
      logGroup,
      logStream,
      subscriptionFilters: [BACKFILL_FILTER],
      logEvents: own.map(({ id, timestamp, message }) => ({ id, timestamp, message })),
    }),
  );
  return { awslogs: { data: gzipSync(deliveries.join("")).toString("base64") } };
}
