import { type EventIndex, eventAt, eventsOf, type LogEvent } from "../../../records/event.ts";
import { openRuleBudget, type RuleBudget } from "./budget.ts";
import type { CompiledRule } from "./compiled-rule.ts";
import { type Decision, openJudge, type RuledEvent } from "./judge.ts";
import { lineOf } from "./line.ts";
import { type Joined, joinLines } from "./multiline.ts";
import { finderOf } from "./needles.ts";
import type { OnCut } from "./redact.ts";

/**
 * Told of what does not go on as it came. Every received event goes on or is told of in one of the first three:
 *
 *     received = events that go on + joinedAway + filtered + sampledOut
 *
 * A joined event that is dropped counts with all its lines, as filtered or as sampledOut.
 */
export type CountRuled = (what: "joinedAway" | "filtered" | "sampledOut" | "redacted", events: number) => void;

/**
 * Applies a rule to the events of one delivery, which are of one stream and in order.
 *
 * @param budget of the invocation: what there was no time to judge is kept, and goes without its text if it was to be redacted.
 * @param onCut told of each part that is redacted.
 */
export function* applyRule(
  rule: CompiledRule,
  events: EventIndex,
  count: CountRuled,
  budget: RuleBudget = openRuleBudget(),
  onCut?: OnCut,
): Generator<RuledEvent> {
  if (changesNothing(rule)) {
    for (const event of eventsOf(events)) yield { event };
    return;
  }
  if (rule.needles) {
    yield* applyWhereConcerned(rule, events, rule.needles, count, budget, onCut);
    return;
  }
  for (const decision of decisionsOf(rule, eventsOf(events), budget, onCut)) {
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
  onCut: OnCut | undefined,
): Generator<RuledEvent> {
  const isConcerned = finderOf(events, needles);
  const judge = openJudge(rule, budget, onCut);
  for (let i = 0; i < events.count; i++) {
    const event = eventAt(events, i);
    if (!isConcerned(event) && !judge.isInKey()) {
      yield { event };
      continue;
    }
    budget.begin();
    const decision = judge.decide(alone(event));
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
  onCut?: OnCut,
): Generator<Decision> {
  const judge = openJudge(rule, budget, onCut);
  budget.begin();
  for (const joined of rule.join ? joinLines(events, rule.join, budget) : eachAlone(events)) {
    const decision = judge.decide(joined);
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

const alone = (event: LogEvent): Joined => ({ ...lineOf(event), event, lines: 1, torn: false });
