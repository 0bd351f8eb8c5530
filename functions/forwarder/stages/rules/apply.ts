import type { LogEvent } from "../../../records/delivery.ts";
import type { CompiledRule } from "./compile.ts";
import { type Joined, joinLines } from "./multiline.ts";
import { type Budget, type Pattern, RESCAN_BUDGET } from "./pattern.ts";
import { redact } from "./redact.ts";
import { sampleRateOf } from "./sample.ts";

export interface RuledEvent extends LogEvent {
  /** Share of such events that is kept, if a rule samples; 1 for an error that always stays. */
  readonly sampleRate?: number;
}

/**
 * What goes on, and what became of the rest. Every received event is in exactly one place:
 *
 *     received = events.length + joinedAway + filtered + sampledOut
 *
 * A joined event that is dropped counts with all its lines, as filtered or as sampledOut.
 */
export interface Ruled {
  readonly ruleName: string;
  readonly events: readonly RuledEvent[];
  /** Received events whose text is now part of another that goes on. */
  readonly joinedAway: number;
  readonly filtered: number;
  readonly sampledOut: number;
  /** How many of `events` stand for several lines, and how many lost a part of their text. */
  readonly joined: number;
  readonly redacted: number;
}

/** What became of one event, joined or not, and why. `lines`: how many received events it stands for. */
export type Fate = { readonly lines: number } & (
  | { readonly fate: "kept"; readonly event: RuledEvent; readonly redactedBy: readonly string[] }
  /** `exclude`: the pattern that matched. Without it, no include pattern did. */
  | { readonly fate: "filtered"; readonly event: LogEvent; readonly exclude?: string }
  | { readonly fate: "sampledOut"; readonly event: LogEvent }
);

/** Applies a rule to the events of one delivery, which are of one stream and in order. */
export function applyRule(rule: CompiledRule, events: readonly LogEvent[]): Ruled {
  const counts = { joinedAway: 0, filtered: 0, sampledOut: 0, joined: 0, redacted: 0 };
  if (changesNothing(rule)) return { ruleName: rule.name, events, ...counts };
  const kept: RuledEvent[] = [];
  for (const one of fatesOf(rule, events)) {
    if (one.fate !== "kept") {
      counts[one.fate] += one.lines;
      continue;
    }
    kept.push(one.event);
    counts.joinedAway += one.lines - 1;
    if (one.lines > 1) counts.joined += 1;
    if (one.redactedBy.length > 0) counts.redacted += 1;
  }
  return { ruleName: rule.name, events: kept, ...counts };
}

const changesNothing = ({ join, include, exclude, sampling, redactions }: CompiledRule) =>
  !join && include.length === 0 && exclude.length === 0 && !sampling && redactions.length === 0;

/**
 * Join → include and exclude → sample → redact. Lines are joined first, so that a stack trace stays or goes whole
 * and a secret is found whole. Filters and the sampling key see the text as it came: with the user's address
 * redacted, all users would be one key, kept or dropped together. The key's text goes nowhere. Redaction comes
 * last, so that it sees everything that leaves, and is not spent on what doesn't.
 */
export function* fatesOf(rule: CompiledRule, events: readonly LogEvent[]): Generator<Fate> {
  const budget: Budget = { left: RESCAN_BUDGET };
  const joined: Iterable<Joined> = rule.join ? joinLines(events, rule.join) : alone(events);
  for (const { event, lines } of joined) yield fateOf(rule, event, lines, budget);
}

function* alone(events: readonly LogEvent[]): Generator<Joined> {
  for (const event of events) yield { event, lines: 1 };
}

const NONE: readonly string[] = [];

function fateOf(rule: CompiledRule, event: LogEvent, lines: number, budget: Budget): Fate {
  const exclude = firstMatch(rule.exclude, event.message);
  if (exclude) return { fate: "filtered", event, lines, exclude: exclude.source };
  if (rule.include.length > 0 && !firstMatch(rule.include, event.message)) return { fate: "filtered", event, lines };

  const sampleRate = rule.sampling && sampleRateOf(event, rule.sampling);
  if (rule.sampling && sampleRate === undefined) return { fate: "sampledOut", event, lines };

  const redacted = rule.redactions.length > 0 ? redact(event.message, rule.redactions, budget) : undefined;
  if (!redacted && sampleRate === undefined) return { fate: "kept", event, lines, redactedBy: NONE };
  const { id, timestamp, message } = event;
  const kept: RuledEvent = {
    id,
    timestamp,
    message: redacted?.text ?? message,
    ...(sampleRate !== undefined && { sampleRate }),
  };
  return { fate: "kept", event: kept, lines, redactedBy: redacted?.by ?? NONE };
}

const firstMatch = (patterns: readonly Pattern[], text: string) => patterns.find((pattern) => pattern.test(text));
