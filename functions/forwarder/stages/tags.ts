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

/** `ddtags` as the intake reads it: cleaned, in the order given, each tag once, empty ones left out. */
export function joinTags(tags: readonly string[]): string {
  const cleaned = tags.map(cleanTag).filter((tag) => tag !== "");
  return [...new Set(cleaned)].join(",");
}

/** The tag for a value that may not be known: nothing instead of `key:undefined`. */
export function tag(key: string, value: string | undefined): string[] {
  return value === undefined || value === "" ? [] : [`${key}:${value}`];
}
