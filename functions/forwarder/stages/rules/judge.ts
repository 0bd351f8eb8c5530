import type { LogEvent } from "../../../records/event.ts";
import { type RuleBudget, UNKNOWN } from "./budget.ts";
import type { CompiledRule } from "./compiled-rule.ts";
import type { OpenKey } from "./detect/private-key.ts";
import type { Span } from "./detect/span.ts";
import type { Joined } from "./multiline.ts";
import type { Pattern } from "./pattern.ts";
import { followKeys } from "./private-keys.ts";
import { type OnCut, redact } from "./redact.ts";
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
 * What a rule decided about one event, joined or not, and why. `lines`: how many received events it stands for. `text`: as it
 * would go on, without a last newline.
 */
export type Decision = { readonly lines: number; readonly event: LogEvent; readonly text: string } & (
  | { readonly fate: "kept"; readonly kept: RuledEvent; readonly redactedBy: readonly string[] }
  /** `exclude`: the pattern that matched. Without it, no include pattern did. */
  | { readonly fate: "filtered"; readonly exclude?: string }
  | { readonly fate: "sampledOut" }
);

/**
 * Decides about the events of one stream in their order. A private key whose lines are events of their own is followed from
 * one to the next, those that go no further included.
 */
export function openJudge(rule: CompiledRule, budget: RuleBudget, onCut: OnCut | undefined) {
  const follow = followKeys(rule.redactions);
  let open: OpenKey | undefined;
  return {
    isInKey: () => open !== undefined,
    decide(joined: Joined): Decision {
      if (!follow) return decide(rule, joined, budget, NO_KEYS, onCut);
      const keys = follow(joined.text, open);
      open = keys.open;
      return decide(rule, joined, budget, keys.spans, onCut);
    },
  };
}

const NO_KEYS: readonly Span[] = [];

function decide(
  rule: CompiledRule,
  joined: Joined,
  budget: RuleBudget,
  keys: readonly Span[],
  onCut: OnCut | undefined,
): Decision {
  const { event, lines, text, ending } = joined;
  const exclude = firstMatch(rule.exclude, text, budget);
  if (exclude && exclude !== UNKNOWN) return { fate: "filtered", event, lines, text, exclude: exclude.source };
  const include = rule.include.length > 0 ? firstMatch(rule.include, text, budget) : EVERYTHING;
  if (!include) return { fate: "filtered", event, lines, text };

  const sampleRate = rule.sampling ? sampleRateOf(event, text, rule.sampling, budget) : 1;
  if (sampleRate === undefined) return { fate: "sampledOut", event, lines, text };

  const redacted = redactedText(rule, joined, budget, keys, onCut);
  if (joined.torn || [exclude, include, sampleRate, redacted].includes(UNKNOWN)) budget.outOfTime();
  const { text: changed = text, by } = redacted === UNKNOWN ? WHOLE : (redacted ?? UNCHANGED);
  // As bytes, if the text is the event's own.
  const isOwn = lines === 1 && changed === text;
  const kept: RuledEvent = {
    event,
    ...(!isOwn && { message: changed + ending }),
    // Whatever its key would have said, it was kept.
    ...(rule.sampling && { sampleRate: sampleRate === UNKNOWN ? 1 : sampleRate }),
  };
  return { fate: "kept", event, lines, text: changed, kept, redactedBy: by };
}

const EVERYTHING = true;
const UNCHANGED = { text: undefined, by: [] };
/** Better a text too many than a secret. */
const WHOLE = { text: "[REDACTED: the whole text, no time left for its rules]", by: ["no time left"] };

function redactedText(
  { redactions }: CompiledRule,
  { text, torn }: Joined,
  budget: RuleBudget,
  keys: readonly Span[],
  onCut: OnCut | undefined,
) {
  if (redactions.length === 0) return undefined;
  return torn ? UNKNOWN : redact(text, redactions, budget, keys, onCut);
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
