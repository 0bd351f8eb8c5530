/** https://docs.datadoghq.com/getting_started/tagging/#define-tags (2026-11) */
export const MAX_TAG_CHARACTERS = 200;

/**
 * A tag the way Datadog would store it: starts with a letter, then letters, digits and `_ - : . /`, anything
 * else an underscore, in lower case, at most 200 characters, no colon at the end. Cleaning twice changes
 * nothing. Empty if no letter is in it.
 */
export function cleanTag(tag: string): string {
  const allowed = tag
    .toLowerCase()
    .trim()
    .replace(/[^\p{L}\p{N}_\-:./]/gu, "_")
    .replace(/^[^\p{L}]+/u, "");
  return Array.from(allowed).slice(0, MAX_TAG_CHARACTERS).join("").replace(/:+$/, "");
}

/** What precedes the first colon of a cleaned tag; all of one that has none. */
export const keyOf = (cleaned: string): string => cleaned.split(":", 1)[0] as string;

/** The tag for a value that may not be known: nothing instead of `key:undefined`. */
export function tag(key: string, value: string | undefined): string[] {
  return value === undefined || value === "" ? [] : [`${key}:${value}`];
}
