import { type CloudWatchLogsClient, FilterLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";
import type { PlainEvent } from "../../functions/records/event.ts";
import { asked } from "../aws-call.ts";
import type { Gap } from "./options.ts";

/** An event as CloudWatch Logs holds it. */
export interface HeldEvent extends PlainEvent {
  readonly logStream: string;
}

/** From its first moment to the one behind its last, in milliseconds since the epoch. */
export interface Slice {
  readonly from: number;
  readonly to: number;
}

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_FilterLogEvents.html (2026-11) */
const PAGE_EVENTS = 10_000;

export type ReadPage = (slice: Slice, token: string | undefined) => Promise<Page>;

interface Page {
  readonly events: readonly HeldEvent[];
  readonly token?: string;
}

/** Asks CloudWatch Logs for one page of a slice. */
export function pageReader(client: CloudWatchLogsClient, { logGroup, logStreams, filter }: Gap): ReadPage {
  return async ({ from, to }, token) => {
    const command = new FilterLogEventsCommand({
      logGroupName: logGroup,
      ...(logStreams.length > 0 && { logStreamNames: [...logStreams] }),
      ...(filter !== undefined && { filterPattern: filter }),
      startTime: from,
      // Its own end is part of it.
      endTime: to - 1,
      ...(token !== undefined && { nextToken: token }),
    });
    const { events = [], nextToken } = await asked("logs:FilterLogEvents", client.send(command));
    return {
      events: events.flatMap(({ eventId, timestamp, message, logStreamName }) =>
        eventId === undefined || timestamp === undefined || logStreamName === undefined
          ? []
          : [{ id: eventId, timestamp, message: message ?? "", logStream: logStreamName }],
      ),
      ...(nextToken !== undefined && { token: nextToken }),
    };
  };
}

/**
 * All events of a slice, a page at a time. A page may be empty and others follow; an event may come twice: whoever reads them
 * tells by its id.
 */
export async function* eventsIn(slice: Slice, readPage: ReadPage): AsyncGenerator<readonly HeldEvent[]> {
  for (let { from } = slice; ; ) {
    let token: string | undefined;
    let page: Page;
    let newest = from;
    do {
      page = await readPage({ from, to: slice.to }, token);
      yield page.events;
      for (const { timestamp } of page.events) newest = Math.max(newest, timestamp);
      // The same token again is no way forward.
      token = page.token === token ? undefined : page.token;
    } while (token !== undefined);
    // As much as a page can have, and no token: some that imitate AWS end so where there is more.
    if (page.events.length < PAGE_EVENTS || newest === from) return;
    from = newest;
  }
}

const FIRST_SLICE_MS = 60_000;
const FEW_EVENTS = 20_000;
const MANY_EVENTS = 100_000;

/**
 * Cuts a gap into slices of some ten thousand events, by how many the one before had: the ids of one are in memory at a time.
 * @param countOf the events of the slice that was handed out last
 */
export function* slicesOf({ from, to }: Slice, countOf: () => number): Generator<Slice> {
  let lengthMs = FIRST_SLICE_MS;
  for (let at = from; at < to; ) {
    const slice = { from: at, to: Math.min(to, at + lengthMs) };
    yield slice;
    at = slice.to;
    if (countOf() < FEW_EVENTS) lengthMs *= 2;
    else if (countOf() > MANY_EVENTS) lengthMs = Math.max(1, Math.floor(lengthMs / 2));
  }
}
