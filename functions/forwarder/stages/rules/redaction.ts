import type { Pattern } from "./pattern.ts";
import type { TemplatePart } from "./template.ts";
import type { DetectorName } from "./types.ts";

interface Named {
  /** For a person at a terminal: a pattern without a name is its own. */
  readonly name: string;
  /** In the report, which must not hold a pattern: that may hold what it is to hide. */
  readonly countedAs: string;
}

export interface BuiltIn extends Named {
  readonly detector: DetectorName;
  /** What only looks like it goes, too. */
  readonly lookalikes: boolean;
  readonly replacement: string;
}

export interface OwnPattern extends Named {
  readonly pattern: Pattern;
  readonly replacement: readonly TemplatePart[];
}

export type Redaction = BuiltIn | OwnPattern;

export const isBuiltIn = (redaction: Redaction): redaction is BuiltIn => "detector" in redaction;
