import { type LogEvent, messageOf } from "../../../records/event.ts";
import type { Pattern } from "./pattern.ts";

export interface Join {
  readonly start: Pattern;
  readonly maxLines: number;
  /** UTF-8 bytes of the joined text. A single line that is longer stays whole, and alone. */
  readonly maxBytes: number;
}

/** An event, how many received ones it stands for, and its text. */
export interface Joined {
  readonly event: LogEvent;
  readonly lines: number;
  readonly text: string;
}

/**
 * Lines that don't match the start pattern go to the event before, which keeps its id and time. Lines before the
 * first start belong to an event of the delivery before, which is gone: they make one event of their own.
 * At a limit the next line begins a new event; nothing is cut, and nothing is lost.
 */
export function* joinLines(events: Iterable<LogEvent>, { start, maxLines, maxBytes }: Join): Generator<Joined> {
  let first: LogEvent | undefined;
  let texts: string[] = [];
  let bytes = 0;
  for (const event of events) {
    const text = messageOf(event);
    const size = Buffer.byteLength(text);
    const full = texts.length >= maxLines || bytes + 1 + size > maxBytes;
    if (first && (full || start.test(text))) {
      yield { event: first, lines: texts.length, text: texts.join("\n") };
      first = undefined;
      texts = [];
      bytes = 0;
    }
    first ??= event;
    bytes += size + (texts.length > 0 ? 1 : 0);
    texts.push(text);
  }
  if (first) yield { event: first, lines: texts.length, text: texts.join("\n") };
}
