/**
 * The rules file as users write it: JSON beside the bundle, or typed props in CDK. `rule-fields.ts` has what each field may
 * hold, and the reference of docs/rules.md and the JSON Schema say of them what is said here.
 */

export interface RulesFile {
  /** The first whose globs match the names is applied; no two are merged. */
  readonly rules: readonly Rule[];
  /** For deliveries that no rule matches. @default those pass as they are */
  readonly default?: RuleActions;
  /** Where the JSON Schema is, for editors. Nothing else reads it. @default editors complete nothing */
  readonly $schema?: string;
}

export interface Rule extends RuleActions {
  /** How reports name the rule. @default the glob of the log group */
  readonly name?: string;
  /** A glob for the whole name: `*` stands for any text, slashes included. All else is literal. */
  readonly logGroup: string;
  /** A glob for the log stream's name. @default any */
  readonly logStream?: string;
}

/**
 * What a rule does to a delivery. Patterns are RE2 syntax (https://github.com/google/re2/wiki/Syntax), found anywhere in the text
 * unless anchored.
 */
export interface RuleActions {
  /** Named groups found in the names can stand as `${group}` in `source`, `service`, `host`, `env` and `tags`. @default no groups */
  readonly capture?: readonly Capture[];
  /** What entries have as `ddsource`. @default settings, look-ups and names tell it */
  readonly source?: string;
  /** What entries have as `service`. @default settings, look-ups and names tell it */
  readonly service?: string;
  /** What entries have as `hostname`. @default names tell it */
  readonly host?: string;
  /** The tag `env`. @default settings and look-ups tell it */
  readonly env?: string;
  /** More tags, as `key:value`. @default none */
  readonly tags?: readonly string[];

  /** Joins lines to one event. @default each line stays an event */
  readonly multiline?: Multiline;
  /** Only events that one of these patterns matches go on. Joined events are matched as a whole. @default all go on */
  readonly include?: string | readonly string[];
  /** Events that one of these patterns matches are dropped, even if they are included. @default none is dropped */
  readonly exclude?: string | readonly string[];
  /** Keeps a share of the events. @default all are kept */
  readonly sample?: Sample;
  /** Replaces parts of what goes out, such as secrets. @default nothing is replaced */
  readonly redact?: readonly Redact[];
}

/** A value with a reference to a group that was not found in the names is left out. */
export interface Capture {
  /** The name to look in. */
  readonly from: "logGroup" | "logStream";
  /** Has named groups, such as `(?<team>[^-]+)`. Of groups with the same name, the first that is found counts. */
  readonly pattern: string;
}

/** Joins lines of one stream within a delivery: by `startPattern`, or pieces of one line, or first pieces and then lines. */
export interface Multiline {
  /** Matches the first line of an event: lines that don't match go to the one before. @default only pieces are joined */
  readonly startPattern?: string;
  /** What stands between two lines that `startPattern` joins. May be empty. @default `"\n"` */
  readonly separator?: string;
  /**
   * Pieces of one long line are joined with nothing between: an event of exactly so many UTF-8 bytes, without a newline at its
   * end, is continued by the next. `true` is 16,384, at which Docker cuts. @default `false`
   */
  readonly pieces?: boolean | number;
  /** How many events are joined at most. The event after goes on as one of its own; nothing is cut. @default 500 */
  readonly maxLines?: number;
  /**
   * UTF-8 bytes of the joined text, at most. The event after goes on as one of its own. @default 262,144, the largest event
   * CloudWatch took for years; with `pieces` 819,200, which one entry of Datadog's intake holds
   */
  readonly maxBytes?: number;
}

/** Keeps a share of the events, by a hash. Kept entries have `sample_rate`. */
export interface Sample {
  /** Share to keep. */
  readonly rate: number;
  /** What its group `key`, or else its first group, matches decides: equal text stays or goes together. @default the event's id decides */
  readonly key?: string;
  /** Lines of level error or worse all stay. @default `true` */
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

/** A built-in detector by its name, the same with more said of it, or a pattern of one's own. */
export type Redact = DetectorName | RedactDetector | RedactPattern;

/** Replaces what a built-in detector finds. */
export interface RedactDetector {
  /** Which one. */
  readonly detector: DetectorName;
  /** Literal text. May be empty. @default `[REDACTED:email]` and the like */
  readonly replacement?: string;
  /**
   * What only looks like it goes, too, such as versions of four numbers and `icon@2x.png`: all that Datadog's forwarder
   * redacts. For `email` and `ipv4`. @default `false`
   */
  readonly lookalikes?: boolean;
}

/** Replaces what a pattern of your own finds. */
export interface RedactPattern {
  /** How reports name it. @default `pattern`, as all without a name */
  readonly name?: string;
  /** Matches what is replaced, each time that it is in the text. */
  readonly pattern: string;
  /** `$1` and `${name}` keep a group's text, `$$` is a dollar sign. May be empty. @default `"[REDACTED]"` */
  readonly replacement?: string;
}

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
