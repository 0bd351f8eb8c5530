import { NOTHING } from "./matches.ts";
import type { Span } from "./span.ts";

/**
 * What may stand between a name and its value, in JSON, YAML, queries, environments, lists of headers and pairs, XML, and as
 * languages print their maps: `name=value`, `"name": ["value"]`, `('name', b'value')`, `[name] => value`,
 * `{"name":"name","value":"value"}`, `["name"]=> string(40) "value"`. `name is set to value`. At most 80 characters.
 */
export const BETWEEN =
  "[\\s\"'`\\\\:=>,;()[\\]{}|+]{1,14}(?:(?:values?|string|is|was|set|to|b(?=[\"']))[\\s\"'`\\\\:=>,()[\\]]{1,10}(?:\\d{1,4}\\)[\\s\"']{1,6})?){0,3}";

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
