import type { LogEvent } from "../../../records/delivery.ts";
import type { Pattern } from "./pattern.ts";

export interface Join {
  readonly start: Pattern;
  readonly maxLines: number;
  /** UTF-8 bytes of the joined text. A single line that is longer stays whole, and alone. */
  readonly maxBytes: number;
}

/** An event and how many received ones it stands for. */
export interface Joined {
  readonly event: LogEvent;
  readonly lines: number;
}

/**
 * Lines that don't match the start pattern go to the event before, which keeps its id and time. Lines before the
 * first start belong to an event of the delivery before, which is gone: they make one event of their own.
 * At a limit the next line begins a new event; nothing is cut, and nothing is lost.
 */
export function joinLines(events: readonly LogEvent[], { start, maxLines, maxBytes }: Join): Joined[] {
  const joined: Joined[] = [];
  let lines: LogEvent[] = [];
  let bytes = 0;
  const close = () => {
    const [first] = lines;
    if (!first) return;
    const event =
      lines.length === 1
        ? first
        : { id: first.id, timestamp: first.timestamp, message: lines.map(({ message }) => message).join("\n") };
    joined.push({ event, lines: lines.length });
    lines = [];
    bytes = 0;
  };
  for (const event of events) {
    const size = Buffer.byteLength(event.message);
    const full = lines.length >= maxLines || bytes + 1 + size > maxBytes;
    if (full || start.test(event.message)) close();
    bytes += size + (lines.length > 0 ? 1 : 0);
    lines.push(event);
  }
  close();
  return joined;
}
