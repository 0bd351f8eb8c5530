import { NOTHING } from "./matches.ts";
import type { Span } from "./span.ts";

const SIGN = "(?:[\\s\"'`\\\\:=<>,;()[\\]{}|+]|->)";
/** What printed values say of themselves: `string(32) "…"`, `s:32:"…"`, `[0] => …`, `Some("…")`, `{"Type":"String","Value":"…"}`. */
const OF_VALUE =
  "(?:(?:string_?|parameter|output)?values?|(?:data_?)?type\\W{1,5}(?:secure)?string|sensitive\\W{1,5}(?:true|false)|string|str|array|some|just|optional|[sb](?=[\"':])|\\d{1,5}(?=[)\\]:]))";
const IN_PROSE = "is|was|set|to";
const between = (word: string) => `${SIGN}{1,14}(?:(?:${word})${SIGN}{1,16}){0,5}`;

/**
 * What may stand between a name and its value, in JSON, YAML, queries, environments, lists of headers and pairs, XML, and as
 * languages and AWS's APIs print their maps: `name=value`, `"name": ["value"]`, `('name', b'value')`, `[name] => value`,
 * `{"name":"name","value":"value"}`, `["name"]=> string(40) "value"`. At most 250 characters.
 */
export const BETWEEN_PRINTED = between(OF_VALUE);
/** The same, and `name is set to value`. */
export const BETWEEN = between(`${OF_VALUE}|${IN_PROSE}`);

/** What stands where a secret was holds the name of its detector. */
export const NOT_REDACTED = "(?<!REDACTED:(?:aws-|datadog-)?)";

/** A value may itself be the name that stands before the next: "Bearer aaa.Bearer bbb". */
const LONGEST_NAME = 24;

/**
 * Where the first group of each match lies: it must be the match's end.
 *
 * @param isValue must not refuse a value of more than a fixed length: each is read again from its beginning on.
 */
export function valuesOf(
  pattern: RegExp,
  text: string,
  isValue: (value: string, start: number, end: number) => boolean = () => true,
): readonly Span[] {
  pattern.lastIndex = 0;
  let spans: Span[] | undefined;
  for (let found = pattern.exec(text); found; found = pattern.exec(text)) {
    const value = found[1] as string;
    const end = pattern.lastIndex;
    const start = end - value.length;
    if (!isValue(value, start, end)) {
      pattern.lastIndex = start;
      continue;
    }
    spans ??= [];
    spans.push({ start, end });
    pattern.lastIndex = Math.max(start, end - LONGEST_NAME);
  }
  return spans ?? NOTHING;
}
