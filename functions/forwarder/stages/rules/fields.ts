import { compilePattern, type Pattern } from "./pattern.ts";

/** One sentence: where, what is wrong, what to do. Values stay out: a rule may hold what it is to hide. */
export type Problems = string[];

type Kind = "text" | "maybeEmpty" | "number" | "flag" | "list" | "object";
const KIND_NAMES: Record<Kind, string> = {
  text: "a text that is not empty",
  maybeEmpty: "a text",
  number: "a number",
  flag: "true or false",
  list: "a list",
  object: "an object",
};

/** Reads the fields of one JSON object and notes each problem with its path, such as `rules[2].redact[0].pattern`. */
export function fieldsOf(value: unknown, path: string, problems: Problems) {
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
  if (!isObject) problems.push(`${path || "The file"} must be an object.`);
  const fields = (isObject ? value : {}) as Record<string, unknown>;
  const known = new Set<string>();
  const at = (name: string) => (path ? `${path}.${name}` : name);

  /** The value if it is there and of that kind. */
  const read = (name: string, kind: Kind, required = false): unknown => {
    known.add(name);
    const field = fields[name];
    if (field === undefined) {
      // Of what is no object, one problem is enough.
      if (required && isObject) problems.push(`${at(name)} is missing: it must be ${KIND_NAMES[kind]}.`);
      return undefined;
    }
    if (isOfKind(field, kind)) return field;
    problems.push(`${at(name)} must be ${KIND_NAMES[kind]}.`);
    return undefined;
  };

  return {
    at,
    has: (name: string) => fields[name] !== undefined,
    text: (name: string, required = false) => read(name, "text", required) as string | undefined,
    possiblyEmptyText: (name: string) => read(name, "maybeEmpty") as string | undefined,
    flag: (name: string) => read(name, "flag") as boolean | undefined,
    object: (name: string) => read(name, "object"),
    list: (name: string, required = false) => (read(name, "list", required) ?? []) as unknown[],
    number(name: string, min: number, max: number, { required = false, whole = false } = {}) {
      const number = read(name, "number", required) as number | undefined;
      if (number === undefined || (number >= min && number <= max && (!whole || Number.isInteger(number))))
        return number;
      problems.push(`${at(name)} must be a ${whole ? "whole " : ""}number from ${min} to ${max}.`);
      return undefined;
    },
    /** A whole number, or true or false. */
    flagOrNumber(name: string, min: number, max: number): boolean | number | undefined {
      known.add(name);
      const value = fields[name];
      if (value === undefined || typeof value === "boolean") return value;
      if (Number.isInteger(value) && Number(value) >= min && Number(value) <= max) return Number(value);
      problems.push(`${at(name)} must be true, false or a whole number from ${min} to ${max}.`);
      return undefined;
    },
    /** One of these, word for word. */
    choice<T extends string>(name: string, choices: readonly T[]): T | undefined {
      const text = read(name, "text", true) as T | undefined;
      if (text === undefined || choices.includes(text)) return text;
      problems.push(`${at(name)} must be one of ${choices.join(", ")}.`);
      return undefined;
    },
    pattern(name: string, required = false): Pattern | undefined {
      const source = read(name, "text", required) as string | undefined;
      return source === undefined ? undefined : checkedPattern(source, at(name), problems);
    },
    /** One text or a list of them. */
    texts(name: string): { path: string; text: string }[] {
      known.add(name);
      const field = fields[name];
      if (field === undefined) return [];
      if (!Array.isArray(field)) return isOfKind(field, "text") ? [{ path: at(name), text: field as string }] : wrong();
      return field.flatMap((text, i) => (isOfKind(text, "text") ? [{ path: `${at(name)}[${i}]`, text }] : wrong(i)));
      function wrong(i?: number) {
        problems.push(`${at(name)}${i === undefined ? "" : `[${i}]`} must be ${KIND_NAMES.text}.`);
        return [];
      }
    },
    /** Called last: what was not read is a slip of the pen that would do nothing. */
    rejectOthers() {
      const others = Object.keys(fields).filter((name) => !known.has(name));
      for (const name of others) {
        problems.push(`${at(name)} is not known: remove it, or write one of ${[...known].join(", ")}.`);
      }
    },
  };
}

export type Fields = ReturnType<typeof fieldsOf>;

export function checkedPattern(source: string, path: string, problems: Problems): Pattern | undefined {
  const pattern = compilePattern(source);
  if (typeof pattern !== "string") return pattern;
  problems.push(`${path} ${pattern}.`);
  return undefined;
}

function isOfKind(value: unknown, kind: Kind): boolean {
  switch (kind) {
    case "text":
      return typeof value === "string" && value !== "";
    case "maybeEmpty":
      return typeof value === "string";
    case "number":
      return typeof value === "number" && Number.isFinite(value);
    case "flag":
      return typeof value === "boolean";
    case "list":
      return Array.isArray(value);
    case "object":
      return typeof value === "object" && value !== null && !Array.isArray(value);
  }
}
