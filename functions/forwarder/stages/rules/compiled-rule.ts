import type { RuleBudget } from "./budget.ts";
import type { Join } from "./multiline.ts";
import type { Pattern } from "./pattern.ts";
import type { Redaction } from "./redaction.ts";
import type { Sampling } from "./sample.ts";
import type { Names, Overrides } from "./types.ts";

export interface CompiledRule {
  /** The rule's name or its glob; `default` for the default, `none` if there is none. */
  readonly name: string;
  readonly overridesFor: (names: Names, budget?: RuleBudget) => Overrides;
  readonly join?: Join;
  readonly include: readonly Pattern[];
  readonly exclude: readonly Pattern[];
  readonly sampling?: Sampling;
  readonly redactions: readonly Redaction[];
  /** If one of these is not among an event's bytes, the rule does nothing to it. Undefined: that can't be told. */
  readonly needles?: readonly Buffer[];
}
