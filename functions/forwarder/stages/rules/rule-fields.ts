import {
  type Capture,
  DETECTOR_NAMES,
  type Multiline,
  type RedactDetector,
  type RedactPattern,
  type Rule,
  type RuleActions,
  type RulesFile,
  type Sample,
} from "./types.ts";

/** What a value may be. */
export type Value =
  | { readonly kind: "text"; readonly suchAs?: string }
  | { readonly kind: "maybeEmpty" | "flag" | "pattern" | "patterns" }
  | { readonly kind: "number" | "wholeNumber" | "flagOrNumber"; readonly min: number; readonly max: number }
  | { readonly kind: "choice"; readonly of: readonly string[] }
  | { readonly kind: "list"; readonly of: Value }
  | { readonly kind: "object"; readonly of: ObjectName }
  /** A detector's name, or the object `detector` if it has the field of that name, or else the object `pattern`. */
  | { readonly kind: "redact" };

export type FieldRow = Value & {
  readonly required?: true;
  /** It is required only if this other field is missing or false. */
  readonly requiredWithout?: string;
  /** What is used if it is not set. */
  readonly default?: string | number | boolean;
  /** What is used instead if pieces are joined. */
  readonly defaultWithPieces?: number;
};

/** The objects of a rules file by the names that they have here, in the JSON Schema and in docs/rules.md. */
interface Objects {
  readonly file: RulesFile;
  readonly rule: Rule;
  readonly actions: RuleActions;
  readonly capture: Capture;
  readonly multiline: Multiline;
  readonly sample: Sample;
  readonly detector: RedactDetector;
  readonly pattern: RedactPattern;
}
export type ObjectName = keyof Objects;

/** For every field that the type has, and for no other; what the type requires is required. */
type RowsOf<O> = {
  readonly [Field in keyof O]-?: FieldRow & { readonly required?: object extends Pick<O, Field> ? never : true };
};

const text = { kind: "text" } as const;
const pattern = { kind: "pattern" } as const;
const MAX_JOINED_BYTES = 1_048_576;

const ACTIONS = {
  capture: { kind: "list", of: { kind: "object", of: "capture" } },
  source: text,
  service: text,
  host: text,
  env: text,
  tags: { kind: "list", of: { ...text, suchAs: "team:shop" } },
  include: { kind: "patterns" },
  exclude: { kind: "patterns" },
  multiline: { kind: "object", of: "multiline" },
  sample: { kind: "object", of: "sample" },
  redact: { kind: "list", of: { kind: "redact" } },
} as const satisfies RowsOf<RuleActions>;

/**
 * What each field of a rules file may hold. Files are checked by it, and the reference in docs/rules.md and the JSON Schema for
 * editors are made from it. What a field means is said in `types.ts`.
 */
export const RULE_FIELDS = {
  file: {
    rules: { kind: "list", of: { kind: "object", of: "rule" }, required: true },
    default: { kind: "object", of: "actions" },
    $schema: text,
  },
  rule: { name: text, logGroup: { ...text, required: true }, logStream: text, ...ACTIONS },
  actions: ACTIONS,
  capture: {
    from: { kind: "choice", of: ["logGroup", "logStream"], required: true },
    pattern: { ...pattern, required: true },
  },
  multiline: {
    // Without pieces there is nothing else by which to join.
    startPattern: { ...pattern, requiredWithout: "pieces" },
    separator: { kind: "maybeEmpty", default: "\n" },
    pieces: { kind: "flagOrNumber", min: 1, max: MAX_JOINED_BYTES, default: false },
    maxLines: { kind: "wholeNumber", min: 1, max: 10_000, default: 500 },
    maxBytes: {
      kind: "wholeNumber",
      min: 1,
      max: MAX_JOINED_BYTES,
      default: 262_144,
      // As much as an entry of the intake takes, less room for what stands beside the message.
      defaultWithPieces: 819_200,
    },
  },
  sample: {
    rate: { kind: "number", min: 0, max: 1, required: true },
    key: pattern,
    keepErrors: { kind: "flag", default: true },
  },
  detector: {
    detector: { kind: "choice", of: DETECTOR_NAMES, required: true },
    // An empty one takes the text away without a trace.
    replacement: { kind: "maybeEmpty" },
    lookalikes: { kind: "flag", default: false },
  },
  pattern: {
    name: text,
    pattern: { ...pattern, required: true },
    replacement: { kind: "maybeEmpty", default: "[REDACTED]" },
  },
} as const satisfies { readonly [O in ObjectName]: RowsOf<Objects[O]> };
