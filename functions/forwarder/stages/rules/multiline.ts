import type { LogEvent } from "../../../records/event.ts";
import { type RuleBudget, UNKNOWN } from "./budget.ts";
import type { Line } from "./line.ts";
import type { Pattern } from "./pattern.ts";
import { type PieceLimits, type WholeLine, wholeLines } from "./pieces.ts";

/** `maxBytes`: UTF-8 bytes of the joined text. A single event that is longer stays whole, and alone. */
export interface Join extends PieceLimits {
  /** Undefined: every line is an event, and only the pieces of lines are joined. */
  readonly start?: Pattern;
  readonly separator: string;
}

/** An event, how many received ones it stands for, and its text. What is joined has no ending. */
export interface Joined extends Line {
  readonly event: LogEvent;
  readonly lines: number;
  /** There was no time to find out whether a line before or behind belongs to it: a part of a secret may stand here alone. */
  readonly torn: boolean;
}

export function joinLines(events: Iterable<LogEvent>, join: Join, budget: RuleBudget): Iterable<Joined> {
  const lines = wholeLines(events, join);
  return join.start ? joinedFrom(lines, { ...join, start: join.start }, budget) : eachLine(lines);
}

function* eachLine(lines: Iterable<WholeLine>): Generator<Joined> {
  for (const line of lines) yield joinedOf([line], "", false);
}

/**
 * Lines that don't match the start pattern go to the event before, which keeps its id and time. Lines before the
 * first start belong to an event of the delivery before, which is gone: they make one event of their own.
 * At a limit the next line begins a new event; nothing is cut, and nothing is lost. So does a line that there was no time to
 * look at.
 */
function* joinedFrom(
  lines: Iterable<WholeLine>,
  { start, separator, maxLines, maxBytes }: Join & { readonly start: Pattern },
  budget: RuleBudget,
): Generator<Joined> {
  const between = Buffer.byteLength(separator);
  let parts: WholeLine[] = [];
  let events = 0;
  let bytes = 0;
  let torn = false;
  for (const line of lines) {
    const size = Buffer.byteLength(line.text);
    const full = events + line.events > maxLines || bytes + between + size > maxBytes;
    const begins = parts.length > 0 && (full || start.test(line.text, budget));
    if (begins) {
      yield joinedOf(parts, separator, torn || begins === UNKNOWN);
      parts = [];
      events = 0;
      bytes = 0;
      torn = begins === UNKNOWN;
    }
    bytes += size + (parts.length > 0 ? between : 0);
    events += line.events;
    parts.push(line);
  }
  if (parts.length > 0) yield joinedOf(parts, separator, torn);
}

function joinedOf(parts: readonly WholeLine[], separator: string, torn: boolean): Joined {
  const [{ event, events, text, ending }, ...others] = parts as [WholeLine, ...WholeLine[]];
  if (others.length === 0) return { event, lines: events, text, ending: events > 1 ? "" : ending, torn };
  return {
    event,
    lines: parts.reduce((sum, part) => sum + part.events, 0),
    text: parts.map((part) => part.text).join(separator),
    ending: "",
    torn,
  };
}
