import { isUtf8 } from "node:buffer";
import { gunzipSync } from "node:zlib";
import type { Delivery, LogEvent } from "../../records/delivery.ts";

export type Decoded =
  | {
      readonly status: "decoded";
      readonly delivery: Delivery;
      /** Bytes as Lambda received them (base64 undone) and as JSON. */
      readonly bytes: { readonly compressed: number; readonly raw: number };
    }
  /** `reason` says what is wrong in words that hold nothing of the content. */
  | { readonly status: "unreadable"; readonly reason: string };

const unreadable = (reason: string): Decoded => ({ status: "unreadable", reason });

/**
 * Reads a CloudWatch Logs subscription event: `{"awslogs": {"data": base64(gzip(JSON))}}`.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/SubscriptionFilters.html (2026-11)
 *
 * Never throws: what can't be read comes back as `unreadable`, for the caller to store whole.
 * Fields that are not known are passed over; what is known must have its type.
 *
 * @param maxBytes cap on the decompressed size, so that one small event can't fill the memory.
 */
export function decode(event: unknown, maxBytes: number): Decoded {
  const data = record(record(event)?.awslogs)?.data;
  if (typeof data !== "string") return unreadable("not a CloudWatch Logs event: no awslogs.data");
  const compressed = Buffer.from(data, "base64");
  if (compressed.length !== base64Bytes(data)) return unreadable("awslogs.data is not base64");

  let raw: Buffer;
  try {
    raw = gunzipSync(compressed, { maxOutputLength: maxBytes });
  } catch (error) {
    const tooLarge = (error as NodeJS.ErrnoException).code === "ERR_BUFFER_TOO_LARGE";
    return unreadable(tooLarge ? `larger than ${maxBytes} bytes when decompressed` : "awslogs.data is not gzip");
  }
  // A decoder would replace broken bytes without a word; they are kept whole instead.
  if (!isUtf8(raw)) return unreadable("not UTF-8");

  let body: unknown;
  try {
    // Decoded in one piece: no chunk border can fall into a character.
    body = JSON.parse(raw.toString("utf8"));
  } catch {
    return unreadable("not JSON");
  }
  const delivery = toDelivery(body);
  if (typeof delivery === "string") return unreadable(delivery);
  return { status: "decoded", delivery, bytes: { compressed: compressed.length, raw: raw.length } };
}

/** The delivery, or what is wrong with it. */
function toDelivery(body: unknown): Delivery | string {
  const fields = record(body);
  if (!fields) return "not an object";
  const { messageType, owner, logGroup, logStream, subscriptionFilters, logEvents } = fields;
  if (messageType !== "DATA_MESSAGE" && messageType !== "CONTROL_MESSAGE") return "unknown messageType";
  if (typeof owner !== "string") return "owner is not a string";
  if (typeof logGroup !== "string") return "logGroup is not a string";
  if (typeof logStream !== "string") return "logStream is not a string";
  if (!Array.isArray(logEvents)) return "logEvents is not an array";
  const wrong = logEvents.findIndex((event) => !isLogEvent(event));
  if (wrong >= 0) return `logEvents[${wrong}] lacks an id, a timestamp or a message of the right type`;
  const region = logEvents[0]?.extractedFields?.["@aws.region"] ?? fields["@aws.region"];
  return {
    kind: messageType === "DATA_MESSAGE" ? "data" : "control",
    account: owner,
    logGroup,
    logStream,
    subscriptionFilters: Array.isArray(subscriptionFilters)
      ? subscriptionFilters.filter((f) => typeof f === "string")
      : [],
    ...(typeof region === "string" && { region }),
    events: logEvents,
  };
}

/** How many bytes the text stands for if all of it is base64. Node's decoder passes over what is not. */
function base64Bytes(text: string): number {
  const padding = text.endsWith("==") ? 2 : text.endsWith("=") ? 1 : 0;
  return Math.floor(((text.length - padding) * 3) / 4);
}

function record(value: unknown): Record<string, unknown> | undefined {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : undefined;
}

function isLogEvent(value: unknown): value is LogEvent {
  const event = record(value);
  return typeof event?.id === "string" && Number.isSafeInteger(event.timestamp) && typeof event.message === "string";
}
