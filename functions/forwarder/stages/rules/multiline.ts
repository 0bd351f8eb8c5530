import { type LogEvent, messageOf } from "../../../records/event.ts";
import { type RuleBudget, UNKNOWN } from "./budget.ts";
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
  /** There was no time to find out whether a line before or behind belongs to it: a part of a secret may stand here alone. */
  readonly torn: boolean;
}

/**
 * Lines that don't match the start pattern go to the event before, which keeps its id and time. Lines before the
 * first start belong to an event of the delivery before, which is gone: they make one event of their own.
 * At a limit the next line begins a new event; nothing is cut, and nothing is lost. So does a line that there was no time to
 * look at.
 */
export function* joinLines(
  events: Iterable<LogEvent>,
  { start, maxLines, maxBytes }: Join,
  budget: RuleBudget,
): Generator<Joined> {
  let first: LogEvent | undefined;
  let texts: string[] = [];
  let bytes = 0;
  let torn = false;
  for (const event of events) {
    const text = messageOf(event);
    const size = Buffer.byteLength(text);
    const full = texts.length >= maxLines || bytes + 1 + size > maxBytes;
    const begins = first && (full || start.test(text, budget));
    if (first && begins) {
      yield { event: first, lines: texts.length, text: texts.join("\n"), torn: torn || begins === UNKNOWN };
      first = undefined;
      texts = [];
      bytes = 0;
      torn = begins === UNKNOWN;
    }
    first ??= event;
    bytes += size + (texts.length > 0 ? 1 : 0);
    texts.push(text);
  }
  if (first) yield { event: first, lines: texts.length, text: texts.join("\n"), torn };
}
