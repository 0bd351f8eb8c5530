import { type EventIndex, eventAt, eventsOf, type LogEvent, messageOf } from "../../../records/event.ts";
import type { CompiledRule } from "./compiled-rule.ts";
import { type Joined, joinLines } from "./multiline.ts";
import { finderOf } from "./needles.ts";
import { type Budget, type Pattern, RESCAN_BUDGET } from "./pattern.ts";
import { redact } from "./redact.ts";
import { sampleRateOf } from "./sample.ts";

/** An event that goes on. */
export interface RuledEvent {
  readonly event: LogEvent;
  /** Stands for the event's own text, if a rule changed it. */
  readonly message?: string;
  /** Share of such events that is kept, if a rule samples; 1 for an error that always stays. */
  readonly sampleRate?: number;
}

/**
 * Told of what does not go on as it came. Every received event goes on or is told of in one of the first three:
 *
 *     received = events that go on + joinedAway + filtered + sampledOut
 *
 * A joined event that is dropped counts with all its lines, as filtered or as sampledOut.
 */
export type CountRuled = (what: "joinedAway" | "filtered" | "sampledOut" | "redacted", events: number) => void;

/** What a rule decided about one event, joined or not, and why. `lines`: how many received events it stands for. */
export type Decision = { readonly lines: number; readonly event: LogEvent; readonly text: string } & (
  | { readonly fate: "kept"; readonly kept: RuledEvent; readonly redactedBy: readonly string[] }
  /** `exclude`: the pattern that matched. Without it, no include pattern did. */
  | { readonly fate: "filtered"; readonly exclude?: string }
  | { readonly fate: "sampledOut" }
);

/** Applies a rule to the events of one delivery, which are of one stream and in order. */
export function* applyRule(rule: CompiledRule, events: EventIndex, count: CountRuled): Generator<RuledEvent> {
  if (changesNothing(rule)) {
    for (const event of eventsOf(events)) yield { event };
    return;
  }
  if (rule.needles) {
    yield* applyWhereConcerned(rule, events, rule.needles, count);
    return;
  }
  for (const decision of decisionsOf(rule, eventsOf(events))) {
    const kept = counted(decision, count);
    if (kept) yield kept;
  }
}

/** The same, without reading the events that the rule does not concern. */
function* applyWhereConcerned(
  rule: CompiledRule,
  events: EventIndex,
  needles: readonly Buffer[],
  count: CountRuled,
): Generator<RuledEvent> {
  const budget: Budget = { left: RESCAN_BUDGET };
  const isConcerned = finderOf(events, needles);
  for (let i = 0; i < events.count; i++) {
    const event = eventAt(events, i);
    if (!isConcerned(event)) {
      yield { event };
      continue;
    }
    const kept = counted(decide(rule, alone(event), budget), count);
    if (kept) yield kept;
  }
}

function counted(decision: Decision, count: CountRuled): RuledEvent | undefined {
  if (decision.fate !== "kept") {
    count(decision.fate, decision.lines);
    return undefined;
  }
  if (decision.lines > 1) count("joinedAway", decision.lines - 1);
  if (decision.redactedBy.length > 0) count("redacted", 1);
  return decision.kept;
}

const changesNothing = ({ join, include, exclude, sampling, redactions }: CompiledRule) =>
  !join && include.length === 0 && exclude.length === 0 && !sampling && redactions.length === 0;

/**
 * Join → include and exclude → sample → redact. Lines are joined first, so that a stack trace stays or goes whole
 * and a secret is found whole. Filters and the sampling key see the text as it came: with the user's address
 * redacted, all users would be one key, kept or dropped together. The key's text goes nowhere. Redaction comes
 * last, so that it sees everything that leaves, and is not spent on what doesn't.
 */
export function* decisionsOf(rule: CompiledRule, events: Iterable<LogEvent>): Generator<Decision> {
  const budget: Budget = { left: RESCAN_BUDGET };
  if (rule.join) for (const joined of joinLines(events, rule.join)) yield decide(rule, joined, budget);
  else for (const event of events) yield decide(rule, alone(event), budget);
}

const alone = (event: LogEvent): Joined => ({ event, lines: 1, text: messageOf(event) });

const NONE: readonly string[] = [];

function decide(rule: CompiledRule, { event, lines, text }: Joined, budget: Budget): Decision {
  const exclude = firstMatch(rule.exclude, text);
  if (exclude) return { fate: "filtered", event, lines, text, exclude: exclude.source };
  if (rule.include.length > 0 && !firstMatch(rule.include, text)) return { fate: "filtered", event, lines, text };

  const sampleRate = rule.sampling && sampleRateOf(event, text, rule.sampling);
  if (rule.sampling && sampleRate === undefined) return { fate: "sampledOut", event, lines, text };

  const redacted = rule.redactions.length > 0 ? redact(text, rule.redactions, budget) : undefined;
  // As bytes, if the text is the event's own.
  const message = redacted?.text ?? (lines > 1 ? text : undefined);
  const kept: RuledEvent = {
    event,
    ...(message !== undefined && { message }),
    ...(sampleRate !== undefined && { sampleRate }),
  };
  return { fate: "kept", event, lines, text: message ?? text, kept, redactedBy: redacted?.by ?? NONE };
}

const firstMatch = (patterns: readonly Pattern[], text: string) => patterns.find((pattern) => pattern.test(text));
