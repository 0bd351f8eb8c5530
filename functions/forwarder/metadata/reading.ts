/**
 * Reads parts of what came from outside, of which no field is certain. What is of another kind than it should be is left
 * out and remembered; what is missing, or null, is just not there. Never throws.
 */
export function openReading() {
  let malformed = false;
  const read = <T>(value: unknown, isRight: (value: unknown) => value is T): T | undefined => {
    if (value === undefined || value === null) return undefined;
    if (isRight(value)) return value;
    malformed = true;
    return undefined;
  };
  const listOf = <T>(value: unknown, isRight: (value: unknown) => value is T): readonly T[] | undefined =>
    read(value, isList)?.flatMap((one) => read(one, isRight) ?? []);
  return {
    /** An empty text says nothing, and counts as missing. */
    text: (value: unknown) => read(value, isText) || undefined,
    possiblyEmptyText: (value: unknown) => read(value, isText),
    integer: (value: unknown) => read(value, isInteger),
    /** The fields of an object; none if it is no object. */
    fields: (value: unknown): Fields => read(value, isObject) ?? {},
    /** Those in a list. Undefined: there is no list. */
    objects: (value: unknown) => listOf(value, isObject),
    texts: (value: unknown) => listOf(value, isText),
    /** Whether anything so far was of another kind than it should be. */
    isMalformed: () => malformed,
  };
}

export type Fields = Readonly<Record<string, unknown>>;

/** A service answered in a way from which nothing can be learned. The guard notes its name, as of a service's own error. */
export class UnexpectedAnswer extends Error {
  override readonly name = "UnexpectedAnswer";
}

const isText = (value: unknown): value is string => typeof value === "string";
const isInteger = (value: unknown): value is number => Number.isSafeInteger(value);
const isList = (value: unknown): value is readonly unknown[] => Array.isArray(value);
const isObject = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);
