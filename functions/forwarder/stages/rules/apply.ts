import { type EventIndex, eventAt, eventsOf, type LogEvent, messageOf } from "../../../records/event.ts";
import { openRuleBudget, type RuleBudget, UNKNOWN } from "./budget.ts";
import type { CompiledRule } from "./compiled-rule.ts";
import { type Joined, joinLines } from "./multiline.ts";
import { finderOf } from "./needles.ts";
import type { Pattern } from "./pattern.ts";
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

/**
 * Applies a rule to the events of one delivery, which are of one stream and in order.
 *
 * @param budget of the invocation: what there was no time to judge is kept, and goes without its text if it was to be redacted.
 */
export function* applyRule(
  rule: CompiledRule,
  events: EventIndex,
  count: CountRuled,
  budget: RuleBudget = openRuleBudget(),
): Generator<RuledEvent> {
  if (changesNothing(rule)) {
    for (const event of eventsOf(events)) yield { event };
    return;
  }
  if (rule.needles) {
    yield* applyWhereConcerned(rule, events, rule.needles, count, budget);
    return;
  }
  for (const decision of decisionsOf(rule, eventsOf(events), budget)) {
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
  budget: RuleBudget,
): Generator<RuledEvent> {
  const isConcerned = finderOf(events, needles);
  for (let i = 0; i < events.count; i++) {
    const event = eventAt(events, i);
    if (!isConcerned(event)) {
      yield { event };
      continue;
    }
    budget.begin();
    const decision = decide(rule, alone(event), budget);
    budget.end(decision.text.length);
    const kept = counted(decision, count);
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
export function* decisionsOf(
  rule: CompiledRule,
  events: Iterable<LogEvent>,
  budget: RuleBudget = openRuleBudget({ totalMs: WITHOUT_DEADLINE_MS }),
): Generator<Decision> {
  budget.begin();
  for (const joined of rule.join ? joinLines(events, rule.join, budget) : eachAlone(events)) {
    const decision = decide(rule, joined, budget);
    budget.end(joined.text.length);
    yield decision;
    budget.begin();
  }
}

/** For who tries rules by hand, and can wait. */
const WITHOUT_DEADLINE_MS = 60_000;

function* eachAlone(events: Iterable<LogEvent>): Generator<Joined> {
  for (const event of events) yield alone(event);
}

const alone = (event: LogEvent): Joined => ({ event, lines: 1, text: messageOf(event), torn: false });

function decide(rule: CompiledRule, joined: Joined, budget: RuleBudget): Decision {
  const { event, lines, text } = joined;
  const exclude = firstMatch(rule.exclude, text, budget);
  if (exclude && exclude !== UNKNOWN) return { fate: "filtered", event, lines, text, exclude: exclude.source };
  const include = rule.include.length > 0 ? firstMatch(rule.include, text, budget) : EVERYTHING;
  if (!include) return { fate: "filtered", event, lines, text };

  const sampleRate = rule.sampling ? sampleRateOf(event, text, rule.sampling, budget) : 1;
  if (sampleRate === undefined) return { fate: "sampledOut", event, lines, text };

  const redacted = redactedText(rule, joined, budget);
  if (joined.torn || [exclude, include, sampleRate, redacted].includes(UNKNOWN)) budget.outOfTime();
  const { text: changed, by } = redacted === UNKNOWN ? WHOLE : (redacted ?? UNCHANGED);
  // As bytes, if the text is the event's own.
  const message = changed ?? (lines > 1 ? text : undefined);
  const kept: RuledEvent = {
    event,
    ...(message !== undefined && { message }),
    // Whatever its key would have said, it was kept.
    ...(rule.sampling && { sampleRate: sampleRate === UNKNOWN ? 1 : sampleRate }),
  };
  return { fate: "kept", event, lines, text: message ?? text, kept, redactedBy: by };
}

const EVERYTHING = true;
const UNCHANGED = { text: undefined, by: [] };
/** Better a text too many than a secret. */
const WHOLE = { text: "[REDACTED: the whole text, no time left for its rules]", by: ["no time left"] };

function redactedText({ redactions }: CompiledRule, { text, torn }: Joined, budget: RuleBudget) {
  if (redactions.length === 0) return undefined;
  return torn ? UNKNOWN : redact(text, redactions, budget);
}

/** A pattern that matches; else UNKNOWN if one might. */
function firstMatch(patterns: readonly Pattern[], text: string, budget: RuleBudget) {
  let otherwise: typeof UNKNOWN | undefined;
  for (const pattern of patterns) {
    const matches = pattern.test(text, budget);
    if (matches === true) return pattern;
    if (matches === UNKNOWN) otherwise = UNKNOWN;
  }
  return otherwise;
}
