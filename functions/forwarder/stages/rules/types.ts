/** The rules file as users write it: JSON beside the bundle, or typed props in CDK. `parseRules` checks it. */

export interface RulesFile {
  /** The first whose globs match the names wins; no two are merged. */
  readonly rules: readonly Rule[];
  /** For deliveries that no rule matches. Without it, those pass as they are. */
  readonly default?: RuleActions;
}

export interface Rule extends RuleActions {
  /** How reports name the rule; the glob of the log group otherwise. */
  readonly name?: string;
  /** A glob for the whole name: `*` stands for any text, slashes included. All else is literal. */
  readonly logGroup: string;
  readonly logStream?: string;
}

/**
 * What a rule does to a delivery. Patterns are RE2 syntax, found anywhere in the text unless anchored
 * (https://github.com/google/re2/wiki/Syntax). None can hang an invocation: see `budget.ts`.
 */
export interface RuleActions {
  /** Named groups found in the names can stand as `${group}` in the five fields below. */
  readonly capture?: readonly Capture[];
  readonly source?: string;
  readonly service?: string;
  readonly host?: string;
  readonly env?: string;
  /** `key:value`. */
  readonly tags?: readonly string[];

  readonly multiline?: Multiline;
  /** Only events that one of these patterns matches go on. Joined events are matched as a whole. */
  readonly include?: string | readonly string[];
  /** Events that one of these patterns matches are dropped, even if they are included. */
  readonly exclude?: string | readonly string[];
  readonly sample?: Sample;
  readonly redact?: readonly Redact[];
}

/** A value with a reference to a group that was not found in the names is left out. */
export interface Capture {
  readonly from: "logGroup" | "logStream";
  readonly pattern: string;
}

/** Joins lines of one stream within a delivery: by `startPattern`, or pieces of one line, or first pieces and then lines. */
export interface Multiline {
  /** Matches the first line of an event: lines that don't match go to the one before. */
  readonly startPattern?: string;
  /** What stands between two lines that `startPattern` joins, instead of a newline. May be empty. */
  readonly separator?: string;
  /**
   * Pieces of one long line are joined with nothing between: an event of exactly so many UTF-8 bytes, without a newline at its
   * end, is continued by the next. `true` is 16,384, at which Docker cuts.
   */
  readonly pieces?: boolean | number;
  /** Default 500. The event after goes on as one of its own; nothing is cut. */
  readonly maxLines?: number;
  /**
   * UTF-8 bytes of the joined text. Default 262,144, the largest event CloudWatch took for years; with `pieces` 819,200, which
   * one entry of Datadog's intake holds.
   */
  readonly maxBytes?: number;
}

export interface Sample {
  /** Share to keep, from 0 to 1. */
  readonly rate: number;
  /** What its group `key`, or else its first group, matches decides: equal text stays or goes together. */
  readonly key?: string;
  /** Default true: lines of level error or worse all stay. */
  readonly keepErrors?: boolean;
}

export const DETECTOR_NAMES = [
  "email",
  "ipv4",
  "ipv6",
  "credit-card",
  "aws-access-key",
  "aws-secret-key",
  "jwt",
  "bearer-token",
  "datadog-api-key",
  "private-key",
] as const;

export type DetectorName = (typeof DETECTOR_NAMES)[number];

/** Those for which `lookalikes` can be set. */
export const DETECTORS_WITH_LOOKALIKES = ["email", "ipv4"] as const;

/** A built-in detector by its name, the same with another replacement (literal text), or a pattern of one's own. */
export type Redact =
  | DetectorName
  | {
      readonly detector: DetectorName;
      readonly replacement?: string;
      /**
       * Default false. What only looks like it goes, too, such as versions of four numbers and `icon@2x.png`: all that
       * Datadog's forwarder redacts. For `email` and `ipv4`.
       */
      readonly lookalikes?: boolean;
    }
  /** Replacement: `$1` and `${name}` keep a group's text, `$$` is a dollar sign. Default `[REDACTED]`. */
  | { readonly name?: string; readonly pattern: string; readonly replacement?: string };

/** What a rule says about the names. Missing: what would have been used without it. */
export interface Overrides {
  readonly source?: string;
  readonly service?: string;
  readonly host?: string;
  readonly env?: string;
  readonly tags: readonly string[];
}

export interface Names {
  readonly logGroup: string;
  readonly logStream: string;
}
