import { gzipSync } from "node:zlib";
import type { Delivery } from "../../functions/records/delivery.ts";
import type { EntryAttributes, LogEntry } from "../../functions/records/entry.ts";
import {
  type EventIndex,
  eventsOf,
  idOf,
  indexOf,
  type LogEvent,
  logEvent,
  messageOf,
  type PlainEvent,
} from "../../functions/records/event.ts";
import type { Invocation } from "../../functions/records/invocation.ts";
import type { Compress } from "../../functions/records/payload.ts";
import { subscriptionEvent } from "../../tools/cloudwatch.ts";

/** Names that say nothing special: an ECS task's stream. */
export const STREAM = {
  account: "111122223333",
  logGroup: "/ecs/shop-api",
  logStream: "web/app/0123456789abcdef0123456789abcdef",
} as const;

export const INVOCATION: Invocation = {
  requestId: "5b0f2f3e-0000-4000-8000-000000000001",
  functionArn: "arn:aws:lambda:eu-west-1:111122223333:function:forwarder",
  deadlineMs: 60_000,
  coldStart: false,
};

/** Events `<idPrefix>0`, `<idPrefix>1`, … a millisecond apart. */
export const events = (messages: readonly string[], startMs = 1_795_366_123_000, idPrefix = "e"): PlainEvent[] =>
  messages.map((message, i) => ({ id: `${idPrefix}${i}`, timestamp: startMs + i, message }));

export const lines = (count: number, bytes = 150): string[] =>
  Array.from({ length: count }, (_, i) => `line ${i} `.padEnd(bytes, "x"));

/** The event that Lambda would receive for these messages, just written. */
export const deliveryOf = (messages: readonly string[], startMs = Date.now(), idPrefix = "e") =>
  subscriptionEvent(STREAM, events(messages, startMs, idPrefix));

export const delivery = (messages: readonly string[], names: Partial<Delivery> = {}): Delivery => ({
  kind: "data",
  ...STREAM,
  subscriptionFilters: ["sidecarless"],
  events: indexOf(events(messages)),
  ...names,
});

/** One object for all entries, as `enrich` makes it. */
const ATTRIBUTES: EntryAttributes = {
  ddsource: "ecs",
  ddsourcecategory: "aws",
  service: "shop-api",
  hostname: "host",
  ddtags: "env:test",
  aws: {
    awslogs: { logGroup: STREAM.logGroup, logStream: STREAM.logStream, owner: STREAM.account },
    invoked_function_arn: INVOCATION.functionArn,
  },
};

export const entry = (message: string, i = 0): LogEntry => ({
  event: logEvent({ id: `e${i}`, timestamp: 1_795_366_123_000 + i, message }),
  attributes: ATTRIBUTES,
  item: 0,
});

export const plainEvent = (event: LogEvent): PlainEvent => ({
  id: idOf(event),
  timestamp: event.timestamp,
  message: messageOf(event),
});

/** The events of a delivery as objects. */
export const plainEvents = (index: EventIndex): PlainEvent[] => [...eventsOf(index)].map(plainEvent);

/** The entry as the intake gets it: attributes beside the other fields. */
export const onTheWire = ({ event, message, sampleRate, redatedTo, redatedAttributes, attributes }: LogEntry) => ({
  id: idOf(event),
  timestamp: redatedTo ?? event.timestamp,
  message: message ?? messageOf(event),
  ...(sampleRate !== undefined && { sample_rate: sampleRate }),
  ...((redatedTo !== undefined || redatedAttributes) && {
    redated: {
      ...(redatedTo !== undefined && { originalTimestamp: event.timestamp }),
      ...(redatedAttributes && { attributes: redatedAttributes }),
    },
  }),
  ...attributes,
});

/** Of gzip, for tests that look into payloads. */
export const compress: Compress = (json) => ({ body: gzipSync(json), encoding: "gzip" });
