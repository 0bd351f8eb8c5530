import { compilePattern, type Pattern } from "./pattern.ts";
import { type FieldRow, type ObjectName, RULE_FIELDS, type Value } from "./rule-fields.ts";
import { DETECTOR_NAMES, type DetectorName } from "./types.ts";

/** One sentence each: where, what is wrong, what to do. Values stay out: a rule may hold what it is to hide. */
export type Problems = string[];

interface ReadOfKind {
  readonly text: string;
  readonly maybeEmpty: string;
  readonly flag: boolean;
  readonly number: number;
  readonly wholeNumber: number;
  readonly flagOrNumber: boolean | number;
  readonly pattern: Pattern;
}

/** What is read of a value: patterns are compiled, objects are read, and what is wrong is undefined. */
type Read<V> = V extends { readonly kind: "choice"; readonly of: readonly (infer Word)[] }
  ? Word
  : V extends { readonly kind: "list"; readonly of: infer Item }
    ? readonly (Read<Item> | undefined)[]
    : V extends { readonly kind: "object"; readonly of: infer Name extends ObjectName }
      ? Fields<Name>
      : V extends { readonly kind: infer Kind extends keyof ReadOfKind }
        ? ReadOfKind[Kind]
        : unknown;

/** Those fields of an object that are there. */
export type Fields<Name extends ObjectName> = {
  readonly [Field in keyof (typeof RULE_FIELDS)[Name]]?: Read<(typeof RULE_FIELDS)[Name][Field]> | undefined;
};

/** The path of a field, such as `rules[2].redact[0].pattern`. */
export type At = (field: string) => string;

/** For each object what its fields tell only together, or of a pattern that is right by itself. */
export type Checks = {
  readonly [Name in ObjectName]?: (fields: Fields<Name>, at: At, problems: Problems) => void;
};

/** Reads a rules file by the rows of its objects. Every problem that it has, with the path. */
export function checkFile(file: unknown, checks: Checks): Problems {
  const problems: Problems = [];
  readFields("file", file, "");
  return problems;

  function readFields(name: ObjectName, value: unknown, path: string): unknown {
    if (!isObject(value)) return problem(path || "The file", "must be an object");
    const rows: Readonly<Record<string, FieldRow>> = RULE_FIELDS[name];
    const at: At = (field) => (path ? `${path}.${field}` : field);
    const fields: Record<string, unknown> = {};
    for (const [field, row] of Object.entries(rows)) {
      if (value[field] !== undefined) fields[field] = read(row, value[field], at(field));
      else if (isRequired(row, value)) problem(at(field), `is missing: it must be ${wanted(row)}`);
    }
    checks[name]?.(fields, at, problems);
    // What nobody reads is a slip of the pen that would do nothing. `$schema` was not meant: editors write it.
    const known = Object.keys(rows).filter((field) => field !== "$schema");
    for (const other of Object.keys(value).filter((field) => !Object.hasOwn(rows, field))) {
      problem(at(other), `is not known: remove it, or write one of ${known.join(", ")}`);
    }
    return fields;
  }

  function read(row: Value, value: unknown, path: string): unknown {
    const mustBe = (what: string) => problem(path, `must be ${what}`);
    switch (row.kind) {
      case "text":
        return isText(value) ? value : mustBe(wanted(row));
      case "maybeEmpty":
        return typeof value === "string" ? value : mustBe(wanted(row));
      case "flag":
        return typeof value === "boolean" ? value : mustBe(wanted(row));
      case "choice":
        if (!isText(value)) return mustBe(wanted(row));
        return row.of.includes(value) ? value : mustBe(oneOf(row.of));
      case "number":
      case "wholeNumber":
        if (!Number.isFinite(value)) return mustBe(wanted(row));
        return isWithin(row, value) ? value : mustBe(`a ${range(row)}`);
      case "flagOrNumber":
        return typeof value === "boolean" || isWithin(row, value) ? value : mustBe(`true, false or a ${range(row)}`);
      case "pattern":
        return isText(value) ? readPattern(value, path) : mustBe(wanted(row));
      case "patterns":
        return Array.isArray(value)
          ? readList({ kind: "pattern" }, value, path)
          : read({ kind: "pattern" }, value, path);
      case "list":
        return Array.isArray(value) ? readList(row.of, value, path) : mustBe(wanted(row));
      case "object":
        return readFields(row.of, value, path);
      case "redact":
        if (typeof value !== "string") return readFields(has(value, "detector") ? "detector" : "pattern", value, path);
        if (DETECTOR_NAMES.includes(value as DetectorName)) return value;
        return mustBe(`${oneOf(DETECTOR_NAMES)}, or an object with a pattern`);
    }
  }

  function readList(row: Value, values: readonly unknown[], path: string): unknown[] {
    return values.map((value, i) => read(row, value, `${path}[${i}]`));
  }

  function readPattern(source: string, path: string): Pattern | undefined {
    const pattern = compilePattern(source);
    return typeof pattern === "string" ? problem(path, pattern) : pattern;
  }

  function problem(path: string, what: string): undefined {
    problems.push(`${path} ${what}.`);
  }
}

const isText = (value: unknown): value is string => typeof value === "string" && value !== "";
const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const has = (value: unknown, field: string) => isObject(value) && value[field] !== undefined;

const isRequired = ({ required, requiredWithout }: FieldRow, fields: Readonly<Record<string, unknown>>) =>
  required || (requiredWithout !== undefined && (fields[requiredWithout] ?? false) === false);

type NumberRow = Extract<Value, { readonly min: number }>;
const isWithin = ({ kind, min, max }: NumberRow, value: unknown) =>
  typeof value === "number" && value >= min && value <= max && (kind === "number" || Number.isInteger(value));
const range = ({ kind, min, max }: NumberRow) => `${kind === "number" ? "" : "whole "}number from ${min} to ${max}`;
const oneOf = (words: readonly string[]) => `one of ${words.join(", ")}`;

/** What a value must be, but for what it may be in particular. */
function wanted(row: Value): string {
  switch (row.kind) {
    case "maybeEmpty":
      return "a text";
    case "flag":
      return "true or false";
    case "number":
    case "wholeNumber":
      return "a number";
    case "list":
      return "a list";
    case "object":
      return "an object";
    default:
      return `a text that is not empty${"suchAs" in row ? `, such as "${row.suchAs}"` : ""}`;
  }
}
